#!/bin/sh
# httpsc.h compiles without a warning in every mode of the language and with every switch.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/unit.c"
for compiler in gcc clang; do
    for mode in -std=c99 -std=c11 -std=gnu99 -DHTTPSC_NO_THREADS -DHTTPSC_NO_EMBEDDED_ANCHORS \
        -DHTTPSC_BEARSSL_X509 -DHTTPSC_USE_ZLIB \
        "-DHTTPSC_NO_THREADS -DHTTPSC_NO_EMBEDDED_ANCHORS -DHTTPSC_BEARSSL_X509 -DHTTPSC_USE_ZLIB \
-std=c99"; do
        # shellcheck disable=SC2086
        succeeds "$compiler $mode" "$compiler" $mode -O1 -Wall -Wextra -Wpedantic -Wshadow \
            -Wconversion -Werror -I. -c "$scratch/unit.c" -o "$scratch/unit.o"
    done
done
finish
