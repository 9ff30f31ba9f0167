#!/bin/sh
# Makes the certificates of the tests and of `make demo`, with the openssl command.
#
#   tests/certs.sh DIR
#
# The names are always the same, the keys are new each time. A chain NAME.pem has the leaf first,
# then its intermediate; NAME.key is its key (PKCS#8, not encrypted).
#
#   ca.pem ca.key                the root (EC P-256) that all chains end in, but for ca2's
#   intermediate.pem             between root and leaves
#   ca2.pem                      a root that has nothing to do with them
#   good                         P-256; localhost, *.wild.test, 127.0.0.1, ::1; for servers
#   good-rsa rsa3072 p384        the same names, other keys
#   expired notyet wrongname     over; in the future; for other.example alone
#   selfsigned nochain           signed by itself; sent without its intermediate
#   weak-rsa1024 sha1            a key that is too short; signed with SHA-1
#   clientauth                   for clients alone
#   clientauth-rsa -p384 -p521   the same of other keys
#   clientauth-expired -ca2      over; of the unrelated root
#   clientauth-locked.pem        clientauth's chain and key in one, the password "correct horse"
#   untrusted                    of the unrelated root
#   shuffled                     good's, out of order, with the unrelated root and ca among them
#   wrongusage                   RSA; keyUsage keyEncipherment, so that it may not sign
#   noaddress                    for localhost alone, not for its addresses
#   cnonly                       localhost as commonName, and no subjectAltName
#   constrained-kept             for other.example, under the intermediate of the next
#   constrained                  its intermediate may vouch for other.example alone
#   critical                     has a critical extension that nobody knows
#   longchain                    good's, with 11 certificates
#   deep-p384 deep-rsa3072       p384's and rsa3072's key, under an intermediate of the same kind,
#                                signed with SHA-384 and SHA-512
#   cross-expired cross-narrow   the intermediate's name and key again: over; for other.example alone
#   cross-impostor               its name and key identifier, but another key
#   ca-expired                   a root of the root's name and another key, over
#   revoked ca.crl               the intermediate's list, which has this one alone
#   ca-crlf.pem ca-noeol.pem     the root with CRLF line ends; without a last newline
#   ca-onebad.pem garbage.pem    ca2, a block that is no certificate, the root; the bad block alone
#   empty.pem ca.der             nothing; the root in DER
set -u
umask 077

[ $# -eq 1 ] || { echo "usage: tests/certs.sh DIR" >&2; exit 2; }
mkdir -p "$1" && cd "$1" || exit 1

work=work.$$
mkdir "$work" || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

now_from=20240101000000Z
now_to=20491231235959Z
names="DNS:localhost,DNS:*.wild.test,IP:127.0.0.1,IP:::1"

# Runs openssl, and is silent unless it fails.
run_openssl()
{
    openssl "$@" >"$work/log" 2>&1 || {
        echo "certs.sh: openssl $* failed:" >&2
        cat "$work/log" >&2
        exit 1
    }
}

make_key()
{
    case $2 in
    rsa*) run_openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1.key" ;;
    *) run_openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" \
        -pkeyopt ec_param_enc:named_curve -out "$1.key" ;;
    esac
}

# issue NAME ISSUER|self CN EXTENSIONS [FROM TO [DIGEST]]: NAME.key is there; makes NAME.pem.
# `openssl ca` is the one command that takes both dates in every version.
issue()
{
    cat >"$work/ca.conf" <<END
[req]
distinguished_name = subject
[subject]
[ca]
default_ca = issuer
[issuer]
database = $work/index
crlnumber = $work/crlnumber
new_certs_dir = $work
rand_serial = yes
unique_subject = no
email_in_dn = no
preserve = yes
policy = policy
[policy]
organizationName = optional
commonName = supplied
END
    printf '%s\n' "$4" >"$work/extensions"
    : >"$work/index"
    run_openssl req -new -config "$work/ca.conf" -key "$1.key" -subj "/O=httpsc tests/CN=$3" \
        -out "$work/request"
    if [ "$2" = self ]; then
        set -- "$1" "$3" "${5-$now_from}" "${6-$now_to}" "${7-sha256}" \
            -selfsign -keyfile "$1.key"
    else
        set -- "$1" "$3" "${5-$now_from}" "${6-$now_to}" "${7-sha256}" \
            -cert "$2.pem" -keyfile "$2.key"
    fi
    name=$1 from=$3 to=$4 digest=$5
    shift 5
    run_openssl ca -batch -notext -config "$work/ca.conf" -in "$work/request" \
        -out "$work/certificate" -startdate "$from" -enddate "$to" -md "$digest" \
        -extfile "$work/extensions" "$@"
    mv "$work/certificate" "$name.pem"
}

# authority NAME ISSUER|self CN [KEY [MORE_EXTENSIONS]]
authority()
{
    make_key "$1" "${4-P-256}"
    issue "$1" "$2" "$3" "basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
${5-}"
}

# leaf NAME KEY CN SUBJECT_ALT_NAMES [FROM TO [DIGEST]]: signed by the intermediate, not sent yet
leaf()
{
    make_key "$1" "$2"
    leaf_name=$1 leaf_cn=$3 leaf_names=$4
    shift 4
    issue "$leaf_name" intermediate "$leaf_cn" "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=$leaf_names" "$@"
}

# variant NAME KEY_OF ISSUER EXTENSIONS [DIGEST]: a leaf for localhost with a key that is there
variant()
{
    cp "$2.key" "$1.key"
    issue "$1" "$3" localhost "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
subjectAltName=$names
$4" "$now_from" "$now_to" "${5-sha256}"
    cat "$3.pem" >>"$1.pem"
}

