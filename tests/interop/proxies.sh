#!/bin/sh
# Real proxies: tinyproxy (Basic), squid (Digest; in full runs), microsocks, dante, who got to see
# what, and bodies both ways: of 2 GiB in full runs.
. "$(dirname "$0")/../cli/servers.inc"
need nginx tinyproxy microsocks

mkdir -p "$scratch/www" "$scratch/tmp" "$scratch/put"
echo "hello from the server" >"$scratch/www/page"
head -c 1048577 /dev/urandom >"$scratch/www/bytes"
head -c 1048577 /dev/urandom >"$scratch/www/big"
[ -z "${HTTPSC_TEST_FULL-}" ] || truncate -s 2147483649 "$scratch/www/huge"
trap 'stop_servers; rm -rf "$scratch" "/dev/shm/httpsc$$-"*' EXIT # squid leaves segments there

# ---- the server: what it was sent stays in $scratch/origin.access ----

start_origin()
{
    for _ in 1 2 3 4 5; do
        next_port
        http_port=$port
        next_port
        https_port=$port
        cat >"$scratch/origin.conf" <<END
daemon off;
master_process off;
pid $scratch/origin.pid;
error_log $scratch/origin.error;
events { worker_connections 64; }
http {
    log_format seen '\$request|\$http_authorization|\$http_proxy_authorization';
    access_log $scratch/origin.access seen;
    client_body_temp_path $scratch/tmp; proxy_temp_path $scratch/tmp;
    fastcgi_temp_path $scratch/tmp; uwsgi_temp_path $scratch/tmp; scgi_temp_path $scratch/tmp;
    client_max_body_size 0;
    server {
        listen 127.0.0.1:$http_port;
        listen 127.0.0.1:$https_port ssl;
        root $scratch/www;
        ssl_certificate $certs/good.pem;
        ssl_certificate_key $certs/good.key;
        location /put/ { alias $scratch/put/; dav_methods PUT; }
    }
}
END
        port=$https_port
        start origin nginx -p "$scratch" -c "$scratch/origin.conf" && return 0
    done
    return 1
}

# ---- the proxies ----

start_tinyproxy()
{
    for _ in 1 2 3 4 5; do
        next_port
        cat >"$scratch/tinyproxy.conf" <<END
Port $port
Listen 127.0.0.1
Timeout 20
LogFile "$scratch/tinyproxy.seen"
LogLevel Connect
MaxClients 20
ConnectPort $https_port
ConnectPort $http_port
$1
END
        start tinyproxy tinyproxy -d -c "$scratch/tinyproxy.conf" && return 0
    done
    return 1
}

start_squid()
{
    squid_dir=$scratch/squid
    squid_user=$(id -un)
    mkdir "$squid_dir"
    printf 'u:hunter2\n' >"$squid_dir/passwords"
    if [ "$(id -u)" -eq 0 ]; then # which it refuses to be
        squid_user=nobody
        chmod 755 "$scratch" "$squid_dir/passwords"
        chmod 777 "$squid_dir"
    fi
    for helper in /usr/lib/squid/digest_file_auth /usr/lib64/squid/digest_file_auth; do
        [ ! -x "$helper" ] || digest_helper=$helper
    done
    for _ in 1 2 3 4 5; do
        next_port
        cat >"$scratch/squid.conf" <<END
http_port 127.0.0.1:$port
pid_filename none
cache_log $squid_dir/cache.log
access_log stdio:$squid_dir/seen
cache deny all
coredump_dir $squid_dir
cache_effective_user $squid_user
shutdown_lifetime 0 seconds
auth_param digest program $digest_helper $squid_dir/passwords
auth_param digest realm proxy
acl known proxy_auth REQUIRED
acl CONNECT method CONNECT
http_access allow known
http_access deny all
END
        start squid squid -N -n "httpsc$$" -f "$scratch/squid.conf" && return 0
    done
    return 1
}

start_microsocks()
{
    for _ in 1 2 3 4 5; do
        next_port
        # words
        # shellcheck disable=SC2086
        start microsocks microsocks -i 127.0.0.1 -p $port $1 && return 0
    done
    return 1
}

start_dante()
{
    for _ in 1 2 3 4 5; do
        next_port
        cat >"$scratch/dante.conf" <<END
logoutput: stderr
internal: 127.0.0.1 port = $port
external: lo
clientmethod: none
socksmethod: none
client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 command: connect }
END
        start dante danted -f "$scratch/dante.conf" -N 1 -p "$scratch/dante.pid" && return 0
    done
    return 1
}

# ---- what is asked of each ----

# get OPTIONS... URL: past no resolver
get()
{
    "$httpsc" --allow-http --timeout 20 --cacert "$certs/ca.pem" "$@"
}

# both NAME OPTIONS...: http and https, with the server's own credentials on the way
both()
{
    both_name=$1
    shift
    : >"$scratch/origin.access"
    gives "$both_name-http" 0 "hello from" "" get -H "Authorization: Bearer mine" "$@" \
        "http://127.0.0.1:$http_port/page"
    gives "$both_name-https" 0 "hello from" "" get -H "Authorization: Bearer mine" "$@" \
        "https://localhost:$https_port/page"
    is_true "$both_name-was-asked" "not both requests came" \
        [ "$(grep -c '^GET /page HTTP/1.[01]|Bearer mine|' "$scratch/origin.access")" -eq 2 ]
    is_true "$both_name-nothing-crosses" "the server saw the proxy's credentials" \
        sh -c "! grep -qi 'basic\|digest\|hunter2' '$scratch/origin.access'"
}

