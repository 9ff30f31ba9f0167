#!/bin/sh
# Measures httpsc beside libcurl with OpenSSL, in one run, on one loopback nginx (ECDSA P-256 leaf
# under an RSA root; TLS 1.3 and 1.2), and prints ratios against the budgets of docs/BENCH.md.
#
#   tests/bench/run.sh [TIMES]     TIMES (default 1) multiplies the number of repetitions
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
cd "$(dirname "$0")/../.." || exit 1
times=${1:-1}
dir=$(mktemp -d) || exit 1
nginx_pid=

finish()
{
    [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

die()
{
    echo "bench: $*" >&2
    exit 1
}

certificates()
{
    openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=httpsc bench root' \
        -keyout "$dir/ca.key" -out "$dir/ca.pem" -addext 'keyUsage=critical,keyCertSign' &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=localhost' \
            -keyout "$dir/leaf.key" -out "$dir/leaf.csr" &&
        printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' > "$dir/ext" &&
        openssl x509 -req -in "$dir/leaf.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
            -CAcreateserial -days 30 -extfile "$dir/ext" -out "$dir/leaf.pem"
}

# one_server PORT PROTOCOL CIPHER(1.2) SUITE(1.3) MORE: a server block of nginx
one_server()
{
    printf 'server {\n    listen 127.0.0.1:%s ssl;\n    ssl_protocols %s;\n' "$1" "$2"
    [ -z "$3" ] || printf '    ssl_ciphers %s;\n' "$3"
    [ -z "$4" ] || printf '    ssl_conf_command Ciphersuites %s;\n' "$4"
    printf '    %s\n}\n' "$5"
}

kept="keepalive_requests 10000000; keepalive_timeout 60s; ssl_session_tickets off;"
full="keepalive_timeout 0; ssl_session_tickets off;"
resumed="keepalive_timeout 0; ssl_session_tickets on;"

# server PORT: ten ports from PORT on, five a version: kept connections, full handshakes, resumed
# ones, and bulk with AES-256-GCM and with ChaCha20-Poly1305; and one without TLS
server()
{
    {
        cat << CONF
worker_processes 1;
daemon off;
pid $dir/nginx.pid;
error_log $dir/error.log;
worker_rlimit_nofile 4096;
events { worker_connections 2500; }
http {
    access_log off;
    sendfile on;
    client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3;
    uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
    ssl_certificate $dir/leaf.pem;
    ssl_certificate_key $dir/leaf.key;
    ssl_session_cache off;
    root $dir/www;
CONF
        one_server "$1" TLSv1.3 '' TLS_AES_128_GCM_SHA256 "$kept"
        one_server "$(($1 + 1))" TLSv1.3 '' TLS_AES_128_GCM_SHA256 "$full"
        one_server "$(($1 + 2))" TLSv1.3 '' TLS_AES_128_GCM_SHA256 "$resumed"
        one_server "$(($1 + 3))" TLSv1.3 '' TLS_AES_256_GCM_SHA384 "$kept"
        one_server "$(($1 + 4))" TLSv1.3 '' TLS_CHACHA20_POLY1305_SHA256 "$kept"
        one_server "$(($1 + 5))" TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 '' "$kept"
        one_server "$(($1 + 6))" TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 '' "$full"
        one_server "$(($1 + 7))" TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 '' "$resumed"
        one_server "$(($1 + 8))" TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384 '' "$kept"
        one_server "$(($1 + 9))" TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305 '' "$kept"
        # without sendfile head and body go out together, as they do under TLS
        echo "server { listen 127.0.0.1:$(($1 + 10)); sendfile off; keepalive_requests 10000000; }"
        echo "}"
    } > "$dir/nginx.conf"
    nginx -p "$dir" -c "$dir/nginx.conf" 2> "$dir/start.log" &
    nginx_pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        sleep 0.2
        kill -0 "$nginx_pid" 2>/dev/null || return 1
        [ ! -s "$dir/nginx.pid" ] || return 0
    done
    return 1
}

# row NAME UNIT OURS THEIRS BUDGET
row()
{
    awk -v name="$1" -v unit="$2" -v ours="$3" -v theirs="$4" -v budget="$5" 'BEGIN {
        ratio = theirs > 0 ? ours / theirs : 0
        verdict = budget == "-" ? "" : ratio <= budget + 0 ? "within" : "OVER"
        printf "| %s | %.1f %s | %.1f %s | %.3f | %s | %s |\n", name, ours, unit, theirs, unit,
               ratio, budget == "-" ? "" : sprintf("%.3f", budget), verdict
    }'
}

field()
{
    echo "$1" | awk -v n="$2" '{ print $n }'
}

# pair MODE NAME URL NUM BUDGET [resume]: CPU of one request, ours and libcurl's, taken in turn
pair()
{
    curl_took=$("$dir/curl_bench" "$3" "$dir/ca.pem" "$4" "${6-}") || die "libcurl: $2"
    ours_took=$("$dir/ours" "$1" "$3" "$dir/ca.pem" "$4") || die "httpsc: $2"
    row "$2, CPU" "us" "$(field "$ours_took" 1)" "$(field "$curl_took" 1)" "$5"
}

# floor NUM: what of the pair before this one no client can do without
floor()
{
    floor_took=$("$dir/floor" $((port + 10)) "$1") || die "floor"
    row "of that, the kernel's: send, poll and receive without TLS" "us" \
        "$(field "$floor_took" 1)" "$(field "$curl_took" 1)" -
}

# process NAME COMMAND...: one process, one GET, against what the curl command took
process()
{
    process_name=$1
    shift
    ours=$("$dir/spawn" $((200 * times)) "$@" "$url") || die "$1"
    set -- "$process_name"
    row "$1: wall" "us" "$(field "$ours" 1)" "$(field "$theirs" 1)" 0.125
    row "$1: CPU" "us" "$(field "$ours" 2)" "$(field "$theirs" 2)" 0.125
    row "$1: peak memory" "KiB" "$(field "$ours" 3)" "$(field "$theirs" 3)" 0.1667
}

# at_once NAME URL NUM ROUNDS: many transfers in one thread, beside libcurl's multi handle
at_once()
{
    theirs=$("$dir/multi_curl" "$2" "$dir/ca.pem" "$3" "$4") || die "libcurl: $1"
    ours=$("$dir/multi_ours" "$2" "$dir/ca.pem" "$3" "$4") || die "httpsc: $1"
    row "$1: requests a second (more is better)" "" "$(field "$ours" 1)" "$(field "$theirs" 1)" -
    row "$1: CPU of one" "us" "$(field "$ours" 2)" "$(field "$theirs" 2)" -
    row "$1: heap for one" "B" "$(field "$ours" 3)" "$(field "$theirs" 3)" -
}

cc=${CC:-gcc}
chmod 755 "$dir" # nginx's workers are another user's
mkdir -p "$dir/www"
echo "hello from the bench" > "$dir/www/small"
dd if=/dev/zero of="$dir/www/big" bs=1 count=0 seek=$((512 * 1024 * 1024)) 2>/dev/null
certificates > "$dir/openssl.log" 2>&1 || die "openssl: $(cat "$dir/openssl.log")"
cat /etc/ssl/certs/ca-certificates.crt "$dir/ca.pem" > "$dir/bundle.pem" || die "no system bundle"
compile()
{
    $cc -O2 -I. -o "$dir/$1" "$2" "$3" -pthread || die "$2 does not compile"
}
compile spawn tests/bench/spawn.c -lpthread
compile ours tests/bench/ours.c -lbearssl
make -s PREREQUISITES=: build/httpsc || die "build/httpsc does not compile"
compile curl_bench tests/bench/curl.c -lcurl
compile floor tests/bench/floor.c -lpthread
compile multi_ours tests/bench/multi_ours.c -lbearssl
compile multi_curl tests/bench/multi_curl.c -lcurl
port=
for try in 1 2 3 4 5; do
    port=$((20000 + ($$ * 7 + try * 977) % 20000))
    server "$port" && break
    port=
done
[ -n "$port" ] || die "nginx does not start: $(cat "$dir/start.log")"

echo "$(date -u +%Y-%m-%d), $(uname -m), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "$(build/httpsc --version | head -n 1); $(curl --version | head -n 1 | cut -d' ' -f1-5)"
echo "$(grep -c 'BEGIN CERTIFICATE' "$dir/bundle.pem") roots in the bundle"
echo
echo "| what | httpsc | peer | ratio | budget | |"
echo "|---|---|---|---|---|---|"
url=https://localhost:$port/small
theirs=$("$dir/spawn" $((40 * times)) curl -sf --cacert "$dir/bundle.pem" "$url") || die "curl"
process "one process, one GET" build/httpsc --fail --cacert "$dir/bundle.pem"
# the same roots, as the table inside the header
mkdir "$dir/embedded"
if ./amalgamate.sh --bundle --anchors "$dir/bundle.pem" -o "$dir/embedded/httpsc.h" \
    >"$dir/embedded.log" 2>&1; then
    $cc -O2 -I"$dir/embedded" -o "$dir/get" examples/static/get.c -pthread || die "get.c"
    process "the same, with the embedded table" "$dir/get"
else
    echo "skip the embedded table: $(tail -n 1 "$dir/embedded.log")" >&2
fi
if make -s PREREQUISITES=: build/static/httpsc >"$dir/static.log" 2>&1; then
    process "the same, static (musl, the bundle)" build/static/httpsc --fail \
        --cacert "$dir/bundle.pem"
else
    echo "skip the static client: $(tail -n 1 "$dir/static.log")" >&2
fi
for version in 1.3 1.2; do
    at=https://localhost
    [ "$version" = 1.3 ] && first=$port || first=$((port + 5))
    pair get "$version: small GET on a kept connection" "$at:$first/small" $((10000 * times)) 0.5
    floor $((10000 * times))
    pair run "$version: the same in steps" "$at:$first/small" $((10000 * times)) -
    pair run "$version: full handshake and GET" "$at:$((first + 1))/small" $((300 * times)) 2.5
    pair run "$version: resumed handshake and GET" "$at:$((first + 2))/small" $((300 * times)) 1 \
        resume
    pair run "$version: 512 MiB, AES-128-GCM" "$at:$first/big" "$times" 1.15
    pair run "$version: 512 MiB, AES-256-GCM" "$at:$((first + 3))/big" "$times" -
    pair run "$version: 512 MiB, ChaCha20-Poly1305" "$at:$((first + 4))/big" "$times" -
    at_once "$version: 1,000 transfers at once" "$at:$first/small" 1000 $((10 * times))
    heap=$("$dir/ours" heap "$at:$first/big" "$dir/bundle.pem" 16 "$at:$first/small") || die "heap"
    row "$version: heap of a transfer that shakes hands" "B" "$(field "$heap" 1)" 0 -
    row "$version: heap of a transfer that streams" "B" "$(field "$heap" 2)" 0 -
    row "$version: heap of an idle connection" "B" "$(field "$heap" 3)" 4096 1
done
row "heap of a client with the system's bundle" "B" "$(field "$heap" 4)" 0 -
start=$(awk '{ print $1 }' /proc/uptime)
$cc -O2 -I. -c -o "$dir/object.o" -xc - << 'C'
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"
C
end=$(awk '{ print $1 }' /proc/uptime)
echo
echo "httpsc.h at -O2: $(awk "BEGIN { print $end - $start }") s to compile; $(size "$dir/object.o" | tail -n 1 | awk '{ print $1 }') bytes of text and roots."