chain()
{
    leaf "$@"
    cat intermediate.pem >>"$1.pem"
}

# cross NAME EXTENSIONS [FROM TO]: NAME.key is there; one more certificate of the intermediate's name
cross()
{
    cross_name=$1 cross_extensions=$2
    shift 2
    issue "$cross_name" ca "httpsc test intermediate" "basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
$cross_extensions" "$@"
}

authority ca self "httpsc test root"
authority ca2 self "httpsc unrelated root"
authority intermediate ca "httpsc test intermediate"

chain good P-256 localhost "$names"
chain good-rsa rsa2048 localhost "$names"
chain rsa3072 rsa3072 localhost "$names"
chain p384 P-384 localhost "$names"
chain expired P-256 localhost "$names" 20190101000000Z 20200101000000Z
chain notyet P-256 localhost "$names" 20900101000000Z 20950101000000Z
chain wrongname P-256 other.example DNS:other.example
leaf nochain P-256 localhost "$names"
chain weak-rsa1024 rsa1024 localhost "$names"
chain sha1 P-256 localhost "$names" "$now_from" "$now_to" sha1

variant clientauth good intermediate extendedKeyUsage=clientAuth
variant clientauth-rsa good-rsa intermediate extendedKeyUsage=clientAuth
variant clientauth-p384 p384 intermediate extendedKeyUsage=clientAuth
make_key p521 P-521
variant clientauth-p521 p521 intermediate extendedKeyUsage=clientAuth
rm p521.key
variant clientauth-ca2 good ca2 extendedKeyUsage=clientAuth
cp good.key clientauth-expired.key
issue clientauth-expired intermediate localhost "keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth" 20190101000000Z 20200101000000Z
cat intermediate.pem >>clientauth-expired.pem
run_openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 1000 -passout "pass:correct horse" \
    -in clientauth.key -out "$work/locked"
cat clientauth.pem "$work/locked" >clientauth-locked.pem
variant critical good intermediate 1.3.6.1.4.1.99999.1=critical,ASN1:NULL
authority ca-constrained ca "httpsc constrained intermediate" P-256 \
    nameConstraints=critical,permitted\;DNS:other.example
variant constrained good ca-constrained extendedKeyUsage=serverAuth
authority ca-p384 ca "httpsc P-384 intermediate" P-384
variant deep-p384 p384 ca-p384 extendedKeyUsage=serverAuth sha384
authority ca-rsa3072 ca "httpsc RSA intermediate" rsa3072
variant deep-rsa3072 rsa3072 ca-rsa3072 extendedKeyUsage=serverAuth sha512
variant untrusted good ca2 extendedKeyUsage=serverAuth
cp good.key shuffled.key
{ openssl x509 -in good.pem; cat ca2.pem ca.pem intermediate.pem; } >shuffled.pem

# bare NAME KEY_OF ISSUER CN EXTENSIONS: nothing but these
bare()
{
    cp "$2.key" "$1.key"
    issue "$1" "$3" "$4" "$5"
    cat "$3.pem" >>"$1.pem"
}

bare wrongusage good-rsa intermediate localhost "keyUsage=critical,keyEncipherment
extendedKeyUsage=serverAuth
subjectAltName=$names"
bare noaddress good intermediate localhost "extendedKeyUsage=serverAuth
subjectAltName=DNS:localhost"
bare cnonly good intermediate localhost extendedKeyUsage=serverAuth
bare constrained-kept good ca-constrained other.example "extendedKeyUsage=serverAuth
subjectAltName=DNS:other.example"
cp good.key longchain.key
cp good.pem longchain.pem
for _ in 1 2 3 4 5 6 7 8 9; do
    cat intermediate.pem >>longchain.pem
done

cp intermediate.key cross-expired.key
cross cross-expired subjectKeyIdentifier=hash 20190101000000Z 20200101000000Z
cp intermediate.key cross-narrow.key
cross cross-narrow "subjectKeyIdentifier=hash
nameConstraints=critical,permitted;DNS:other.example"
make_key cross-impostor P-256
cross cross-impostor "subjectKeyIdentifier=$(openssl x509 -in intermediate.pem -noout \
    -ext subjectKeyIdentifier | tail -n 1 | tr -d ' ')"
make_key ca-expired P-256
issue ca-expired self "httpsc test root" "basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign" 20190101000000Z 20200101000000Z

variant revoked good intermediate extendedKeyUsage=serverAuth
: >"$work/index"
echo 01 >"$work/crlnumber"
run_openssl ca -config "$work/ca.conf" -cert intermediate.pem -keyfile intermediate.key \
    -md sha256 -revoke revoked.pem
run_openssl ca -config "$work/ca.conf" -cert intermediate.pem -keyfile intermediate.key \
    -md sha256 -gencrl -crldays 3650 -out ca.crl

make_key selfsigned P-256
issue selfsigned self localhost "basicConstraints=critical,CA:FALSE
extendedKeyUsage=serverAuth
subjectAltName=$names"

awk '{ printf "%s\r\n", $0 }' ca.pem >ca-crlf.pem
awk '{ printf "%s%s", separator, $0; separator = "\n" }' ca.pem >ca-noeol.pem
cat >garbage.pem <<'END'
-----BEGIN CERTIFICATE-----
VGhpcyBpcyBiYXNlNjQsIGJ1dCBubyBjZXJ0aWZpY2F0ZSBhdCBhbGwuIE5vdCBldmVu
IERFUi4=
-----END CERTIFICATE-----
END
cat ca2.pem garbage.pem ca.pem >ca-onebad.pem
: >empty.pem
run_openssl x509 -in ca.pem -outform DER -out ca.der
