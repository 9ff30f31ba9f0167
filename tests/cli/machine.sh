#!/bin/sh
# httpsc --machine: the contract with the programs that drive it.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl

mkdir -p "$scratch/www" "$scratch/raw"
printf 'no newline at the end' >"$scratch/www/hello"
printf 'HTTP/1.1 200 OK\r\nX-A: 1\r\nx-b:  two  \r\nX-A: 3\r\nContent-Length: 4\r\n\r\nbody' \
    >"$scratch/raw/fields"
printf 'HTTP/1.1 299\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Trailer: t\r\n\r\n' \
    >"$scratch/raw/trailer"
printf 'HTTP/1.1 100 Continue\r\nX-Not: shown\r\n\r\n' >"$scratch/raw/interim"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx' >>"$scratch/raw/interim"
printf 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort' >"$scratch/raw/cut"
printf 'HTTP/1.1 200 OK\r\nbad field\r\n\r\n' >"$scratch/raw/bad"
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
start_raw || { fail s_server "does not start" "$scratch/raw.log"; finish; }

base=https://localhost:$tls_port
raw=https://localhost:$raw_port
machine()
{
    "$httpsc" --machine --cacert "$certs/ca.pem" "$@"
}
# prints NAME WANTED ARGUMENTS...: exactly these bytes
prints()
{
    prints_name=$1
    printf "$2" >"$scratch/want"
    shift 2
    gives "$prints_name" 0 "" "" machine "$@"
    same "$prints_name-output" "$scratch/want" "$scratch/out"
}

prints fields 'status 200\nH: X-A: 1\nH: x-b: two\nH: X-A: 3\nH: Content-Length: 4\n\nbody' \
    $raw/fields
prints trailer 'status 299\nH: Transfer-Encoding: chunked\n\nbody' $raw/trailer
prints interim 'status 200\nH: Content-Length: 1\n\nx' $raw/interim
prints several 'status 200\nH: X-A: 1\nH: x-b: two\nH: X-A: 3\nH: Content-Length: 4\n\nbody' \
    $raw/trailer $base/hello $raw/fields
gives cut 1 "" "the body was cut" machine $raw/cut
gives bad-field 1 "" "malformed field line" machine $raw/bad
is_true bad-field-output "something was printed" [ ! -s "$scratch/out" ]
gives status-is-no-failure 0 "status 404" "" machine $base/404

gives stops 1 "" "the body was cut" machine $base/hello $raw/cut $base/fields
is_true stops-silent "something was printed" [ ! -s "$scratch/out" ]
gives reuses 0 "connection=3" "" machine $base/fields $base/hello $base/fields

gives head 0 "status 200" "" machine --method HEAD $base/hello
is_true head-length "no length" grep -q '^H: Content-Length: 21$' "$scratch/out"
is_true head-body "there is one" [ "$(tail -n 1 "$scratch/out")" = "" ]
gives method 0 "DELETE host=" "" machine --method DELETE $base/fields
gives host 0 "host=other.example " "" machine --header 'Host: other.example' $base/fields
gives agent 0 "agent=mine cookie=a=b " "" \
    machine --header 'User-Agent: mine' --header 'Cookie: a=b' $base/fields
gives twice 0 "H: X-Twice: two" "" machine $base/fields
printf 'a=1' >"$scratch/data"
gives data-file 0 plain "" machine --data-file "$scratch/data" $base/echo
await test -s "$scratch/requests"
is_true data-file-sent "sent $(cat "$scratch/requests")" \
    grep -q '^POST||.*|a=1|3|$' "$scratch/requests"

gives resolve 0 "host=a.wild.test:" "" machine --resolve a.wild.test:$tls_port:127.0.0.1 \
    https://a.wild.test:$tls_port/fields
gives resolve-several 0 "host=b.wild.test:" "" machine --resolve a.wild.test:$tls_port:127.0.0.1 \
    --resolve b.wild.test:$tls_port:127.0.0.1 \
    https://a.wild.test:$tls_port/fields https://b.wild.test:$tls_port/fields
gives resolve-ipv6 1 "" "httpsc: " machine "--resolve" "a.wild.test:$tls_port:[::1]" \
    https://a.wild.test:$tls_port/fields
gives connect-to 0 "host=a.wild.test " "" machine --connect-to 127.0.0.1:$tls_port \
    https://a.wild.test/fields
gives tls-versions 0 "status 200" "" machine --tls-min 1.2 --tls-max 1.3 $base/hello
gives unverified 1 "" "issuer" "$httpsc" --machine --cacert "$certs/ca2.pem" $base/hello
gives insecure 0 "status 200" "" "$httpsc" --machine --insecure $base/hello
gives allow-http 0 plain "" machine --allow-http http://localhost:$plain_port/
gives timeout 1 "" timeout machine --timeout 1 $base/slow/hello
finish
