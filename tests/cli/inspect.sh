#!/bin/sh
# httpsc --inspect and --inspect-file: what is drawn is what was verified, and it says so.
# shellcheck disable=SC2086 # URLs and ports are words
. "$(dirname "$0")/servers.inc"
need nginx openssl

url=https://host.invalid/
ca=$certs/ca.pem

# The pin of a certificate by another hand.
pin_of()
{
    openssl x509 -in "$1" -pubkey -noout | openssl pkey -pubin -outform DER |
        openssl dgst -sha256 | sed 's/.*= *//'
}

# shows NAME TEXT: in what was printed last
shows()
{
    is_true "$1" "stdout has no \"$2\"" grep -qF -e "$2" "$scratch/out"
}

# shows_not NAME TEXT
shows_not()
{
    is_true "$1" "stdout has \"$2\"" [ "$(grep -cF -e "$2" "$scratch/out")" -eq 0 ]
}

# ---- the command line
gives usage-no-name 2 "" "--verify-as" "$httpsc" --inspect-file "$certs/good.pem"
gives usage-url-and-file 2 "" "give one URL" "$httpsc" --inspect-file "$certs/good.pem" $url
gives usage-no-file 2 "" "cannot read /nonexistent" "$httpsc" --inspect-file /nonexistent \
    --verify-as localhost
gives machine 77 "" "--inspect" "$httpsc" --machine --inspect $url
gives bad-roots 1 "" "no root certificate" "$httpsc" --inspect-file "$certs/good.pem" \
    --verify-as localhost --cacert "$certs/empty.pem"
gives bad-name 1 "" "host name" "$httpsc" --inspect-file "$certs/good.pem" --verify-as 'a b' \
    --cacert "$ca"

# ---- files
gives file 0 "verified: this is the path" "" "$httpsc" --inspect-file "$certs/good.pem" \
    --verify-as localhost --cacert "$ca"
shows file-subject "  1  localhost"
shows file-issuer "issuer  httpsc test intermediate"
shows file-second "  2  httpsc test intermediate, a CA"
shows file-root "issuer  httpsc test root"
shows file-key "key     EC P-256"
shows file-names "names   localhost, *.wild.test, 127.0.0.1, ::1"
shows file-dates "valid   2024-01-01 00:00:00 to 2049-12-31 23:59:59 UTC"
shows file-pin "pin     $(pin_of "$certs/good.pem")"
shows file-second-pin "pin     $(pin_of "$certs/intermediate.pem")"
shows file-store "roots: caller, 1 certificates of $ca"
gives file-address 0 "verified: this is" "" "$httpsc" --inspect-file "$certs/good.pem" \
    --verify-as ::1 --cacert "$ca"
gives file-rsa 0 "key     RSA 3072" "" "$httpsc" --inspect-file "$certs/rsa3072.pem" \
    --verify-as localhost --cacert "$ca"
gives file-p384 0 "key     EC P-384" "" "$httpsc" --inspect-file "$certs/p384.pem" \
    --verify-as localhost --cacert "$ca"

# what lies around, and in which order, is not what was verified
cat "$certs/ca2.pem" >"$scratch/stranger.pem"
openssl x509 -in "$certs/good.pem" -out "$scratch/padded.pem"
cat "$scratch/stranger.pem" "$certs/intermediate.pem" >>"$scratch/padded.pem"
gives file-padded 0 "verified: this is" "" "$httpsc" --inspect-file "$scratch/padded.pem" \
    --verify-as localhost --cacert "$ca"
shows_not file-no-stranger "httpsc unrelated root"
openssl x509 -in "$certs/selfsigned.pem" -outform DER -out "$scratch/selfsigned.der"
gives file-der 1 "issuer  localhost (itself)" "self-signed" "$httpsc" --inspect-file \
    "$scratch/selfsigned.der" --verify-as localhost --cacert "$ca"

# refused NAME FILE HOST ERROR
refused()
{
    gives "$1" 1 "NOT VERIFIED" "$4" "$httpsc" --inspect-file "$2" --verify-as "$3" --cacert "$ca"
    shows_not "$1-no-path" "verified: this"
}
refused file-wrong-name "$certs/wrongname.pem" localhost "it is for other.example"
shows file-wrong-name-names "names   other.example"
refused file-expired "$certs/expired.pem" localhost "was valid until 2020-01-01"
shows file-expired-dates "to 2020-01-01 00:00:00 UTC"
refused file-no-chain "$certs/nochain.pem" localhost "did not send its whole chain"
refused file-weak "$certs/weak-rsa1024.pem" localhost "weak"
shows file-weak-key "key     RSA, too weak or too large"
refused file-garbage "$certs/garbage.pem" localhost "invalid"
shows file-garbage-what "bytes that are no certificate"

# ---- ways that lead nowhere
# crossed NAME CERTIFICATE...: good's own, and after it these
crossed()
{
    crossed_name=$1
    shift
    openssl x509 -in "$certs/good.pem" -out "$scratch/$crossed_name.pem"
    for crossed_file in "$@"; do
        cat "$certs/$crossed_file.pem" >>"$scratch/$crossed_name.pem"
    done
}

