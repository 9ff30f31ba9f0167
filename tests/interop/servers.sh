#!/bin/sh
# The six suites with each of three servers, and what each way of being the wrong server is called.
# shellcheck disable=SC2086 # options are words
. "$(dirname "$0")/../cli/servers.inc"
need nginx openssl gnutls-serv

mkdir -p "$scratch/www" "$scratch/tmp"
echo "hello from the server" >"$scratch/www/page"

num_starts=0

# get CA URL: with HTTP/1.0 servers too
get()
{
    "$httpsc" --timeout 20 -v --cacert "$1" "$2"
}

# start_openssl OPTIONS...: sets port
start_openssl()
{
    : >"$scratch/openssl.log"
    (cd "$scratch/www" && exec openssl s_server -WWW -accept 127.0.0.1:0 "$@" \
        >"$scratch/openssl.log" 2>&1 </dev/null) &
    server_pids="$server_pids $!"
    await grep -q '^ACCEPT .*:[0-9]' "$scratch/openssl.log" || return 1
    port=$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' "$scratch/openssl.log" | head -n 1)
}

# start_gnutls OPTIONS...: sets port, another one each time: the last server may still be ending
start_gnutls()
{
    for _ in 1 2 3 4 5; do
        num_starts=$((num_starts + 1))
        port=$((33000 + ($$ * 13 + num_starts * 811) % 20000))
        gnutls-serv --http --quiet --port "$port" "$@" >"$scratch/gnutls.log" 2>&1 </dev/null &
        gnutls_pid=$!
        server_pids="$server_pids $gnutls_pid"
        sleep 0.3
        await grep -qi 'listening' "$scratch/gnutls.log" && kill -0 $gnutls_pid && return 0
    done
    return 1
}

# answers NAME TEXT URL: verified, and with this suite
answers()
{
    gives "$1" 0 "$2" "$3" get "$certs/ca.pem" "$4"
    is_true "$1-verified" "not verified" grep -q 'server verified' "$scratch/err"
}

key_of()
{
    case $1 in
    *ECDSA*) echo good ;;
    *) echo good-rsa ;;
    esac
}

iana_of()
{
    echo "$1" | sed 's/ECDHE-\([A-Z]*\)-AES\([0-9]*\)-GCM-SHA\([0-9]*\)/TLS_ECDHE_\1_WITH_AES_\2_GCM_SHA\3/
        s/ECDHE-\([A-Z]*\)-CHACHA20-POLY1305/TLS_ECDHE_\1_WITH_CHACHA20_POLY1305_SHA256/'
}

suites="ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305
ECDHE-RSA-AES128-GCM-SHA256 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-CHACHA20-POLY1305"

nginx_suite()
{
    for _ in 1 2 3 4 5; do
        num_starts=$((num_starts + 1))
        port=$((21000 + ($$ * 29 + num_starts * 1021) % 12000))
        cat >"$scratch/suite.conf" <<END
daemon on;
master_process off;
pid $scratch/suite.pid;
error_log $scratch/nginx-error.log;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path $scratch/tmp; proxy_temp_path $scratch/tmp;
    fastcgi_temp_path $scratch/tmp; uwsgi_temp_path $scratch/tmp; scgi_temp_path $scratch/tmp;
    server {
        listen 127.0.0.1:$port ssl;
        root $scratch/www;
        ssl_protocols TLSv1.2;
        ssl_ciphers $1;
        ssl_certificate $certs/$(key_of $1).pem;
        ssl_certificate_key $certs/$(key_of $1).key;
    }
}
END
        rm -f "$scratch/suite.pid"
        if nginx -p "$scratch" -c "$scratch/suite.conf" >"$scratch/nginx.log" 2>&1; then
            await test -s "$scratch/suite.pid" || return 1
            server_pids="$server_pids $(cat "$scratch/suite.pid")"
            return 0
        fi
    done
    return 1
}

for suite in $suites; do
    name=$(key_of $suite)
    iana=$(iana_of $suite)
    if nginx_suite $suite; then
        answers "nginx-$suite" "hello from" "$iana" "https://localhost:$port/page"
    else
        fail "nginx-$suite" "it does not start" "$scratch/nginx.log"
    fi
    if start_openssl -tls1_2 -cipher $suite -cert "$certs/$name.pem" -key "$certs/$name.key" \
        -cert_chain "$certs/intermediate.pem"; then
        answers "openssl-$suite" "hello from" "$iana" "https://localhost:$port/page"
    else
        fail "openssl-$suite" "it does not start" "$scratch/openssl.log"
    fi
    stop_servers
done
for cipher in AES-128-GCM AES-256-GCM CHACHA20-POLY1305; do
    for name in good good-rsa; do
        if start_gnutls --x509certfile "$certs/$name.pem" --x509keyfile "$certs/$name.key" \
            --priority "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+$cipher"; then
            answers "gnutls-$name-$cipher" "GnuTLS" "TLS_ECDHE_" \
                "https://localhost:$port/"
        else
            fail "gnutls-$name-$cipher" "it does not start" "$scratch/gnutls.log"
        fi
        stop_servers
    done
done

# refused NAME TEXT OPTIONS...: an s_server that must be refused so
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    if start_openssl "$@"; then
        gives "$refused_name" 1 "" "$refused_text" get "$ca" "https://localhost:$port/page"
        is_true "$refused_name-silent" "the body was printed" [ ! -s "$scratch/out" ]
    else
        fail "$refused_name" "s_server does not start" "$scratch/openssl.log"
    fi
    stop_servers
}

# certificate NAME: options that serve it
certificate()
{
    echo "-tls1_2 -cert $certs/$1.pem -key $certs/$1.key -cert_chain $certs/intermediate.pem"
}

ca=$certs/ca.pem
refused wrong-name "certificate is for another name" $(certificate wrongname)
refused expired "certificate has expired or is not yet valid" $(certificate expired)
refused not-yet-valid "certificate has expired or is not yet valid" $(certificate notyet)
refused self-signed "unable to get local issuer certificate" \
    -tls1_2 -cert "$certs/selfsigned.pem" -key "$certs/selfsigned.key"
refused no-intermediate "unable to get local issuer certificate" \
    -tls1_2 -cert "$certs/nochain.pem" -key "$certs/nochain.key"
refused weak-key "certificate is invalid" -cipher DEFAULT@SECLEVEL=0 $(certificate weak-rsa1024)
refused sha1 "certificate is invalid" -cipher DEFAULT@SECLEVEL=0 $(certificate sha1)
ca=$certs/ca2.pem
refused unknown-ca "unable to get local issuer certificate" $(certificate good)
ca=$certs/ca.pem
good="-cert $certs/good.pem -key $certs/good.key -cert_chain $certs/intermediate.pem"
refused tls-1.3-only "no common TLS version" -tls1_3 $good
refused tls-1.1-only "no TLS parameters in common" -tls1_1 -cipher DEFAULT@SECLEVEL=0 $good
refused cbc-only "no TLS parameters in common" -tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256 $good
refused client-certificate "handshake_failure" -tls1_2 -Verify 1 -verify_return_error $good

if start_nginx; then
    gives plain-http 1 "" "is not speaking TLS" get "$ca" "https://localhost:$plain_port/"
else
    fail plain-http "nginx does not start" "$scratch/nginx.log"
fi
gives nothing-listens 1 "" "connection refused" get "$ca" "https://localhost:1/"
gives no-such-name 1 "" "host name" get "$ca" "https://nothing.invalid/"
finish
