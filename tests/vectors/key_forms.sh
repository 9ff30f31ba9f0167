#!/bin/sh
# Every form of a private key that this machine's openssl writes, read with the right password, a
# wrong one, an empty one and none: it loads and is the same key, or has the code that names why.
# Prints the table. HTTPSC_TEST_FULL=1: every cipher and digest for every key, and every byte of the
# forms that are carried changed; otherwise the first key has them all, and bytes are sampled.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

program=$HTTPSC_BUILD/vectors/key_forms
keys=$scratch/keys
mkdir -p "$keys"
: >"$scratch/list"
legacy=
if openssl list -providers -provider legacy >/dev/null 2>&1; then
    legacy='-provider legacy -provider default'
else
    skip "key_forms: legacy ciphers" "openssl has no legacy provider"
fi

# add FORM EXPECTED FILE: EXPECTED is open (no password), locked (encrypted and carried), form (of
# none of ours), bare (open, and nothing in it tells a changed key) or a code for all passwords alike
add()
{
    [ -s "$3" ] || return
    printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$scratch/list"
}

# make FILE COMMAND...: runs openssl; a form that it does not write leaves no file
make()
{
    out=$1
    shift
    # the providers are words
    # shellcheck disable=SC2086
    openssl "$@" -out "$out" $legacy >/dev/null 2>&1 || rm -f "$out"
}

# carried CIPHER DIGEST
carried()
{
    case $1 in
    aes-128-cbc | aes-192-cbc | aes-256-cbc | des-ede3-cbc) ;;
    *) echo form && return ;;
    esac
    case $2 in
    hmacWithSHA1 | hmacWithSHA224 | hmacWithSHA256 | hmacWithSHA384 | hmacWithSHA512) echo locked ;;
    *) echo form ;;
    esac
}

# plain NAME: the forms without a password
plain()
{
    for outform in PEM DER; do
        make "$keys/$1-pkcs8.$outform" pkcs8 -topk8 -nocrypt -in "$keys/$1" -outform $outform
        add "$1, PKCS#8, $outform" open "$keys/$1-pkcs8.$outform"
        case $1 in
        rsa*) make "$keys/$1-own.$outform" rsa -traditional -in "$keys/$1" -outform $outform ;;
        p*) make "$keys/$1-own.$outform" ec -in "$keys/$1" -outform $outform ;;
        esac
        add "$1, traditional, $outform" open "$keys/$1-own.$outform"
    done
    case $1 in
    p*)
        make "$keys/$1-nopub.PEM" ec -in "$keys/$1" -no_public
        add "$1, SEC 1 without its point" bare "$keys/$1-nopub.PEM"
        for form in compressed hybrid; do
            make "$keys/$1-$form.PEM" ec -in "$keys/$1" -conv_form $form
            add "$1, SEC 1, point $form" open "$keys/$1-$form.PEM"
        done
        make "$keys/$1-explicit.PEM" ec -in "$keys/$1" -param_enc explicit
        add "$1, explicit parameters" form "$keys/$1-explicit.PEM"
        ;;
    esac
}

# pbes2 NAME CIPHER DIGEST OUTFORM
pbes2()
{
    file=$keys/$1-$2-$3.$4
    make "$file" pkcs8 -topk8 -v2 "$2" -v2prf "$3" -iter 100 -passout pass:secret \
        -in "$keys/$1" -outform "$4"
    add "$1, PBES2 $2 $3, $4" "$(carried "$2" "$3")" "$file"
}

# old NAME CIPHER: Proc-Type
old()
{
    case $1 in
    rsa*) make "$keys/$1-old-$2" rsa -traditional -in "$keys/$1" "-$2" -passout pass:secret ;;
    p*) make "$keys/$1-old-$2" ec -in "$keys/$1" "-$2" -passout pass:secret ;;
    esac
    grep -qs Proc-Type "$keys/$1-old-$2" || return
    add "$1, Proc-Type $2" "$(carried "$2" hmacWithSHA1)" "$keys/$1-old-$2"
}