# passes_over NAME CERTIFICATE TEXT: it stands before the good intermediate, and does not hinder it
passes_over()
{
    crossed "$1" "$2" intermediate
    gives "$1" 0 "verified: this is the path" "" "$httpsc" --inspect-file "$scratch/$1.pem" \
        --verify-as localhost --cacert "$ca"
    shows "$1-which" \
        "  2  httpsc test intermediate, issued by httpsc test root, as issuer of 1"
    shows "$1-why" "$3"
    is_true "$1-once" "not passed over once" [ "$(grep -c "as issuer of" "$scratch/out")" -eq 1 ]
}
passes_over cross-expired cross-expired \
    'has expired: certificate 2 of the chain, "httpsc test intermediate" was valid until 2020-01-01'
passes_over cross-impostor cross-impostor \
    "certificate \"localhost\": its signature is not that of the issuer it names"
passes_over cross-narrow cross-narrow \
    "it has a name that an issuer above it does not allow: localhost"
crossed cross-other-order intermediate cross-expired cross-impostor
gives cross-other-order 0 "verified: this is" "" "$httpsc" --inspect-file \
    "$scratch/cross-other-order.pem" --verify-as localhost --cacert "$ca"
shows_not cross-none-passed-over "passed over"

crossed cross-none cross-expired cross-narrow cross-impostor
gives cross-none 1 "NOT VERIFIED" "" "$httpsc" --inspect-file "$scratch/cross-none.pem" \
    --verify-as localhost --cacert "$ca"
for number in 2 3 4; do
    shows cross-none-$number "  $number  httpsc test intermediate, issued by httpsc test root, as issuer"
done
is_true cross-none-three "not three of them" [ "$(grep -c "as issuer of" "$scratch/out")" -eq 3 ]

cat "$certs/ca-expired.pem" "$ca" >"$scratch/roots.pem"
gives cross-root 0 "verified: this is" "" "$httpsc" --inspect-file "$certs/good.pem" \
    --verify-as localhost --cacert "$scratch/roots.pem"
shows cross-root-which "  a trusted root as issuer of 2"
shows cross-root-why 'trusted root "httpsc test root" has expired'

# ---- servers
start_nginx || { fail nginx "does not start" "$scratch/nginx-error.log"; finish; }
base=https://localhost:$tls_port
gives server 0 "verified: this is the path" "" "$httpsc" --inspect --cacert "$ca" $base/
shows server-host "host: localhost"
shows server-pin "pin     $(pin_of "$certs/good.pem")"
shows server-store "roots: caller, 1 certificates of $ca"
shows server-tls "TLS: TLSv1."
shows_not server-no-doubt "NOT VERIFIED"
gives server-ignored 0 "NOT VERIFIED: something" "" "$httpsc" -k --inspect $base/
shows_not server-ignored-no-path "verified: this"
gives server-unknown 1 "NOT VERIFIED: this is what the server sent" "issuer certificate" \
    "$httpsc" --inspect --cacert "$certs/ca2.pem" $base/
shows server-unknown-sent "  1  localhost"
shows server-unknown-store "roots: caller, 1 certificates of $certs/ca2.pem"
shows_not server-unknown-no-path "verified: this"
gives server-as 0 "host: other.example" "" "$httpsc" --inspect --cacert "$ca" \
    --verify-as other.example https://localhost:$wrong_port/
gives server-cross 0 "verified: this is the path" "" "$httpsc" --inspect \
    --cacert "$scratch/roots.pem" $base/
shows server-cross-root 'trusted root "httpsc test root" has expired'
gives server-cross-none 1 "NOT VERIFIED: this is what the server sent" "" "$httpsc" --inspect \
    --cacert "$certs/ca-expired.pem" $base/
shows server-cross-none-root 'trusted root "httpsc test root" has expired'
gives server-refused 1 "" "connection refused" "$httpsc" --inspect --cacert "$ca" \
    https://localhost:1/
shows_not server-refused-nothing "VERIFIED"

# a server that was not verified hears no request, not even for display
mkfifo "$scratch/silence" # it ends where its stdin does
(exec openssl s_server -accept 127.0.0.1:0 -cert "$certs/wrongname.pem" \
    -key "$certs/wrongname.key" -cert_chain "$certs/intermediate.pem" \
    <>"$scratch/silence" >"$scratch/heard" 2>&1) &
server_pids="$server_pids $!"
await grep -q '^ACCEPT .*:[0-9]' "$scratch/heard"
port=$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' "$scratch/heard" | head -n 1)
gives silent 1 "NOT VERIFIED: this is what the server sent" "you asked for localhost" \
    "$httpsc" --inspect --cacert "$ca" https://localhost:$port/
shows silent-sent "names   other.example"
shows silent-sent-too "  2  httpsc test intermediate, a CA"
shows silent-store "roots: caller, 1 certificates of $ca"
shows_not silent-one-store "roots: none"
is_true silent-no-request "it heard one" [ "$(grep -c HEAD "$scratch/heard")" -eq 0 ]
gives silent-control 1 "" "" "$httpsc" --inspect --cacert "$ca" --timeout 2 \
    --verify-as other.example https://localhost:$port/
shows silent-control-store "roots: caller, 1 certificates of $ca"
is_true silent-control-heard "a verified one heard none" grep -q HEAD "$scratch/heard"
finish
