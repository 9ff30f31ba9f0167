#!/bin/sh
# The lessons about HTTP, 14 to 26: each compiles without a warning, and does what it promises
# against a real server.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl python3

mkdir -p "$scratch/www" "$scratch/bin" "$scratch/in" "$scratch/py"
build_lessons -O0 examples/1[4-9]*.c examples/2*.c
for file in examples/1[4-9]*.c examples/2*.c; do
    name=$(basename "$file" .c)
    succeeds "$name-compiles" was_built "$name"
    is_true "$name-length" "more than 120 lines" [ "$(wc -l <"$file")" -le 120 ]
    is_true "$name-command" "its comment does not say how it is compiled" \
        grep -q "cc -I. $file -o $name.* -lbearssl" "$file"
    gives "$name-usage" 2 "" "usage: $name" "$scratch/bin/$name"
    is_true "$name-table" "not in the README's table" grep -q "^| \`$name.c\` |" README.md
done
[ "$num_failed" -eq 0 ] || finish # nothing to run

head -c 300000 /dev/urandom >"$scratch/py/big"
cp "$scratch/py/big" "$scratch/www/big"
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
start_python || { fail server "does not start" "$scratch/py.log"; finish; }
base=https://localhost:$py_port
big=$scratch/py/big
ca=$certs/ca.pem
cd "$scratch/bin" || exit 1
# logged NAME PATTERN: a line of the server's log
logged()
{
    is_true "$1" "the server got $(tail -n 1 "$scratch/py/log")" grep -q -e "$2" "$scratch/py/log"
}

# 14
gives forms 0 "picture|big|image/jpeg|300000" "" ./14_forms $base/json-less $base/multipart "$big" \
    "$ca"
is_true forms-value "not there" grep -qx 'title|None|None|7' "$scratch/out"
logged forms-query '^POST|/json-less?lang=en|.*|application/x-www-form-urlencoded|.*|25$'
gives forms-no-file 1 "" "cannot be read" ./14_forms $base/x $base/multipart /nonexistent "$ca"

# 15
gives json 0 'the server knows "Ann" \ é now' "" ./15_json $base/json '"Ann" \ é' "$ca"
gives json-none 1 "" "that is no JSON" ./15_json $base/x y "$ca"
gives json-status 1 "" "server error" ./15_json $base/longbusy y "$ca"

# 16
sum=$(sha256sum "$big" | cut -d ' ' -f 1)
upload()
{
    ./16_upload_callback "$@" <"$big"
}
gives upload 0 "300000 bytes sent; the server says: 300000 $sum" "" upload $base/upload "$ca"
logged upload-chunked '^PUT|/upload|.*|chunked|'
pipe()
{
    cat "$big" | ./16_upload_callback "$@"
}
gives upload-pipe 0 "300000 $sum" "" pipe $base/upload "$ca"

# 17
etag=$("$httpsc" --cacert "$ca" -I $base/file | tr -d '\r' | sed -n 's/^ETag: //p')
head -c 12345 "$big" >"$scratch/in/file"
gives resume 0 continued "" ./17_resume $base/file "$scratch/in/file" "$etag" "$ca"
same resume-bytes "$big" "$scratch/in/file"
logged resume-asked '|/file|bytes=12345-|"'
head -c 12345 /dev/zero >"$scratch/in/file"
gives resume-changed 0 "fetched anew" "" ./17_resume $base/file "$scratch/in/file" '"old"' "$ca"
same resume-changed-bytes "$big" "$scratch/in/file"
gives resume-error 1 "" "server error" ./17_resume $base/longbusy "$scratch/in/file" '"old"' "$ca"
same resume-error-bytes "$big" "$scratch/in/file"
gives resume-none 1 "" "client error" ./17_resume $base/none "$scratch/in/file" '"old"' "$ca"
same resume-none-bytes "$big" "$scratch/in/file"
gives resume-whole 0 "whole already" "" ./17_resume $base/file "$scratch/in/file" "$etag" "$ca"
same resume-whole-bytes "$big" "$scratch/in/file"
echo more >>"$scratch/in/file"
gives resume-longer 1 "" "client error" ./17_resume $base/file "$scratch/in/file" "$etag" "$ca"
gives resume-empty 0 "fetched anew" "" ./17_resume $base/gzip/0 "$scratch/in/file" '"old"' "$ca"
is_true resume-empty-bytes "the old bytes are there" [ ! -s "$scratch/in/file" ]
cp "$big" "$scratch/in/file"
if [ -c /dev/full ]; then
    gives resume-full 1 "" "not written" ./17_resume $base/gzip/9 /dev/full '"old"' "$ca"
else
    skip resume-full "no /dev/full"
fi

# 18
auth()
{
    auth_kind=$1 auth_path=$2
    ./18_redirects_auth $base/$auth_path $auth_kind mufasa 'Circle of Life' "$ca"
}
gives auth-digest 0 welcome "" auth digest to/digest
is_true auth-redirects "not told" grep -qF "by way of $base/to/digest" "$scratch/out"
gives auth-any 0 welcome "" auth any digest
gives auth-basic 0 "200 $base/x" "" auth basic to/to/x
logged auth-basic-sent '^GET|/x|.*|Basic bXVmYXNhOkNpcmNsZSBvZiBMaWZl|'
gives auth-bearer 0 200 "" ./18_redirects_auth $base/y bearer abc - "$ca"
logged auth-bearer-sent '^GET|/y|.*|Bearer abc|'
: >"$scratch/py/log"
gives auth-away 0 "200 https://127.0.0.1:$py_port/x" "" auth basic away
logged auth-away-first '^GET|/away|.*|Basic '
logged auth-away-then '^GET|/x|||||||0$'
gives auth-many 1 "" "more redirects" auth basic to/to/to/to/to/to/x

