#!/bin/sh
# httpsc.h compiles for other machines: a board without an operating system, and Windows.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# The header directory of BearSSL alone, without the host's libc beside it.
header=$(printf '#include <bearssl.h>\n' | gcc -E -x c - |
    sed -n 's/^# [0-9]* "\(.*bearssl\.h\)".*/\1/p' | head -n 1)
mkdir "$scratch/include"
cp -R "${header%/*}"/bearssl* "$scratch/include/" || fail "BearSSL's headers" "not found"
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/unit.c"
warnings="-Wall -Wextra -Werror"

# shellcheck disable=SC2086
{
    for standard in c99 gnu11; do
        succeeds "arm-none-eabi, HTTPSC_BARE, $standard" arm-none-eabi-gcc -std=$standard -Os \
            -mcpu=cortex-m4 -mthumb -DHTTPSC_BARE $warnings -I. -I"$scratch/include" \
            -c "$scratch/unit.c" -o "$scratch/unit.o"
        succeeds "x86_64-w64-mingw32, $standard" x86_64-w64-mingw32-gcc -std=$standard -O2 \
            $warnings -I. -I"$scratch/include" -c "$scratch/unit.c" -o "$scratch/unit.o"
    done
    succeeds "arm-none-eabi, HTTPSC_BARE, no roots" arm-none-eabi-gcc -std=c99 -Os \
        -mcpu=cortex-m4 -mthumb -DHTTPSC_BARE -DHTTPSC_NO_EMBEDDED_ANCHORS $warnings -I. \
        -I"$scratch/include" -c "$scratch/unit.c" -o "$scratch/bare.o"
    succeeds "x86_64-w64-mingw32, HTTPSC_NO_THREADS" x86_64-w64-mingw32-gcc -std=c99 -O2 \
        -DHTTPSC_NO_THREADS $warnings -I. -I"$scratch/include" -c "$scratch/unit.c" \
        -o "$scratch/unit.o"
    rm -f "$scratch/unit.o"
    succeeds "Linux, HTTPSC_BARE" gcc -std=c99 -O2 -DHTTPSC_BARE $warnings -I. \
        -c "$scratch/unit.c" -o "$scratch/unit.o"
}

# Without an operating system there is nothing to ask of one.
nm -u "$scratch/unit.o" 2>&1 |
    grep -vE ' (br_[a-z0-9_]*|mem(cpy|move|set|cmp|chr)|str(n?cmp|len|r?chr|str|c?spn)|_GLOBAL_.*)$' \
        >"$scratch/log"
if [ -s "$scratch/log" ]; then
    fail "HTTPSC_BARE asks for no system" "it does" "$scratch/log"
else
    ok "HTTPSC_BARE asks for no system"
fi
finish
