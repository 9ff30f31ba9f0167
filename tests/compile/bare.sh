#!/bin/sh
# A HTTPSC_BARE build does whole transfers over hooks: the host can run it too.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# bare NAME COMPILER FLAG...
bare()
{
    bare_name=$1
    shift
    if "$@" -std=gnu99 -Wall -Wextra -Werror -DHTTPSC_BARE -I. -DHTTPSC_IMPLEMENTATION \
        -x c -c httpsc.h -o "$scratch/bare.o" >"$scratch/log" 2>&1 &&
        "$@" -std=gnu99 -Wall -Wextra -Werror -DHTTPSC_BARE -I. tests/compile/bare.c \
            tests/support/peer.c tests/support/memory_net.c "$scratch/bare.o" -o "$scratch/bare" \
            -lbearssl >"$scratch/log" 2>&1; then
        succeeds "$bare_name" "$scratch/bare"
    else
        fail "$bare_name" "does not compile" "$scratch/log"
    fi
}

bare "HTTPSC_BARE, gcc" gcc -O2
bare "HTTPSC_BARE, clang with sanitizers" clang -g -O1 -fsanitize=address,undefined \
    -fno-sanitize-recover=all
finish
