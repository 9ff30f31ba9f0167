#!/bin/sh
# Bodies both ways, many requests on one connection, and servers that close idle connections at the
# worst moment: with nginx, Node, Apache httpd and HAProxy. Full runs have bodies up to 2 GiB, and
# 10,000 requests a server.
# shellcheck source=tests/cli/servers.inc
. "$(dirname "$0")/../cli/servers.inc"
need nginx node

mkdir -p "$scratch/www" "$scratch/tmp" "$scratch/put"
sizes="1 65537 1048577"
huge=
num_requests=300
case ${HTTPSC_TEST_FULL-}:$HTTPSC_BUILD in
:*) ;;
*-sanitized-* | *clang* | *-src) ;; # the same program: once will do
*)
    sizes="$sizes 67108864"
    huge=2147483648
    num_requests=10000
    ;;
esac

client=$scratch/client
if ! ${CC:-cc} -O2 -I"$HTTPSC_BUILD/include" tests/interop/transfers.c -o "$client" -lbearssl \
    -pthread >"$scratch/log" 2>&1; then
    fail transfers "its client does not compile" "$scratch/log"
    finish
fi

# sizes_of NAME: 2 GiB both ways, with a length and in chunks, but not with every server
sizes_of()
{
    case $1 in
    node-download | nginx-upload | apache-download | haproxy-upload-chunked) echo "$sizes $huge" ;;
    *) echo "$sizes" ;;
    esac
}

# Mostly holes, with something in between.
for size in $sizes $huge; do
    truncate -s "$size" "$scratch/www/$size"
    [ "$size" -lt 65536 ] ||
        head -c 65537 /dev/urandom | dd of="$scratch/www/$size" bs=1 count=1 conv=notrunc 2>/dev/null
    for at in 0 3 64 2047; do
        [ $((at * 1048576)) -ge "$size" ] ||
            printf x | dd of="$scratch/www/$size" bs=1 seek=$((at * 1048576)) conv=notrunc \
                2>/dev/null
    done
    echo "$size $(sha256sum <"$scratch/www/$size" | cut -d' ' -f1)" >"$scratch/$size.sum"
done
echo ok >"$scratch/www/page"

# downloads NAME BASE: every file
downloads()
{
    for size in $(sizes_of "$1-download"); do
        gives "$1-download-$size" 0 "200 same" "" "$client" "$certs/ca.pem" get "$2$size" \
            "$scratch/www/$size"
    done
}

# uploads NAME URL: with their length, and in chunks; Node tells what came
uploads()
{
    for how in "" -chunked; do
        for size in $(sizes_of "$1-upload$how"); do
            # shellcheck disable=SC2086 # none, or one
            gives "$1-upload$how-$size" 0 "200 $(cat "$scratch/$size.sum")" "" \
                "$client" "$certs/ca.pem" put "$2" "$scratch/www/$size" ${how#-}
        done
    done
}

# stored NAME BASE OPTIONS: uploads to a server that keeps files
stored()
{
    for size in $(sizes_of "$1-upload"); do
        # shellcheck disable=SC2086 # none, or one
        gives "$1-upload-$size" 0 "20" "" "$client" "$certs/ca.pem" ${3-} put "$2$size" \
            "$scratch/www/$size"
        same "$1-upload-$size-bytes" "$scratch/www/$size" "$scratch/put/$size"
        rm -f "$scratch/put/$size"
    done
}

# many NAME URL: all on one connection
many()
{
    gives "$1-many" 0 "$((num_requests - 1)) of $num_requests reused" "" \
        "$client" "$certs/ca.pem" many "$2" "$num_requests"
}

# ---- Node

node tests/interop/transfers.js "$certs/good.pem" "$certs/good.key" "$scratch/www" \
    "$scratch/ports" >"$scratch/node.log" 2>&1 </dev/null &
server_pids="$server_pids $!"
if ! await test -s "$scratch/ports"; then
    fail node "it does not start" "$scratch/node.log"
    finish
fi
read -r node_http node_https node_idle node_rude <"$scratch/ports"
downloads node "https://localhost:$node_https/"
uploads node "https://localhost:$node_https/"
for size in $sizes; do
    gives "node-chunked-$size" 0 "200 same" "" "$client" "$certs/ca.pem" get \
        "http://localhost:$node_http/$size?chunked" "$scratch/www/$size"
done
many node "https://localhost:$node_https/page"
# closed after 5 ms: some requests meet the end of the connection half-way, and none is lost
gives node-idle 0 "of 300 reused" "" "$client" "$certs/ca.pem" paused \
    "http://localhost:$node_idle/page" 300 10
# closed or reset as a request arrives: asked again, but for a POST
gives node-rude-get 0 "of 100 reused" "" "$client" "$certs/ca.pem" many \
    "http://localhost:$node_rude/" 100
gives node-rude-post 0 "50 of 50 lost" "" "$client" "$certs/ca.pem" post \
    "http://localhost:$node_rude/" 50

# ---- nginx

start_nginx_here()
{
    for _ in 1 2 3 4 5; do
        next_port
        cat >"$scratch/nginx.conf" <<END
daemon off;
master_process off;
pid $scratch/nginx.pid;
error_log $scratch/nginx-error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $scratch/tmp; proxy_temp_path $scratch/tmp;
    fastcgi_temp_path $scratch/tmp; uwsgi_temp_path $scratch/tmp; scgi_temp_path $scratch/tmp;
    client_max_body_size 0;
    keepalive_requests $1;
    server {
        listen 127.0.0.1:$port ssl;
        ssl_certificate $certs/good.pem;
        ssl_certificate_key $certs/good.key;
        root $scratch/www;
        location /put/ { alias $scratch/put/; dav_methods PUT; }
    }
}
END
        start nginx nginx -p "$scratch" -c "$scratch/nginx.conf" && return 0
    done
    return 1
}

