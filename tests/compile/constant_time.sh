#!/bin/sh
# What is secret decides no branch and no address: tests/compile/constant_time.c under valgrind, as
# two compilers make it at -O2. What BearSSL does is excused place by place, and each place is told
# in docs/CONSTANT_TIME.md.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

supp=tests/compile/constant_time.supp
if ! command -v valgrind >/dev/null; then
    skip "constant time" "valgrind is not installed"
    finish
fi

# timed COMPILER: its cases, each by its own name
timed()
{
    if ! "$1" -std=gnu99 -g -O2 -Wall -Wextra -Werror tests/compile/constant_time.c \
        -o "$scratch/$1" -lbearssl -pthread >"$scratch/log" 2>&1; then
        fail "constant time, $1" "does not compile" "$scratch/log"
        return
    fi
    valgrind -v --suppressions="$supp" --log-file="$scratch/$1.log" "$scratch/$1" \
        >"$scratch/out" 2>"$scratch/err"
    sed -n "s/^\\(ok\\|FAIL\\) /\\1 $1, /p" "$scratch/out"
    if [ "$(grep -c '^ok ' "$scratch/out")" -lt 18 ] || grep -q '^FAIL' "$scratch/out"; then
        grep -A 8 'depends on uninit\|Use of uninit' "$scratch/$1.log" >"$scratch/found"
        cat "$scratch/err" >>"$scratch/found"
        fail "constant time, $1" "see what valgrind says" "$scratch/found"
    fi
    cat "$scratch/$1.log" >>"$scratch/all"
}

timed gcc
timed clang
for place in $(sed -n '/^{/{n;s/ //g;p;}' "$supp"); do
    if ! grep -q "used_suppression: .* $place " "$scratch/all"; then
        fail "$place" "nothing of that kind was found: is it still excused?"
    elif ! grep -q "$place" docs/CONSTANT_TIME.md; then
        fail "$place" "is not in docs/CONSTANT_TIME.md"
    else
        ok "$place is used, and told"
    fi
done
finish
