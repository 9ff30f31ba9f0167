#!/bin/sh
# Who the client is, to servers of others: nginx, OpenSSL, GnuTLS and Node ask, and want one of ours;
# missing, wrong, expired and right, required and optional, RSA and EC, in both versions; and with
# resumption no identity rides on what another one opened.
# shellcheck disable=SC2086 # options are words
. "$(dirname "$0")/servers.inc"

cat "$certs/intermediate.pem" "$certs/ca.pem" >"$scratch/clients.pem"

get()
{
    "$httpsc" --timeout 20 --cacert "$certs/ca.pem" "$@"
}

# one NAME: the options that make the client this one
one()
{
    echo "--cert $certs/$1.pem --key $certs/$1.key"
}

# ask_openssl VERSION OPTIONS...: it asks for a certificate as they say
ask_openssl()
{
    version_option=-tls$(echo "$1" | tr . _)
    shift
    start_openssl -www "$version_option" -cert "$certs/good.pem" -key "$certs/good.key" \
        -cert_chain "$certs/intermediate.pem" -CAfile "$certs/ca.pem" "$@"
}

# ask_nginx VERSION VERIFY: on, optional; what it thinks of each client stands in $scratch/seen
ask_nginx()
{
    start_nginx_tls good '$ssl_client_verify|$ssl_client_fingerprint|$ssl_session_reused|$status' "
        keepalive_timeout 0;
        ssl_protocols $1;
        ssl_session_cache shared:identity:1m;
        ssl_client_certificate $scratch/clients.pem;
        ssl_verify_depth 3;
        ssl_verify_client $2;"
}

print_of()
{
    openssl x509 -in "$certs/$1.pem" -noout -fingerprint -sha1 | sed 's/.*=//; s/://g' |
        tr 'A-F' 'a-f'
}

required="the server requires a client certificate"
refused="the server refused the client certificate"

# ---- OpenSSL and GnuTLS: alerts

for version in 1.2 1.3; do
    if ask_openssl $version -Verify 3 -verify_return_error; then
        url=https://localhost:$port/
        for name in clientauth clientauth-rsa clientauth-p384 clientauth-p521; do
            gives "openssl-$version-$name" 0 "" "" get $(one $name) $url
            is_true "openssl-$version-$name-seen" "no certificate seen" \
                grep -q 'Client certificate' "$scratch/out"
        done
        gives "openssl-$version-locked" 0 "Client certificate" "" get \
            --cert "$certs/clientauth-locked.pem" --pass "correct horse" $url
        gives "openssl-$version-insecure" 0 "Client certificate" "" "$httpsc" -k \
            $(one clientauth) $url
        gives "openssl-$version-missing" 1 "" "$required" get $url
        gives "openssl-$version-other-ca" 1 "" "$refused" get $(one clientauth-ca2) $url
        is_true "openssl-$version-other-ca-named" "the alert has no name" \
            grep -q 'unknown_ca' "$scratch/err"
        gives "openssl-$version-expired" 1 "" "$refused" get $(one clientauth-expired) $url
        gives "openssl-$version-server-cert" 1 "" "$refused" get $(one good) $url
    else
        fail "openssl-$version" "it does not start" "$scratch/openssl.log"
    fi
    stop_servers
    if ask_openssl $version -verify 3; then
        gives "openssl-$version-optional-missing" 0 "no client certificate" "" get \
            https://localhost:$port/
        gives "openssl-$version-optional" 0 "Client certificate" "" get $(one clientauth) \
            https://localhost:$port/
    else
        fail "openssl-$version-optional" "it does not start" "$scratch/openssl.log"
    fi
    stop_servers
    if start_gnutls --x509certfile "$certs/good.pem" --x509keyfile "$certs/good.key" \
        --x509cafile "$scratch/clients.pem" --require-client-cert --verify-client-cert \
        --priority "NORMAL:-VERS-ALL:+VERS-TLS$version"; then
        url=https://localhost:$port/
        for name in clientauth clientauth-rsa clientauth-p384 clientauth-p521; do
            gives "gnutls-$version-$name" 0 "GnuTLS" "" get $(one $name) $url
        done
        gives "gnutls-$version-missing" 1 "" "$required" get $url
        gives "gnutls-$version-other-ca" 1 "" "$refused" get $(one clientauth-ca2) $url
        gives "gnutls-$version-expired" 1 "" "$refused" get $(one clientauth-expired) $url
    else
        fail "gnutls-$version" "it does not start" "$scratch/gnutls.log"
    fi
    stop_servers