for bits in 2048 3072 4096; do
    make "$keys/rsa$bits" genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$bits
done
for curve in 256 384 521; do
    make "$keys/p$curve" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-$curve
done

# shellcheck disable=SC2086
ciphers=$(openssl list -cipher-algorithms $legacy 2>/dev/null |
    sed 's/ @.*//; s/.*=> //' | tr -d '{}, ' | tr 'A-Z' 'a-z' | grep -v '^[0-9.]*$' | sort -u)
digests='hmacWithMD5 hmacWithSHA1 hmacWithSHA224 hmacWithSHA256 hmacWithSHA384 hmacWithSHA512
    hmacWithSHA512-224 hmacWithSHA512-256 hmacWithSHA3-256 hmacWithSHA3-512'
first=p256
for name in p256 rsa2048 rsa3072 rsa4096 p384 p521; do
    plain $name
    every='aes-128-cbc aes-192-cbc aes-256-cbc des-ede3-cbc'
    if [ $name = $first ] || [ -n "${HTTPSC_TEST_FULL-}" ]; then
        every="$ciphers $every"
    fi
    for cipher in $(printf '%s\n' $every | sort -u); do
        pbes2 $name "$cipher" hmacWithSHA256 PEM
        old $name "$cipher"
    done
    if [ $name = $first ] || [ -n "${HTTPSC_TEST_FULL-}" ]; then
        for digest in $digests; do
            for cipher in aes-128-cbc aes-192-cbc aes-256-cbc des-ede3-cbc; do
                pbes2 $name $cipher "$digest" DER
            done
        done
        for scheme in PBE-MD5-DES PBE-MD2-DES PBE-SHA1-DES PBE-SHA1-RC2-64 PBE-MD5-RC2-64 \
            PBE-SHA1-RC4-128 PBE-SHA1-RC4-40 PBE-SHA1-3DES PBE-SHA1-2DES PBE-SHA1-RC2-128 \
            PBE-SHA1-RC2-40; do
            make "$keys/$name-$scheme" pkcs8 -topk8 -v1 $scheme -passout pass:secret \
                -in "$keys/$name"
            add "$name, PBES1 $scheme" form "$keys/$name-$scheme"
        done
    fi
    make "$keys/$name-scrypt" pkcs8 -topk8 -scrypt -scrypt_N 16 -passout pass:secret \
        -in "$keys/$name"
    add "$name, scrypt" form "$keys/$name-scrypt"
    openssl req -x509 -key "$keys/$name" -subj /CN=me -out "$keys/$name.cert" 2>/dev/null
    make "$keys/$name.p12" pkcs12 -export -inkey "$keys/$name" -in "$keys/$name.cert" \
        -passout pass:secret
    add "$name, PKCS#12" form "$keys/$name.p12"
    add "$name, a certificate alone" ERR_IDENTITY_EMPTY "$keys/$name.cert"
    {
        cat "$keys/$name.cert"
        openssl pkey -in "$keys/$name"
    } >"$keys/$name.both"
    add "$name, certificate and key" open "$keys/$name.both"
done
for algorithm in ED25519 ED448 X25519 X448 RSA-PSS; do
    make "$keys/$algorithm" genpkey -algorithm $algorithm
    add "$algorithm" form "$keys/$algorithm"