if start_nginx_here 100000; then
    downloads nginx "https://localhost:$port/"
    stored nginx "https://localhost:$port/put/"
    many nginx "https://localhost:$port/page"
    if start_nginx_here 10; then # every tenth answer closes
        gives nginx-closes 0 "270 of 300 reused" "" "$client" "$certs/ca.pem" many \
            "https://localhost:$port/page" 300
    fi
else
    fail nginx "it does not start" "$scratch/nginx.log"
fi

# ---- Apache httpd: Digest of a server, and connections that end after a millisecond

apache=$(command -v apache2 || command -v httpd)
modules=
for directory in /usr/lib/apache2/modules /usr/lib64/httpd/modules; do
    [ ! -d "$directory" ] || modules=$directory
done

# start_apache TIMEOUT REQUESTS
start_apache()
{
    for _ in 1 2 3 4 5; do
        next_port
        {
            for module in mpm_event unixd authz_core authz_user authn_core authn_file auth_digest \
                dav dav_fs ssl log_config; do
                [ ! -e "$modules/mod_$module.so" ] ||
                    echo "LoadModule ${module}_module $modules/mod_$module.so"
            done
            [ "$(id -u)" -ne 0 ] || echo "User www-data"
            [ "$(id -u)" -ne 0 ] || echo "Group www-data"
            cat <<END
ServerName localhost
ServerRoot $scratch
DefaultRuntimeDir $scratch
PidFile $scratch/apache.pid
Mutex pthread
ErrorLog $scratch/apache-error.log
Listen 127.0.0.1:$port
LimitRequestBody 0
KeepAliveTimeout $1
MaxKeepAliveRequests $2
DavLockDB $scratch/dav/locks
SSLEngine on
SSLCertificateFile $certs/good.pem
SSLCertificateKeyFile $certs/good.key
DocumentRoot $scratch/www
Alias /put/ $scratch/put/
<Directory $scratch/put>
    Dav on
    AuthType Digest
    AuthName "a realm"
    AuthUserFile $scratch/digest
    Require valid-user
</Directory>
END
        } >"$scratch/apache.conf"
        [ ! -e "$modules/mod_alias.so" ] ||
            sed -i "1i LoadModule alias_module $modules/mod_alias.so" "$scratch/apache.conf"
        start apache "$apache" -D FOREGROUND -f "$scratch/apache.conf" && return 0
    done
    return 1
}

if [ -z "$apache" ] || [ -z "$modules" ]; then
    skip apache "it is not installed"
else
    echo "u:a realm:$(printf 'u:a realm:p' | md5sum | cut -d' ' -f1)" >"$scratch/digest"
    chmod 755 "$scratch"
    mkdir -p "$scratch/dav"
    chmod 777 "$scratch/put" "$scratch/dav"
    if start_apache 10 0; then
        downloads apache "https://localhost:$port/"
        stored apache "https://localhost:$port/put/" -au:p
        gives apache-wrong-password 0 "401" "" "$client" "$certs/ca.pem" -au:q put \
            "https://localhost:$port/put/1" "$scratch/www/1"
        many apache "https://localhost:$port/page"
        kill "$start_pid"
    else
        fail apache "it does not start" "$scratch/apache-error.log"
    fi
    if start_apache 5ms 0; then
        gives apache-idle 0 "of 300 reused" "" "$client" "$certs/ca.pem" paused \
            "https://localhost:$port/page" 300 10
    fi
fi

# ---- HAProxy in front of Node

if ! command -v haproxy >/dev/null 2>&1; then
    skip haproxy "it is not installed"
else
    cat "$certs/good.pem" "$certs/good.key" >"$scratch/both.pem"
    for _ in 1 2 3 4 5; do
        next_port
        cat >"$scratch/haproxy.conf" <<END
global
    maxconn 100
defaults
    mode http
    timeout client 30s
    timeout server 30s
    timeout connect 5s
    timeout http-keep-alive 30s
frontend front
    bind 127.0.0.1:$port ssl crt $scratch/both.pem alpn http/1.1
    default_backend back
backend back
    server node 127.0.0.1:$node_http
frontend short
    bind 127.0.0.1:$((port + 1)) ssl crt $scratch/both.pem alpn http/1.1
    timeout http-keep-alive 5
    default_backend back
END
        haproxy_up=
        start haproxy haproxy -db -f "$scratch/haproxy.conf" && haproxy_up=1 && break
    done
    if [ -n "$haproxy_up" ]; then
        downloads haproxy "https://localhost:$port/"
        uploads haproxy "https://localhost:$port/"
        many haproxy "https://localhost:$port/page"
        gives haproxy-idle 0 "of 300 reused" "" "$client" "$certs/ca.pem" paused \
            "https://localhost:$((port + 1))/page" 300 10
    else
        fail haproxy "it does not start" "$scratch/haproxy.log"
    fi
fi
finish