# 19
jar=$scratch/in/jar
gives jar-set 0 "200 set" "" ./19_cookie_jar "$jar" "$ca" $base/set
is_true jar-mode "others may read it" [ "$(stat -c %a "$jar")" = 600 ]
gives jar-get 0 "200 cookie=taste=chocolate" "" ./19_cookie_jar "$jar" "$ca" $base/get
echo nonsense >"$jar"
gives jar-bad 1 "" "cookies cannot be read" ./19_cookie_jar "$jar" "$ca" $base/get

# 20
gives proxy-gone 1 "" "" ./20_proxy http://127.0.0.1:1 $base/x "$ca"
free_port=$((plain_port + 1))
if command -v tinyproxy >/dev/null 2>&1; then
    cat >"$scratch/tinyproxy.conf" <<END
Port $free_port
Listen 127.0.0.1
Timeout 60
LogFile "$scratch/tinyproxy.log"
LogLevel Connect
Allow 127.0.0.1
BasicAuth ann secret
END
    tinyproxy -d -c "$scratch/tinyproxy.conf" >"$scratch/tinyproxy.out" 2>&1 </dev/null &
    server_pids="$server_pids $!"
    await grep -q "Accepting connections\|listening" "$scratch/tinyproxy.log"
    gives proxy 0 "200, by the proxy" "" ./20_proxy http://ann:secret@127.0.0.1:$free_port $base/x \
        "$ca"
    is_true proxy-used "not in its log" grep -q "CONNECT localhost:$py_port" "$scratch/tinyproxy.log"
    gives proxy-credentials 1 "" "the proxy, not the server:" \
        ./20_proxy http://ann:wrong@127.0.0.1:$free_port $base/x "$ca"
else
    skip proxy "no tinyproxy"
fi
if command -v microsocks >/dev/null 2>&1; then
    microsocks -i 127.0.0.1 -p $((free_port + 1)) -u ann -P secret >"$scratch/socks.log" 2>&1 \
        </dev/null &
    server_pids="$server_pids $!"
    socks()
    {
        ./20_proxy socks5h://ann:$1@127.0.0.1:$((free_port + 1)) $base/x "$ca"
    }
    await socks secret
    gives socks 0 "200, by the proxy" "" socks secret
    is_true socks-used "not in its log" grep -q "localhost:$py_port" "$scratch/socks.log"
    gives socks-credentials 1 "" "the proxy, not the server:" socks wrong
else
    skip socks "no microsocks"
fi

# 21
gives gzip 0 "100000 bytes, that came compressed" "" ./21_gzip $base/gzip/100000 "$ca"
gives gzip-none 0 "bytes, that came as they are" "" ./21_gzip $base/x "$ca"
gives gzip-bomb 1 "" "expands more than max_ratio" ./21_gzip $base/gzip/3000000 "$ca"

# 22, 23
gives threads 0 "40 of 40 answered" "" ./22_threads https://localhost:$tls_port/big "$ca"
is_true threads-reused "none was" sh -c '! grep -q ", 0 over" "$1"' sh "$scratch/out"
cancelled()
{
    # the end of the input comes when the server has the request
    { await grep -q '|/slow|' "$scratch/py/log"; } | ./23_cancel $base/slow "$ca"
}
: >"$scratch/py/log"
gives cancel 0 "the transfer was cancelled after " "" cancelled
gives cancel-late 1 "complete after 300000 bytes" "" sh -c 'sleep 2 | "$@"' sh ./23_cancel \
    $base/file "$ca"

# 24, 25
gives two-hundred 0 "200 of 200, 60000000 bytes" "" ./24_two_hundred \
    https://localhost:$tls_port/big "$ca"
gives two-hundred-gone 1 "0 of 200" "connection refused" ./24_two_hundred https://localhost:1/ "$ca"
gives epoll 0 "200 of 200" "" ./25_epoll https://localhost:$tls_port/big "$ca"
gives epoll-gone 1 "0 of 200" "connection refused" ./25_epoll https://localhost:1/ "$ca"

# 26
cat >"$scratch/in/relay.py" <<'END'
import os, select, socket, sys
peer = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
while True:
    for ready in select.select([0, peer], [], [])[0]:
        data = os.read(0, 65536) if ready == 0 else peer.recv(65536)
        if not data:
            sys.exit(0)
        peer.sendall(data) if ready == 0 else os.write(1, data)
END
gives transport 0 "GET /x" "" ./26_own_transport "exec python3 '$scratch/in/relay.py' $py_port" \
    https://localhost/x "$ca"
gives transport-name 1 "" "certificate is for another name" ./26_own_transport \
    "exec python3 '$scratch/in/relay.py' $py_port" https://other.example/x "$ca"
gives transport-gone 1 "" "" ./26_own_transport "exit 1" https://localhost/x "$ca"
finish
