#!/bin/sh
# Every suite of TLS 1.3 and 1.2 with each of three servers, other groups, resumption, and what each
# way of being the wrong server is called.
# shellcheck disable=SC2086 # options are words
. "$(dirname "$0")/servers.inc"

# get CA URL: with HTTP/1.0 servers too
get()
{
    "$httpsc" --timeout 20 -v --cacert "$1" "$2"
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

# what was agreed on, and whether a session was resumed ("r")
agreed='$ssl_protocol $ssl_cipher $ssl_session_reused'

for suite in $suites; do
    name=$(key_of $suite)
    iana=$(iana_of $suite)
    if start_nginx_tls $name "$agreed" "ssl_protocols TLSv1.2; ssl_ciphers $suite;"; then
        answers "nginx-$suite" "hello from" "$iana" "https://localhost:$port/page"
    else
        fail "nginx-$suite" "it does not start" "$scratch/nginx.log"
    fi
    if start_openssl -WWW -tls1_2 -cipher $suite -cert "$certs/$name.pem" -key "$certs/$name.key" \
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

# ---- TLS 1.3

# the cipher of a suite as GnuTLS names it
gnutls_cipher_of()
{
    echo "$1" | sed 's/TLS_//; s/_SHA[0-9]*$//; s/_/-/g'
}

for suite in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256; do
    for name in good good-rsa; do
        if start_nginx_tls $name "$agreed" \
            "ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites $suite;"; then
            answers "nginx-$suite-$name" "hello from" "TLSv1.3, $suite, x25519" \
                "https://localhost:$port/page"
        else
            fail "nginx-$suite-$name" "it does not start" "$scratch/nginx.log"
        fi
        if start_openssl -WWW -tls1_3 -ciphersuites $suite -cert "$certs/$name.pem" \
            -key "$certs/$name.key" -cert_chain "$certs/intermediate.pem"; then
            answers "openssl-$suite-$name" "hello from" "TLSv1.3, $suite, x25519" \
                "https://localhost:$port/page"
        else
            fail "openssl-$suite-$name" "it does not start" "$scratch/openssl.log"
        fi
        if start_gnutls --x509certfile "$certs/$name.pem" --x509keyfile "$certs/$name.key" \
            --priority "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+$(gnutls_cipher_of $suite)"; then
            answers "gnutls-$suite-$name" "GnuTLS" "TLSv1.3, $suite" "https://localhost:$port/"
        else
            fail "gnutls-$suite-$name" "it does not start" "$scratch/gnutls.log"
        fi
        stop_servers
    done
done

# Groups of which no key share is offered at first: the server asks for one (HelloRetryRequest).
for group in P-256:secp256r1 P-384:secp384r1 P-521:secp521r1; do
    for version in -tls1_3 -tls1_2; do
        if start_openssl -WWW $version -groups ${group%:*} -cert "$certs/good.pem" \
            -key "$certs/good.key" -cert_chain "$certs/intermediate.pem"; then
            answers "group-${group%:*}$version" "hello from" ", ${group#*:}, " \
                "https://localhost:$port/page"
        else
            fail "group-${group%:*}$version" "it does not start" "$scratch/openssl.log"
        fi
        stop_servers
    done
done

# Chains whose keys are all large.
for name in p384 rsa3072 deep-p384 deep-rsa3072; do
    for version in TLSv1.3 TLSv1.2; do
        if start_nginx_tls $name "$agreed" "ssl_protocols $version;"; then
            answers "$name-$version" "hello from" "$version" "https://localhost:$port/page"
        else
            fail "$name-$version" "it does not start" "$scratch/nginx.log"
        fi
        stop_servers
    done
done

# ---- resumption: three requests, and a connection for each

three_were_agreed()
{
    [ "$(wc -l <"$scratch/seen")" -ge 3 ]
}

# resumes NAME TEXT URL: machine mode gets the URL three times
resumes()
{
    gives "$1" 0 "$2" "" "$httpsc" --machine --cacert "$certs/ca.pem" "$3" "$3" "$3"
    await three_were_agreed
    is_true "$1-resumed" "the server saw: $(tr '\n' ';' <"$scratch/seen")" \
        [ "$(sed 's/.* //' "$scratch/seen" | tr '\n' ' ')" = ". r r " ]
}

for name in good good-rsa; do
    for version in TLSv1.3 TLSv1.2; do
        for kind in tickets sessions; do
            directives="keepalive_timeout 0; ssl_protocols $version;"
            case $kind in
            tickets) directives="$directives ssl_session_tickets on;" ;;
            sessions) directives="$directives ssl_session_tickets off;
                ssl_session_cache builtin:1000;" ;;
            esac
            # session identifiers are not what we resume TLS 1.2 by, only tickets
            [ "$kind-$version" != sessions-TLSv1.2 ] || continue
            if start_nginx_tls $name "$agreed" "$directives"; then
                resumes "resumption-$name-$version-$kind" "hello from" \
                    "https://localhost:$port/page"
            else
                fail "resumption-$name-$version-$kind" "it does not start" "$scratch/nginx.log"
            fi
            stop_servers
        done
    done
done

# ---- who is refused, and what it is called

# refused NAME TEXT OPTIONS...: an s_server that must be refused so
refused()
{
    refused_name=$1 refused_text=$2
    shift 2
    if start_openssl -WWW "$@"; then
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
refused expired "certificate has expired" $(certificate expired)
refused not-yet-valid "certificate is not yet valid" $(certificate notyet)
refused self-signed "self-signed certificate" \
    -tls1_2 -cert "$certs/selfsigned.pem" -key "$certs/selfsigned.key"
refused no-intermediate "the server did not send its whole chain" \
    -tls1_2 -cert "$certs/nochain.pem" -key "$certs/nochain.key"
refused weak-key "certificate has a weak key or signature" -cipher DEFAULT@SECLEVEL=0 $(certificate weak-rsa1024)
refused sha1 "certificate has a weak key or signature" -cipher DEFAULT@SECLEVEL=0 $(certificate sha1)
refused not-for-servers "certificate is not meant for this use" $(certificate clientauth)
refused constrained "certificate violates a constraint" \
    -tls1_2 -cert "$certs/constrained.pem" -key "$certs/constrained.key" \
    -cert_chain "$certs/ca-constrained.pem"
for version in -tls1_3 -tls1_2; do
    refused expired$version "certificate has expired" $version -cert "$certs/expired.pem" \
        -key "$certs/expired.key" -cert_chain "$certs/intermediate.pem"
done
ca=$certs/ca2.pem
refused unknown-ca "unable to get local issuer certificate" $(certificate good)
ca=$certs/ca.pem
good="-cert $certs/good.pem -key $certs/good.key -cert_chain $certs/intermediate.pem"
refused tls-1.1-only "no common TLS version" -tls1_1 -cipher DEFAULT@SECLEVEL=0 $good
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
