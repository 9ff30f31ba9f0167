#!/bin/sh
# httpsc.h compiles without a warning in every mode of the language and with every switch; and a
# build that leaves a feature out does what is left, and says what is not there.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

HTTPSC_TEST_CERTS=${HTTPSC_TEST_CERTS:-$root/build/test/certs}
export HTTPSC_TEST_CERTS
[ -s "$HTTPSC_TEST_CERTS/ca.pem" ] || sh tests/certs.sh "$HTTPSC_TEST_CERTS" ||
    fail "certificates" "tests/certs.sh failed"

features="CLIENT_CERTS PROXY DIGEST COOKIES UPLOADS SESSIONS CRLS TRACE TLS12 TLS13 CHACHA20 \
ERROR_TEXT"
all="-DHTTPSC_SMALL_EC"
for feature in $features; do
    [ "$feature" = TLS13 ] || [ "$feature" = TLS12 ] || all="$all -DHTTPSC_NO_$feature"
done
flags="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I."

printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/unit.c"
for compiler in gcc clang; do
    for mode in -std=c99 -std=c11 -std=gnu99 -DHTTPSC_NO_THREADS -DHTTPSC_NO_EMBEDDED_ANCHORS \
        -DHTTPSC_BEARSSL_X509 -DHTTPSC_USE_ZLIB \
        "-DHTTPSC_NO_THREADS -DHTTPSC_NO_EMBEDDED_ANCHORS -DHTTPSC_BEARSSL_X509 -DHTTPSC_USE_ZLIB \
-std=c99"; do
        # shellcheck disable=SC2086
        succeeds "$compiler $mode" "$compiler" $mode -O1 $flags -c "$scratch/unit.c" \
            -o "$scratch/unit.o"
    done
done
fails_with "no TLS at all" "leave no TLS" gcc -DHTTPSC_NO_TLS12 -DHTTPSC_NO_TLS13 -I. -c \
    "$scratch/unit.c" -o "$scratch/unit.o"

for object in peer memory_net; do
    gcc -O1 -std=gnu99 -I. -c "tests/support/$object.c" -o "$scratch/$object.o" ||
        fail "$object.c" "it does not compile"
done

# left_out NAME COMPILER SWITCH...: compiles with these without a warning, and the program runs
left_out()
{
    name="$1"
    compiler=$2
    shift 2
    # shellcheck disable=SC2086
    if "$compiler" -O0 "$@" $flags -c "$scratch/unit.c" -o "$scratch/unit.o" \
        >"$scratch/log" 2>&1 &&
        gcc -O1 -std=gnu99 "$@" -I. tests/compile/switches.c "$scratch/peer.o" \
            "$scratch/memory_net.o" "$scratch/unit.o" -o "$scratch/switches" -lbearssl -pthread \
            >"$scratch/log" 2>&1; then
        succeeds "$name" env SWITCHES="$*" "$scratch/switches"
    else
        fail "$name" "it does not compile" "$scratch/log"
    fi
}

left_out "with everything" gcc
for feature in $features; do
    left_out "HTTPSC_NO_$feature" gcc "-DHTTPSC_NO_$feature"
done
left_out "HTTPSC_SMALL_EC" gcc -DHTTPSC_SMALL_EC
# words
# shellcheck disable=SC2086
{
    left_out "without all of it, gcc" gcc $all
    left_out "without all of it and TLS 1.3, clang" clang $all -DHTTPSC_NO_TLS13
    left_out "without all of it and TLS 1.2, clang" clang $all -DHTTPSC_NO_TLS12
}
finish
