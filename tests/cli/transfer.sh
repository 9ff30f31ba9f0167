#!/bin/sh
# httpsc against a real server: what arrives, where it goes, and what is said when it fails.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl

mkdir -p "$scratch/www/dir" "$scratch/raw" "$scratch/in"
echo "hello" >"$scratch/www/hello"
head -c 3000000 /dev/urandom >"$scratch/www/big"
: >"$scratch/www/empty"
cp "$scratch/www/hello" "$scratch/www/dir/named.txt"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort' >"$scratch/raw/cut"
printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n' \
    >"$scratch/raw/cutchunk"
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
start_raw || { fail s_server "does not start" "$scratch/raw.log"; finish; }

base=https://localhost:$tls_port
raw=https://localhost:$raw_port
get()
{
    "$httpsc" --cacert "$certs/ca.pem" "$@"
}

gives get 0 hello "" get $base/hello
same get-bytes "$scratch/www/hello" "$scratch/out"
is_true get-quiet "stderr is not empty" [ ! -s "$scratch/err" ]
gives big 0 "" "" get $base/big
same big-bytes "$scratch/www/big" "$scratch/out"
gives empty 0 "" "" get $base/empty
is_true empty-bytes "there are some" [ ! -s "$scratch/out" ]
gives ip-literal 0 hello "" get "https://127.0.0.1:$tls_port/hello"
gives ip-literal-of-another 1 "" "certificate is for another name" \
    get "https://127.0.0.1:$wrong_port/"
gives ip-literal-unlisted 1 "" "certificate is for another name" \
    get --connect-to "127.0.0.1:$tls_port" https://127.0.0.2/hello
gives ip-literal-v6 0 "" "" get --connect-to "127.0.0.1:$tls_port" 'https://[::1]/hello'

gives not-found 0 "nothing here" "" get $base/404
gives fail-404 22 "" "404" get --fail $base/404
is_true fail-404-body "the body was printed" [ ! -s "$scratch/out" ]
gives fail-500 22 "" "500" get -f $base/500
gives fail-200 0 hello "" get -f $base/hello

gives head 0 "HTTP/1.1 200 OK" "" get -I $base/hello
is_true head-length "no Content-Length" grep -q '^Content-Length: 6$' "$scratch/out"
is_true head-body "a body" [ "$(tail -n 1 "$scratch/out")" = "" ]
gives include 0 "HTTP/1.1 200 OK" "" get -i $base/hello
is_true include-body "no body at the end" [ "$(tail -n 1 "$scratch/out")" = hello ]

# files
(cd "$scratch/in" && get -O "$base/dir/named.txt?query=/a/b#fragment/x") >"$scratch/out" 2>&1
same remote-name "$scratch/www/hello" "$scratch/in/named.txt"
is_true remote-name-alone "other files" [ "$(ls -A "$scratch/in")" = named.txt ]
gives output 0 "" "" get -o "$scratch/in/big" $base/big
same output-bytes "$scratch/www/big" "$scratch/in/big"
is_true output-no-part "the .part is left" [ ! -e "$scratch/in/big.part" ]
is_true output-no-stdout "stdout got something" [ ! -s "$scratch/out" ]
gives output-stdout 0 hello "" get -o - $base/hello
gives output-replaces 0 "" "" get -o "$scratch/in/big" $base/hello
same output-replaced "$scratch/www/hello" "$scratch/in/big"
gives output-unwritable 1 "" "cannot write" get -o "$scratch/no/such" $base/hello
for name in cut cutchunk; do
    gives $name 1 "" "the body was cut" get $raw/$name
    gives $name-file 1 "" "incomplete, and left there: $scratch/in/big.part" \
        get -o "$scratch/in/big" $raw/$name
    is_true $name-part "not what came" [ "$(cat "$scratch/in/big.part")" = short ]
    same $name-keeps-the-old "$scratch/www/hello" "$scratch/in/big"
done
gives fail-makes-no-file 22 "" "404" get --fail -o "$scratch/in/none" $base/404
is_true fail-made-no-file "there is one" [ ! -e "$scratch/in/none" ]
is_true fail-made-no-part "there is one" [ ! -e "$scratch/in/none.part" ]
if [ -e /dev/full ]; then
    get $base/big >/dev/full 2>"$scratch/err"
    code=$?
    is_true full "exit $code" [ "$code" -eq 1 ]
    is_true full-said "no message" grep -q "cannot write" "$scratch/err"
else
    skip full "no /dev/full"
fi

