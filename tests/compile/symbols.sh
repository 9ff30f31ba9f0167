#!/bin/sh
# What the single unit leaves in a program: names that begin with httpsc_, and no writable globals.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# writable OBJECT: symbols in .data, .bss, common, and the small and thread-local kinds. Compiled
# without -fPIE, where a constant table of pointers is not writable for the loader's sake.
writable()
{
    nm "$1" | awk '$(NF - 1) ~ /^[BbDdCcGgSs]$/ { print $NF }'
}

foreign()
{
    nm -g --defined-only "$1" | awk '$NF !~ /^httpsc_/ { print $NF }'
}

printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/header.c"
for unit in src/httpsc.c "$scratch/header.c"; do
    for compiler in gcc clang; do
        name="$compiler $(basename "$unit")"
        if ! "$compiler" -std=c99 -O2 -fno-pie -fno-pic -I. -c "$unit" -o "$scratch/unit.o" \
            >"$scratch/log" 2>&1; then
            fail "$name" "does not compile" "$scratch/log"
            continue
        fi
        foreign "$scratch/unit.o" >"$scratch/log"
        if [ -s "$scratch/log" ]; then
            fail "$name: exports httpsc_ names only" "it exports others" "$scratch/log"
        elif nm -g --defined-only "$scratch/unit.o" | grep -q ' T httpsc_get$'; then
            ok "$name: exports httpsc_ names only"
        else
            fail "$name: exports httpsc_ names only" "httpsc_get is not there"
        fi
        writable "$scratch/unit.o" >"$scratch/log"
        if [ -s "$scratch/log" ]; then
            fail "$name: no writable globals" "there are some" "$scratch/log"
        else
            ok "$name: no writable globals"
        fi
    done
done

# The checks bite.
cat >"$scratch/planted.c" <<'END'
int counter;
int *next(void);
int *next(void)
{
    static int state = 3;
    static _Thread_local int other;
    other += state;
    return other > 3 ? &counter : &state;
}
END
gcc -fno-pie -fno-pic -c "$scratch/planted.c" -o "$scratch/planted.o"
if [ "$(writable "$scratch/planted.o" | wc -l)" -eq 3 ]; then
    ok "planted writable globals are seen"
else
    fail "planted writable globals are seen" "not all three"
fi
if [ "$(foreign "$scratch/planted.o" | tr '\n' ' ')" = "counter next " ]; then
    ok "planted foreign names are seen"
else
    fail "planted foreign names are seen" "not both"
fi
finish