done
make "$keys/dsa.params" dsaparam 2048
make "$keys/dsa" gendsa "$keys/dsa.params"
add "DSA, PKCS#8" form "$keys/dsa"
openssl pkey -in "$keys/dsa" -traditional -out "$keys/dsa.own" 2>/dev/null
add "DSA, traditional" form "$keys/dsa.own"
openssl pkey -in "$keys/dsa" -traditional -outform DER -out "$keys/dsa.der" 2>/dev/null
add "DSA, traditional, DER" form "$keys/dsa.der"
make "$keys/p224" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-224
add "EC P-224" form "$keys/p224"
make "$keys/k256" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
add "EC secp256k1" form "$keys/k256"
make "$keys/rsa1024" genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024
add "RSA 1024" ERR_KEY_WEAK "$keys/rsa1024"
make "$keys/multi" genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3
add "RSA with three primes" form "$keys/multi"
make "$keys/work" pkcs8 -topk8 -v2 aes-128-cbc -iter 10000001 -passout pass:secret -in "$keys/p256"
add "10,000,001 iterations" ERR_LIMIT_KEY_WORK "$keys/work"

# what each form gives: four lines a file
while IFS='	' read -r form expected file; do
    printf '%s\tsecret\n%s\tSecret\n%s\t\n%s\t-\n' "$file" "$file" "$file" "$file"
done <"$scratch/list" >"$scratch/tries"
if ! "$program" <"$scratch/tries" >"$scratch/results" 2>"$scratch/log"; then
    fail "key_forms: the reader" "exit, or a sanitizer's report" "$scratch/log"
    finish
fi
# the key that each form is to hold
for name in p256 rsa2048 rsa3072 rsa4096 p384 p521; do
    printf '%s\t-\n' "$keys/$name-pkcs8.DER" | "$program" | awk -F '\t' -v n=$name '{ print n "\t" $4 }'
done >"$scratch/prints"

awk -F '\t' '
    FILENAME ~ /prints$/ { print_of[$1] = $2; next }
    FILENAME ~ /list$/ { form[++n] = $1; expected[n] = $2; next }
    {
        i = int((FNR - 1) / 4) + 1
        column = (FNR - 1) % 4
        name = form[i]
        sub(/,.*/, "", name)
        want = expected[i]
        if (want == "open" || want == "bare") {
            want = "OK"
        } else if (want == "form") {
            want = "ERR_KEY_FORM"
        } else if (want == "locked") {
            want = column == 0 ? "OK" : column == 3 ? "ERR_KEY_PASSWORD_NEEDED" : "ERR_KEY_PASSWORD"
        }
        if ($3 != want || ($3 == "OK" && $4 != print_of[name])) {
            print "FAIL key_forms: " form[i] " with password \"" $2 "\": " $3 ", " $4 \
                ", wanted " want
            bad++
        }
        row = column == 0 ? sprintf("  %-52s", form[i]) : row
        said = $3
        sub(/^ERR_/, "", said)
        row = row sprintf(" %-20s", said)
        if (column == 3) {
            print row
        }
    }
    END { print n, "forms," , 4 * n, "tries"; exit bad > 0 }
' "$scratch/prints" "$scratch/list" "$scratch/results" >"$scratch/table"
status=$?
cat "$scratch/table"
if [ $status -eq 0 ] && [ "$(wc -l <"$scratch/list")" -gt 100 ]; then
    ok "key_forms: $(tail -n 1 "$scratch/table")"
else
    fail "key_forms: the table" "see above"
fi

# every form that is carried, truncated and changed
stride=${HTTPSC_TEST_FULL:+1}
[ -n "$stride" ] || stride=41
awk -F '\t' -v full="${HTTPSC_TEST_FULL-}" '
    $2 == "open" || $2 == "locked" {
        name = $1
        sub(/,.*/, "", name)
        if (full == "" && ++seen[name] > 12) {
            next
        }
        print $3 "\t" ($2 == "open" ? "-" : "secret")
    }' "$scratch/list" >"$scratch/carried"
if num=$("$program" mutate $stride <"$scratch/carried" 2>"$scratch/log"); then
    ok "key_forms: $(wc -l <"$scratch/carried") forms cut and changed, $num tries"
else
    printf '%s\n' "$num" >>"$scratch/log"
    fail "key_forms: cut and changed" "see below" "$scratch/log"
fi
finish