# bodies NAME OPTIONS...: a download and an upload in a tunnel
bodies()
{
    bodies_name=$1
    bodies_file=big
    case $bodies_name in
    microsocks | squid) [ ! -e "$scratch/www/huge" ] || bodies_file=huge ;;
    esac
    shift
    gives "$bodies_name-download" 0 "" "" "$httpsc" --cacert "$certs/ca.pem" "$@" \
        -o "$scratch/got" "https://localhost:$https_port/$bodies_file"
    same "$bodies_name-download-bytes" "$scratch/www/$bodies_file" "$scratch/got"
    for how in "" --chunked-upload; do
        # shellcheck disable=SC2086 # none, or one
        gives "$bodies_name-upload$how" 0 "" "" get "$@" -f -X PUT \
            --data-file "$scratch/www/bytes" $how "https://localhost:$https_port/put/bytes"
        same "$bodies_name-upload$how-bytes" "$scratch/www/bytes" "$scratch/put/bytes"
        rm -f "$scratch/put/bytes"
    done
}

start_origin || { fail origin "it does not start" "$scratch/origin.log"; finish; }

if start_tinyproxy "BasicAuth u hunter2"; then
    both tinyproxy --proxy "http://u:hunter2@localhost:$port"
    both tinyproxy-any --proxy "http://localhost:$port" --proxy-user u:hunter2 --proxy-auth any
    both tinyproxy-tunnel --tunnel --proxy "http://u:hunter2@localhost:$port"
    bodies tinyproxy --proxy "http://u:hunter2@localhost:$port"
    gives tinyproxy-wrong-password 1 "" "answered 401" \
        get --proxy "http://u:wrong@localhost:$port" "https://localhost:$https_port/page"
    gives tinyproxy-no-password 1 "" "none were given" \
        get --proxy "http://localhost:$port" "https://localhost:$https_port/page"
    gives tinyproxy-port-not-allowed 1 "" "the proxy refused to connect" \
        get --proxy "http://u:hunter2@localhost:$port" "https://localhost:1/page"
    gives tinyproxy-not-for-this 0 "hello from" "" get --proxy "http://u:wrong@localhost:$port" \
        --noproxy localhost "https://localhost:$https_port/page"
    is_true tinyproxy-saw-no-secret "the server's credentials are in its log" \
        sh -c "! grep -q 'mine' '$scratch/tinyproxy.seen'"
else
    fail tinyproxy "it does not start" "$scratch/tinyproxy.log"
fi

if start_microsocks ""; then
    both microsocks --proxy "socks5h://localhost:$port"
    bodies microsocks --proxy "socks5h://localhost:$port"
    gives microsocks-refused 1 "" "the proxy refused to connect" \
        get --proxy "socks5h://localhost:$port" "https://127.0.0.1:1/"
else
    fail microsocks "it does not start" "$scratch/microsocks.log"
fi
if start_microsocks "-u u -P hunter2"; then
    both microsocks-password --proxy "socks5://u:hunter2@localhost:$port"
    gives microsocks-wrong-password 1 "" "the proxy wants other credentials" \
        get --proxy "socks5://u:wrong@localhost:$port" "https://localhost:$https_port/page"
    gives microsocks-no-password 1 "" "the proxy wants other credentials" \
        get --proxy "socks5://localhost:$port" "https://localhost:$https_port/page"
else
    fail microsocks-password "it does not start" "$scratch/microsocks.log"
fi

if ! command -v danted >/dev/null 2>&1; then
    skip dante "it is not installed"
elif start_dante; then
    both dante --proxy "socks5h://localhost:$port"
    bodies dante --proxy "socks5h://localhost:$port"
    gives dante-refused 1 "" "the proxy refused to connect" \
        get --proxy "socks5h://localhost:$port" "https://127.0.0.1:1/"
else
    fail dante "it does not start" "$scratch/dante.log"
fi

if [ -z "${HTTPSC_TEST_FULL-}" ]; then
    : # squid takes long to start
elif ! command -v squid >/dev/null 2>&1; then
    skip squid "it is not installed"
elif start_squid; then
    both squid-digest --proxy "http://u:hunter2@localhost:$port" --proxy-auth digest
    bodies squid --proxy "http://u:hunter2@localhost:$port" --proxy-auth digest
    both squid-any --proxy "http://u:hunter2@localhost:$port" --proxy-auth any
    gives squid-wrong-password 1 "" "the proxy wants other credentials" \
        get --proxy "http://u:wrong@localhost:$port" --proxy-auth any \
        "https://localhost:$https_port/page"
    gives squid-basic-is-not-asked-for 1 "" "the proxy wants other credentials" \
        get --proxy "http://u:hunter2@localhost:$port" "https://localhost:$https_port/page"
else
    fail squid "it does not start" "$scratch/squid/cache.log"
fi
finish
