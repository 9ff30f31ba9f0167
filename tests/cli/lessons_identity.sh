#!/bin/sh
# The lessons about who the client is, 11 to 13: each compiles without a warning, and does what it
# promises.
. "$(dirname "$0")/servers.inc"
need openssl

mkdir -p "$scratch/bin"
build_lessons -O1 examples/11*.c examples/12*.c examples/13*.c
for file in examples/11*.c examples/12*.c examples/13*.c; do
    name=$(basename "$file" .c)
    succeeds "$name-compiles" was_built "$name"
    is_true "$name-length" "more than 100 lines" [ "$(wc -l <"$file")" -le 100 ]
done
[ "$num_failed" -eq 0 ] || finish # nothing to run

# start_server OPTIONS...: sets url
start_server()
{
    : >"$scratch/server.log"
    (exec openssl s_server -www -accept 127.0.0.1:0 -cert "$certs/good.pem" \
        -key "$certs/good.key" -cert_chain "$certs/intermediate.pem" -CAfile "$certs/ca.pem" "$@" \
        >"$scratch/server.log" 2>&1 </dev/null) &
    server_pids="$server_pids $!"
    await grep -q '^ACCEPT .*:[0-9]' "$scratch/server.log" ||
        { fail openssl "does not start" "$scratch/server.log"; finish; }
    url=https://localhost:$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' "$scratch/server.log" |
        head -n 1)/
}

with_password()
{
    printf '%s\n' "$1" >"$scratch/typed"
    shift
    "$@" <"$scratch/typed"
}

start_server -Verify 3 -verify_return_error
ca=$certs/ca.pem
locked=$certs/clientauth-locked.pem
cat "$certs/clientauth.pem" "$certs/clientauth.key" >"$scratch/alice.pem"
cat "$certs/clientauth-ca2.pem" "$certs/clientauth-ca2.key" >"$scratch/bob.pem"
cd "$scratch/bin" || exit 1

# 11
gives locked-usage 2 "" "usage: 11_client_certificate" ./11_client_certificate
gives locked 0 "200, the server knows who we are" "Password" with_password "correct horse" \
    ./11_client_certificate "$locked" "$url" "$ca"
gives locked-wrong 1 "" "wrong password" with_password nonsense \
    ./11_client_certificate "$locked" "$url" "$ca"
gives locked-nothing-typed 1 "" "needs a password" ./11_client_certificate "$locked" "$url" "$ca"

# 12
gives signer-usage 2 "" "usage: 12_signer" ./12_signer
gives signer 0 "200, signed" "" ./12_signer "$certs/clientauth.pem" "$certs/clientauth.key" \
    "$url" "$ca"
gives signer-another-key 1 "" "not a pair" ./12_signer "$certs/clientauth.pem" \
    "$certs/nochain.key" "$url" "$ca"

# 13
gives mutual-usage 2 "" "usage: 13_mutual_tls" ./13_mutual_tls
gives mutual 0 "200; they are verified: yes, we are: yes" "" ./13_mutual_tls "$ca" "$url" \
    "$scratch/bob.pem" "$scratch/alice.pem"
gives mutual-nobody 1 "they want to know who we are" "" ./13_mutual_tls "$ca" "$url"
gives mutual-refused 1 "do not want us" "" ./13_mutual_tls "$ca" "$url" "$scratch/bob.pem"
finish
