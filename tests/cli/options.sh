#!/bin/sh
# The command line of httpsc: nothing here opens a connection.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"

url=https://host.invalid/

gives help 0 "usage: httpsc" "" "$httpsc" --help
is_true help-lines "more than 24 lines" [ "$(wc -l <"$scratch/out")" -le 24 ]
# each option, by its long name or its letter, in the help and in the manual
sed -n 's/^    {"\([a-z-]*\)", \([^,]*\),.*/\1 \2/p' examples/httpsc.c >"$scratch/options"
is_true help-options "the table was not found" [ "$(wc -l <"$scratch/options")" -gt 40 ]
while read -r name letter; do
    case $letter in
    0) wanted="--$name( |=|,|;|\$)" ;;
    *) letter=$(printf %s "$letter" | tr -d "'"); wanted=" \(?-$letter(,|;| )" ;;
    esac
    is_true "help-$name" "not in the help" grep -qE -e "$wanted" "$scratch/out"
    is_true "manual-$name" "not in docs/manual/command-line.md" \
        grep -qE -e "^\| .*\`--$name[\` ]" docs/manual/command-line.md
done <"$scratch/options"
is_true help-columns "more than 80 columns" \
    [ "$(awk 'length > n { n = length } END { print n + 0 }' "$scratch/out")" -le 80 ]
gives version 0 "httpsc " "" "$httpsc" --version
gives short-h 0 "usage: httpsc" "" "$httpsc" -h

gives no-url 2 "" "give one URL" "$httpsc"
gives two-urls 2 "" "give one URL" "$httpsc" $url $url
gives unknown-long 2 "" "no such option: --nonsense" "$httpsc" --nonsense $url
gives unknown-short 2 "" "no such option: -z" "$httpsc" -z $url
gives unknown-in-cluster 2 "" "no such option: -vz" "$httpsc" -vz $url
gives prefix-is-no-option 2 "" "no such option: --verb" "$httpsc" --verb $url
gives missing-value 2 "" "no value after --cacert" "$httpsc" $url --cacert
gives missing-short-value 2 "" "no value after -H" "$httpsc" $url -H
gives value-of-a-flag 2 "" "no value goes with --fail=1" "$httpsc" --fail=1 $url
gives after-dashes 2 "" "give one URL" "$httpsc" -- $url --help
gives header-without-colon 2 "" "not Name" "$httpsc" -H Name $url
gives header-without-name 2 "" "not : value" "$httpsc" -H ': value' $url
gives both-outputs 2 "" "exclude each other" "$httpsc" -O -o file ${url}name
gives no-data-file 2 "" "cannot read /nonexistent" "$httpsc" --data-file /nonexistent $url
gives no-data-at-file 2 "" "cannot read /nonexistent" "$httpsc" -d @/nonexistent $url
gives data-directory 2 "" "cannot read /" "$httpsc" -d @/ $url
for value in 0 -1 nan inf 1e99 5s ''; do
    gives "timeout-'$value'" 2 "" "--timeout wants seconds" "$httpsc" --timeout "$value" $url
done
for value in 0 -1 5/ /5 5/0 x 5/x 99999999999 ''; do
    gives "low-speed-'$value'" 2 "" "--low-speed wants BYTES" "$httpsc" --low-speed "$value" $url
done
for value in host host:1 :1:127.0.0.1 host:x:127.0.0.1 host:65536:127.0.0.1 host:1: \
    host:1:127.0.0 host:1:name host::127.0.0.1; do
    gives "resolve-$value" 2 "" "HOST:PORT:ADDR" "$httpsc" --resolve "$value" $url
done
gives tls-min 2 "" "TLS 1.2" "$httpsc" --tls-min 1.0 $url
gives tls-max 2 "" "TLS 1.2" "$httpsc" --tls-max 1.1 $url

# -O: the URL names a file, and never a directory
for path in '' / /a/ /. /.. /a/.. /a/. '/..?x=/name' '/?/name' '/#/name' '/a\b' '/..\b'; do
    gives "remote-name-$path" 2 "" "-O: the URL's path" "$httpsc" -O "https://host.invalid$path"
done
gives remote-name-no-url 2 "" "-O: the URL's path" "$httpsc" -O host.invalid/name

gives plain-http 1 "" "allow_http" "$httpsc" http://host.invalid/
gives no-scheme 1 "" "httpsc: " "$httpsc" host.invalid
gives other-scheme 1 "" "httpsc: " "$httpsc" ftp://host.invalid/
gives no-ca-file 1 "" "a file of certificates or CRLs cannot be read" \
    "$httpsc" --cacert /nonexistent $url
gives empty-ca-file 1 "" "no root certificate" "$httpsc" --cacert "$certs/empty.pem" $url
for option in --key --pass --pass-file; do
    gives "$option-alone" 2 "" "go with --cert" "$httpsc" $option x $url
done
gives two-passwords 2 "" "exclude each other" "$httpsc" --cert x --pass x --pass-file x $url
gives no-cert-file 1 "" "a client certificate or key cannot be read" \
    "$httpsc" --cert /nonexistent $url
gives no-key 1 "" "no client certificate or no private key" "$httpsc" --cert "$certs/good.pem" $url
gives bad-method 1 "" "invalid method" "$httpsc" -X 'A B' $url
gives bad-header 1 "" "invalid header field" "$httpsc" -H "A: b
c: d" $url
gives framing-header 1 "" "is the library's to write" "$httpsc" -H 'Content-Length: 1' $url
gives bad-connect-to 2 "" "invalid argument" "$httpsc" --connect-to nonsense $url

# --machine: the contract's options are there, what is for people is not, and nothing else is
for option in '--follow 3' --cookies --decode '--auth basic' '--user u:p' '--proxy-auth basic' \
    '--proxy-user u:p' --tunnel --chunked-upload --expect100 '--method PUT' '--header A:b' \
    '--tls-min 1.2' '--tls-max 1.3' --insecure "--cacert $certs/ca.pem" '--pass x'; do
    case $option in
    --decode) "$httpsc" --version | grep -q zlib || continue ;;
    --pass*) option="$option --cert $certs/good.pem --key $certs/good.key" ;;
    esac
    # words
    # shellcheck disable=SC2086
    gives "machine-$option" 1 "" "host name not found" "$httpsc" --machine $option $url
done
for option in --nonsense '-o f' --help '-b f' '-c f' '-F a=b' '-C -' --continue '--json 1' \
    '--retry 1' --timing --location --public-only; do
    # words
    # shellcheck disable=SC2086
    gives "machine-$option" 77 "" "" "$httpsc" --machine $option $url
done
gives machine-auth 77 "" "basic, digest or any" "$httpsc" --machine --auth ntlm $url
gives machine-tls-min 77 "" "TLS 1.2" "$httpsc" --machine --tls-min 1.0 $url
gives tls-min-over-max 2 "" "TLS 1.2 and 1.3 are spoken" \
    "$httpsc" --tls-min 1.3 --tls-max 1.2 $url
gives machine-no-url 2 "" "give one URL" "$httpsc" --machine
gives machine-comes-first 2 "" "no such option: --machine" "$httpsc" -k --machine $url
gives machine-plain-http 1 "" "allow_http" "$httpsc" --machine http://host.invalid/
finish
