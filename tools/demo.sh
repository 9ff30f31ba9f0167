#!/bin/sh
# Shows what httpsc does, on this machine alone: a certification authority made for the moment,
# three servers (`openssl s_server`) on loopback, one verified fetch and three refusals. Exits
# non-zero when any of the four goes other than it should.
#
#   tools/demo.sh          after build/httpsc was made; `make demo` does both
#   tools/demo.sh URL      fetches URL, trusting the system's roots (or the embedded ones)
set -u
LC_ALL=C
export LC_ALL

cd "$(dirname "$0")/.." || exit 1
httpsc=build/httpsc
[ -x "$httpsc" ] || { echo "demo: $httpsc is missing: run make demo" >&2; exit 1; }

dir=
servers=
# shellcheck disable=SC2329
clean_up()
{
    for pid in $servers; do
        kill "$pid" 2>/dev/null
    done
    [ -z "$dir" ] || rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM
dir=$(mktemp -d "${TMPDIR:-/tmp}/httpsc-demo.XXXXXX") || exit 1

if [ $# -gt 0 ]; then
    echo "\$ $httpsc -v $1"
    "$httpsc" -v "$1" >"$dir/body"
    status=$?
    sed -n 1,20p "$dir/body"
    exit "$status"
fi

sh tests/certs.sh "$dir/certs" || exit 1
certs=$dir/certs
printf 'Hello from a server whose certificate was verified.\n' >"$dir/hello.txt"

# start_server NAME: with that certificate, on the first port that is free; sets $port.
next_port=$((20000 + $$ % 20000))
start_server()
{
    tries=0
    while [ "$tries" -lt 50 ]; do
        port=$next_port
        next_port=$((next_port + 1))
        tries=$((tries + 1))
        : >"$dir/$1.log"
        # cd, because -WWW serves the files of its working directory
        ( cd "$dir" && exec openssl s_server -accept "127.0.0.1:$port" -tls1_2 -WWW \
            -cert "$certs/$1.pem" -cert_chain "$certs/intermediate.pem" -key "$certs/$1.key" ) \
            </dev/null >"$dir/$1.log" 2>&1 &
        pid=$!
        servers="$servers $pid"
        waited=0
        while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 50 ]; do
            if grep -q '^ACCEPT' "$dir/$1.log"; then
                return
            fi
            sleep 0.1 2>/dev/null || sleep 1
            waited=$((waited + 1))
        done
        kill "$pid" 2>/dev/null
    done
    echo "demo: openssl s_server does not start:" >&2
    cat "$dir/$1.log" >&2
    exit 1
}

failures=0
unexpected()
{
    echo "UNEXPECTED: $1"
    failures=$((failures + 1))
}

# refused WHAT CA PORT TEXT: the fetch must fail, and say the text.
refused()
{
    echo
    echo "# $1"
    echo "\$ $httpsc --cacert $2 https://localhost:$3/hello.txt"
    "$httpsc" --cacert "$certs/$2" "https://localhost:$3/hello.txt" >"$dir/out" 2>"$dir/err"
    status=$?
    cat "$dir/err"
    if [ "$status" -eq 0 ]; then
        unexpected "that should have been refused"
    elif [ -s "$dir/out" ]; then
        unexpected "something was handed over before the refusal"
    elif ! grep -q "$4" "$dir/err"; then
        unexpected "it was refused for another reason"
    fi
}

start_server good
good_port=$port
start_server wrongname
wrongname_port=$port
start_server expired
expired_port=$port

echo "# a verified fetch"
echo "\$ $httpsc -v --cacert ca.pem https://localhost:$good_port/hello.txt"
"$httpsc" -v --cacert "$certs/ca.pem" "https://localhost:$good_port/hello.txt" >"$dir/out"
status=$?
cat "$dir/out"
if [ "$status" -ne 0 ] || ! cmp -s "$dir/out" "$dir/hello.txt"; then
    unexpected "that should have given the file"
fi

refused "the certificate is for other.example" ca.pem "$wrongname_port" \
    "certificate is for another name"
refused "the certificate is over" ca.pem "$expired_port" "certificate has expired"
refused "the issuer is not trusted" ca2.pem "$good_port" \
    "unable to get local issuer certificate"

echo
if [ "$failures" -eq 0 ]; then
    echo "demo: one verified fetch, three refusals, as it should be"
else
    echo "demo: $failures of the four went wrong"
    exit 1
fi
