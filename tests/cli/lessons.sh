#!/bin/sh
# The lessons: each compiles without a warning, and does what its comment promises.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl

flags="-std=c99 -Wall -Wextra -Wpedantic -Werror"
include=$HTTPSC_BUILD/include
[ -f "$include/httpsc.h" ] || include=$root
mkdir -p "$scratch/www" "$scratch/raw" "$scratch/in" "$scratch/bin"
build_lessons -O1 examples/0[1-5]*.c
for file in examples/0[1-5]*.c; do
    name=$(basename "$file" .c)
    succeeds "$name-compiles" was_built "$name"
    is_true "$name-length" "more than 70 lines" [ "$(wc -l <"$file")" -le 70 ]
    for other in gcc clang; do
        if command -v $other >/dev/null 2>&1; then
            # shellcheck disable=SC2086
            succeeds "$name-$other" $other $flags -fsyntax-only -I"$include" "$file"
        else
            skip "$name-$other" "no $other"
        fi
    done
done
[ "$num_failed" -eq 0 ] || finish # nothing to run

echo "hello" >"$scratch/www/hello"
head -c 3000000 /dev/urandom >"$scratch/www/big"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort' >"$scratch/raw/cut"
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
start_raw || { fail s_server "does not start" "$scratch/raw.log"; finish; }
base=https://localhost:$tls_port
raw=https://localhost:$raw_port
ca=$certs/ca.pem
cd "$scratch/bin" || exit 1

# 1: the system's roots do not have ours; in a mount namespace of its own they do
gives get-usage 2 "" "usage: 01_get" ./01_get
gives get-unknown-issuer 1 "" "issuer" ./01_get $base/hello
is_true get-nothing "a body was printed" [ ! -s "$scratch/out" ]
gives get-http 1 "" "allow_http" ./01_get http://localhost:$plain_port/
bundle=/etc/ssl/certs/ca-certificates.crt
with_our_root='mount --bind "$1" "$2" && shift 2 && exec "$@"'
in_namespace=
if [ -f $bundle ]; then
    for how in "unshare -m" "unshare -rm"; do
        if $how sh -c "$with_our_root" sh "$ca" $bundle true >/dev/null 2>&1; then
            in_namespace=$how
            break
        fi
    done
fi
if [ -n "$in_namespace" ]; then
    gives get 0 hello "200 OK" $in_namespace sh -c "$with_our_root" sh "$ca" $bundle \
        ./01_get $base/hello
    gives get-404 0 "nothing here" "404" $in_namespace sh -c "$with_our_root" sh "$ca" $bundle \
        ./01_get $base/404
else
    skip get "no mount namespace to put our root into"
fi

# 2
gives post-usage 2 "" "usage: 02_post" ./02_post
gives post 0 "200, text/plain" "" ./02_post $base/echo '{"a":1}' "$ca"
is_true post-body "no body" grep -q '^plain$' "$scratch/out"
await test -s "$scratch/requests"
is_true post-sent "sent $(cat "$scratch/requests")" grep -qF \
    'POST|application/json|application/json|1234|{"a":1}|' "$scratch/requests"
gives post-404 1 "" "client error" ./02_post $base/404 '{}' "$ca"
gives post-refused 1 "" "issuer" ./02_post $base/echo '{}' "$certs/ca2.pem"

# 3
gives ca-usage 2 "" "usage: 03_custom_ca" ./03_custom_ca
gives ca 0 "verified: yes" "" ./03_custom_ca $base/hello "$ca"
is_true ca-trust "no count" grep -qF "trusted: 1 certificates of $ca" "$scratch/out"
is_true ca-tls "no facts" grep -q '^TLS: TLSv1.2, TLS_ECDHE_' "$scratch/out"
gives ca-other 1 "" "do not talk to this server:" ./03_custom_ca $base/hello "$certs/ca2.pem"
gives ca-name 1 "" "do not talk to this server:" ./03_custom_ca https://localhost:$wrong_port/ "$ca"
gives ca-later 1 "" "try again later:" ./03_custom_ca https://localhost:1/ "$ca"
gives ca-stage 1 "" "url: " ./03_custom_ca "https://local host/" "$ca"
gives ca-missing 1 "" "cannot be read" ./03_custom_ca $base/hello /nonexistent

# 4
saved=$scratch/in/saved
gives download-usage 2 "" "usage: 04_download" ./04_download
gives download 0 "" "" ./04_download $base/big "$saved" "$ca"
same download-bytes "$scratch/www/big" "$saved"
is_true download-no-part "it is there" [ ! -e "$saved.part" ]
gives download-cut 1 "" "the body was cut" ./04_download $raw/cut "$saved" "$ca"
same download-keeps-the-old "$scratch/www/big" "$saved"
gives download-404 1 "" "client error" ./04_download $base/404 "$scratch/in/none" "$ca"
is_true download-404-none "there is a file" [ ! -e "$scratch/in/none" ]

# 5
gives several-usage 2 "" "usage: 05_poll_loop" ./05_poll_loop
gives several 0 "200 3000000 $base/big" "" ./05_poll_loop "$ca" $base/big $base/hello $base/404 \
    $raw/cut $base/big https://localhost:$wrong_port/ nonsense
is_true several-small "not there" grep -q "^200 6 $base/hello\$" "$scratch/out"
is_true several-404 "not there" grep -q "^404 13 $base/404\$" "$scratch/out"
is_true several-cut "not there" grep -q "^failed $raw/cut: the body was cut" "$scratch/out"
is_true several-name "not there" grep -q "^failed https://localhost:$wrong_port/: " "$scratch/out"
is_true several-begin "not there" grep -q "^failed nonsense: " "$scratch/out"
is_true several-all "not 7 lines" [ "$(wc -l <"$scratch/out")" -eq 7 ]
finish