# requests
last_request()
{
    await test -s "$scratch/requests"
    tail -n 1 "$scratch/requests" >"$scratch/last"
    : >"$scratch/requests"
}
sends()
{
    sends_name=$1 sends_want=$2
    shift 2
    gives "$sends_name" 0 plain "" get "$@" $base/echo
    last_request
    is_true "$sends_name-sent" "sent $(cat "$scratch/last")" \
        grep -qF -e "$sends_want" "$scratch/last"
}
printf 'a\0b\r\n&c' >"$scratch/data"
sends data 'POST|application/x-www-form-urlencoded|' -d 'a=1'
is_true data-body "not a=1" grep -qF '|a=1|3|' "$scratch/last"
sends data-twice '|a=1&b=2|' -d a=1 --data b=2
sends data-empty '||0|' -d ''
sends data-type 'POST|application/json|' -d '{}' -H 'content-type: application/json'
sends data-untyped 'POST||' -d '{}' -H 'Content-Type:'
sends data-at '&c|7|' -d "@$scratch/data"
sends data-file '&c|7|' --data-file "$scratch/data"
sends method 'PUT|' -X PUT -d a=1
sends delete 'DELETE|' -XDELETE
sends accept '|text/html|' -H 'Accept: text/html'
sends no-accept 'GET||||' -H 'Accept:'
gives agent 0 "agent=mine " "" get -H 'User-Agent: mine' $base/fields
gives no-agent 0 "agent= " "" get -H 'user-agent:' $base/fields
gives default-agent 0 "agent=httpsc/" "" get $base/fields
gives host 0 "host=elsewhere " "" get -H 'Host: elsewhere' $base/fields
gives empty-field 0 "" "> X-Empty:" get -v -H 'X-Empty;' $base/fields

# -v and --timing
gives verbose 0 hello "> GET /hello HTTP/1.1" get -v $base/hello
is_true verbose-response "no status line" grep -q '^< HTTP/1.1 200 OK' "$scratch/err"
is_true verbose-stage "no stage" grep -q '^\* ' "$scratch/err"
is_true verbose-tls "no TLS facts" grep -q '^\* .*TLSv1\.2' "$scratch/err"
gives verbose-secret 0 "" "> Authorization:" \
    get -v -H 'Authorization: Basic c2VjcmV0' $base/fields
is_true verbose-redacts "the secret is there" sh -c '! grep -q c2VjcmV0 "$1"' sh "$scratch/err"
gives timing 0 hello "TLS" get --timing $base/hello
for stage in connect TLS 'first byte' total; do
    is_true "timing-$stage" "not in the table" \
        grep -q "^$stage  *[0-9.]*  *[0-9.]* *\(|[ #]*|\)*\$" "$scratch/err"
done

# whom to believe
gives unknown-issuer 1 "" "issuer" "$httpsc" --cacert "$certs/ca2.pem" $base/hello
gives wrong-name 1 "" "other.example" get https://localhost:$wrong_port/
gives insecure 0 hello "" "$httpsc" -k $base/hello
gives insecure-name 0 "" "" "$httpsc" -k --cacert "$certs/ca2.pem" https://localhost:$wrong_port/
gives not-tls 1 "" "not speaking TLS" get https://localhost:$plain_port/
gives allow-http 0 plain "" "$httpsc" --allow-http http://localhost:$plain_port/

# names and addresses
gives connect-to 0 "host=a.wild.test " "" \
    get --connect-to 127.0.0.1:$tls_port https://a.wild.test/fields
gives resolve 0 hello "" get --resolve a.wild.test:$tls_port:127.0.0.1 \
    https://A.wild.test:$tls_port/hello
gives resolve-used 1 "" "httpsc: " get --resolve localhost:$tls_port:127.0.0.9 $base/hello
gives resolve-other-port 0 hello "" get --resolve localhost:1:127.0.0.9 $base/hello
gives resolve-userinfo 0 hello "" get --resolve localhost:$tls_port:127.0.0.1 \
    --resolve localhost:443:127.0.0.9 https://localhost:$tls_port/hello?x@y:443
gives public-only 1 "" "localhost port $tls_port (127.0.0.1 not allowed, ::1 not allowed)" \
    get --public-only $base/hello
gives public-only-resolve 1 "" "127.0.0.1 not allowed" get --public-only \
    --resolve a.wild.test:$tls_port:127.0.0.1 https://a.wild.test:$tls_port/hello
gives refused 1 "" "connection refused" get --connect-to 127.0.0.9:$tls_port $base/
gives timeout 1 "" "timeout" get --timeout 1 $base/slow/big
gives low-speed 1 "" "less than 1000 bytes a second for 1000 ms" \
    get --low-speed 1000/1 $base/crawl/big
gives low-speed-unused 0 hello "" get --low-speed 1000 $base/hello
gives timeout-unused 0 hello "" get --timeout 60 $base/hello

# the body is never whole in memory
truncate -s 192M "$scratch/www/huge" 2>/dev/null || dd if=/dev/zero of="$scratch/www/huge" \
    bs=1 count=1 seek=201326591 2>/dev/null
if ! (ulimit -v 131072 && "$httpsc" --version) >/dev/null 2>&1; then
    skip memory "no limit of the address space, or a sanitized build"
else
    length=$( (ulimit -v 131072 && get $base/huge) 2>"$scratch/err" | wc -c)
    is_true memory "$length bytes: $(cat "$scratch/err")" [ "$length" -eq 201326592 ]
fi

finish
