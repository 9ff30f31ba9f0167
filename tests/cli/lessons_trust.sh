#!/bin/sh
# The lessons about trust, 6 to 10: each compiles without a warning, and does what it promises.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl

mkdir -p "$scratch/www" "$scratch/bin" "$scratch/roots"
build_lessons -O1 examples/06*.c examples/07*.c examples/08*.c examples/09*.c examples/10*.c
for file in examples/06*.c examples/07*.c examples/08*.c examples/09*.c examples/10*.c; do
    name=$(basename "$file" .c)
    succeeds "$name-compiles" was_built "$name"
    is_true "$name-length" "more than 70 lines" [ "$(wc -l <"$file")" -le 70 ]
done
[ "$num_failed" -eq 0 ] || finish # nothing to run

echo "hello" >"$scratch/www/index.html"
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
base=https://localhost:$tls_port
ca=$certs/ca.pem
cd "$scratch/bin" || exit 1

pin_of()
{
    openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform DER |
        openssl dgst -sha256 | sed 's/.*= *//'
}

# 6
gives added-usage 2 "" "usage: 06_private_ca_added" ./06_private_ca_added
gives added 0 "200 $base/" "" ./06_private_ca_added "$ca" $base/
is_true added-trust "not both" grep -Eq '^trusted: [0-9]{2,} certificates of caller and ' \
    "$scratch/out"
cp "$ca" "$certs/garbage.pem" "$scratch/roots"
gives added-dir 0 "skipped: 1, the first because: " "" ./06_private_ca_added "$scratch/roots/" $base/
gives added-other 1 "failed $base/: " "" ./06_private_ca_added "$certs/ca2.pem" $base/
gives added-none 1 "" "no root certificate" ./06_private_ca_added "$certs/empty.pem" $base/

# 7
gives development-usage 2 "" "usage: 07_development_server" ./07_development_server
python=/usr/bin/python3 # Debian's, whatever else is in PATH
if $python -c 'import trustme' >/dev/null 2>&1; then
    (cd "$scratch/roots" && $python -m trustme -q -i www.example)
    (exec openssl s_server -www -accept 127.0.0.1:0 -cert "$scratch/roots/server.pem" \
        -key "$scratch/roots/server.key" >"$scratch/dev.log" 2>&1 </dev/null) &
    server_pids="$server_pids $!"
    await grep -q '^ACCEPT .*:[0-9]' "$scratch/dev.log"
    port=$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' "$scratch/dev.log" | head -n 1)
    client=$scratch/roots/client.pem
    gives development 0 "verified: yes" "" ./07_development_server https://www.example/ \
        localhost:$port "$client"
    gives development-name 1 "" "it is for www.example" ./07_development_server \
        https://other.example/ localhost:$port "$client"
    gives development-other 1 "" "certificate" ./07_development_server https://www.example/ \
        localhost:$port "$ca"
else
    skip development "no python3-trustme"
fi

# 8
good=$(pin_of "$certs/good.pem")
issuer=$(pin_of "$certs/intermediate.pem")
spare=$(pin_of "$certs/ca2.pem")
gives pin-usage 2 "" "usage: 08_pinning" ./08_pinning
gives pin-short 2 "" "64 hex digits" ./08_pinning $base/ "$ca" "${good%?}"
gives pin-long 2 "" "64 hex digits" ./08_pinning $base/ "$ca" "${good}0"
gives pin-leaf 0 "200, and one of the pinned keys" "" ./08_pinning $base/ "$ca" $good
gives pin-issuer 0 "200, and one" "" ./08_pinning $base/ "$ca" $spare $issuer
gives pin-other 1 "" "verified, but by no pinned key" ./08_pinning $base/ "$ca" $spare
gives pin-unverified 1 "" "issuer certificate" ./08_pinning $base/ "$certs/ca2.pem" $good
"$httpsc" --inspect --cacert "$ca" $base/ >"$scratch/inspected" 2>&1
is_true pin-inspect "--inspect does not print it" grep -qF "pin     $good" "$scratch/inspected"

# 9
gives device-usage 2 "" "usage: 09_two_roots_no_clock" ./09_two_roots_no_clock
gives device 0 "verified" "" ./09_two_roots_no_clock $base/ "$certs/ca2.pem" "$ca"
is_true device-clock "it had the time" grep -q '^no time yet: the clock is not set' "$scratch/out"
gives device-first 0 "verified" "" ./09_two_roots_no_clock $base/ "$ca" "$certs/ca2.pem"
gives device-neither 1 "issuer certificate" "" ./09_two_roots_no_clock $base/ "$certs/ca2.pem" \
    "$certs/ca2.pem"

# 10
gives bearssl-usage 2 "" "usage: 10_bearssl_program" ./10_bearssl_program
gives bearssl 0 hello "" ./10_bearssl_program localhost $tls_port "$ca"
gives bearssl-address 0 hello "" ./10_bearssl_program 127.0.0.1 $tls_port "$ca"
gives bearssl-name 1 "" "it is for other.example" ./10_bearssl_program localhost $wrong_port "$ca"
gives bearssl-other 1 "" "error 62. unable to get local issuer" ./10_bearssl_program localhost \
    $tls_port "$certs/ca2.pem"
finish
