#!/bin/sh
# DEFENCES E8, O8, R5: one client in many threads, with few connections, is clean under the thread
# sanitizer; and a race that is planted is reported.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

mkdir "$scratch/include"
cat >"$scratch/include/httpsc.h" <<END
#ifdef HTTPSC_IMPLEMENTATION
#include "$PWD/src/httpsc.c"
#else
#include "$PWD/src/httpsc.h"
#endif
END
echo '#include "httpsc.h"' >"$scratch/implementation.c"

sanitizer="-fsanitize=thread -g -O1"
# the flags are words
# shellcheck disable=SC2086
if ! clang $sanitizer -std=gnu99 -w -I"$scratch/include" -DHTTPSC_IMPLEMENTATION \
    -c "$scratch/implementation.c" -o "$scratch/implementation.o" >"$scratch/log" 2>&1 ||
    ! clang $sanitizer -std=gnu99 -w -I"$scratch/include" tests/compile/threads.c \
        tests/support/*.c "$scratch/implementation.o" -o "$scratch/threads" -lbearssl -pthread \
        >>"$scratch/log" 2>&1; then
    cat "$scratch/log"
    fail builds "clang -fsanitize=thread"
fi

TSAN_OPTIONS=halt_on_error=0:exitcode=66
export TSAN_OPTIONS

# A race shows itself in some runs and not in others.
is_clean()
{
    for run in 1 2 3 4 5; do
        "$scratch/threads" >"$scratch/log" 2>&1 || return 1
        ! grep -q 'WARNING: ThreadSanitizer' "$scratch/log" || return 1
    done
}

if is_clean; then
    ok clean
elif grep -q 'unexpected memory mapping' "$scratch/log"; then
    skip clean "the thread sanitizer does not run on this kernel"
else
    fail clean "in run $run"
    head -n 60 "$scratch/log" | sed 's/^/    /'
fi
"$scratch/threads" planted >"$scratch/log" 2>&1
if grep -q 'WARNING: ThreadSanitizer: data race' "$scratch/log"; then
    ok planted-race-is-reported
elif grep -q 'unexpected memory mapping' "$scratch/log"; then
    skip planted-race-is-reported "the thread sanitizer does not run on this kernel"
else
    fail planted-race-is-reported "the sanitizer says nothing"
fi
finish