done

# ---- nginx: it lets everybody in, and answers 400; and it tells of each what it saw

for version in TLSv1.2 TLSv1.3; do
    if ! ask_nginx $version on; then
        fail "nginx-$version" "it does not start" "$scratch/nginx.log"
        continue
    fi
    url=https://localhost:$port/page
    for name in clientauth clientauth-rsa clientauth-p384; do
        gives "nginx-$version-$name" 0 "hello from" "" get $(one $name) $url
        is_true "nginx-$version-$name-seen" "another one was seen" \
            grep -q "^SUCCESS|$(print_of $name)|" "$scratch/seen"
    done
    gives "nginx-$version-missing" 22 "" "client error" get -f $url
    gives "nginx-$version-other-ca" 22 "" "client error" get -f $(one clientauth-ca2) $url
    gives "nginx-$version-expired" 22 "" "client error" get -f $(one clientauth-expired) $url
    is_true "nginx-$version-expired-seen" "not seen as expired" \
        grep -q "^FAILED:certificate has expired|" "$scratch/seen"
    # two requests of one client: the second resumes, and is still the same one
    : >"$scratch/seen"
    gives "nginx-$version-resumes" 0 "hello from" "" "$httpsc" --machine --cacert \
        "$certs/ca.pem" $(one clientauth) $url $url
    is_true "nginx-$version-resumed" "no session was resumed, or by another" \
        grep -q "^SUCCESS|$(print_of clientauth)|r|200" "$scratch/seen"
    # and another client does not resume what the first one had
    : >"$scratch/seen"
    gives "nginx-$version-another" 0 "hello from" "" get $(one clientauth-p384) $url
    is_true "nginx-$version-another-seen" "not by a handshake of its own" \
        grep -q "^SUCCESS|$(print_of clientauth-p384)|.|200" "$scratch/seen"
    stop_servers
    if ask_nginx $version optional; then
        url=https://localhost:$port/page
        gives "nginx-$version-optional-missing" 0 "hello from" "" get $url
        is_true "nginx-$version-optional-seen" "not seen as nobody" grep -q "^NONE|" "$scratch/seen"
        gives "nginx-$version-optional" 0 "hello from" "" get $(one clientauth) $url
    else
        fail "nginx-$version-optional" "it does not start" "$scratch/nginx.log"
    fi
    stop_servers
done

# ---- Node

if ! command -v node >/dev/null 2>&1; then
    skip node "there is no node"
    finish
fi
cat >"$scratch/server.js" <<'END'
const fs = require('fs'), https = require('https');
const [certs, ca, version] = process.argv.slice(2);
const server = https.createServer({
    cert: fs.readFileSync(certs + '/good.pem'), key: fs.readFileSync(certs + '/good.key'),
    ca: fs.readFileSync(ca), requestCert: true, rejectUnauthorized: true,
    minVersion: version, maxVersion: version,
}, (request, response) => {
    const peer = request.socket.getPeerCertificate();
    response.end('node saw ' + (peer.fingerprint || 'the one of before').replace(/:/g, '') + '\n');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
END
for version in TLSv1.2 TLSv1.3; do
    : >"$scratch/node.log"
    node "$scratch/server.js" "$certs" "$scratch/clients.pem" $version >"$scratch/node.log" 2>&1 &
    server_pids="$server_pids $!"
    if await grep -q '^port' "$scratch/node.log"; then
        url=https://localhost:$(sed -n 's/^port //p' "$scratch/node.log")/
        for name in clientauth clientauth-rsa; do
            gives "node-$version-$name" 0 "node saw $(print_of $name | tr 'a-f' 'A-F')" "" \
                get $(one $name) $url
        done
        gives "node-$version-missing" 1 "" "" get $url
        gives "node-$version-other-ca" 1 "" "" get $(one clientauth-ca2) $url
    else
        fail "node-$version" "it does not start" "$scratch/node.log"
    fi
    stop_servers
done
finish
