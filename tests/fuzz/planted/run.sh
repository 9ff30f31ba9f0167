#!/bin/sh
# Do the fuzzers find? Each patch in this directory plants a fault in src/; libFuzzer must come upon
# it from the kept corpus, within the runs that the patch allows.
#
#   tests/fuzz/planted/run.sh [NAME]      with NAME only the patches whose name contains it
#
# The first line of a patch says which:
#
#   # target: fuzz_pem  runs: 200000
#
# target  a program of tests/fuzz
# runs    the most inputs that it may take
#
# First the target runs its corpus over the source as it is, and must stay quiet. Prints
# "ok planted/NAME: found after N runs (WHAT)", or "FAIL planted/NAME: why". The last line is the
# count. The environment's FUZZ_TIME_LIMIT_S (600) bounds each.
set -u
exec 2>&1
LC_ALL=C
ASAN_OPTIONS=detect_leaks=1
export LC_ALL ASAN_OPTIONS

cd "$(dirname "$0")/../../.." || exit 1
[ $# -le 1 ] || { echo "usage: tests/fuzz/planted/run.sh [NAME]"; exit 2; }
limit_s=${FUZZ_TIME_LIMIT_S:-600}
num_passed=0
num_failed=0

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

word()
{
    sed -n "1s/.* $1: *\([^ ]*\).*/\1/p" "$2"
}

# build TREE TARGET: a fuzzer TREE/TARGET of the sources in TREE
build()
{
    clang -g -O1 -w -DHTTPSC_USE_ZLIB -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=undefined -o "$1/$2" "$1/tests/fuzz/$2.c" -lbearssl -lz -pthread >"$1/log" 2>&1
}

# fuzz TREE TARGET RUNS: its exit status, and TREE/log
fuzz()
{
    rm -rf "$1/corpus"
    mkdir "$1/corpus"
    (cd "$1" && exec timeout -k 5 "$limit_s" "./$2" -seed=1 -runs="$3" -print_final_stats=1 \
        -rss_limit_mb=2048 -timeout=25 corpus "tests/fuzz/corpus/$2") >"$1/log" 2>&1 </dev/null
}

failed()
{
    echo "FAIL planted/$1: $2"
    tail -n 12 "$3" | sed 's/^/    | /'
    num_failed=$((num_failed + 1))
}

# plant PATCH
plant()
{
    name=$(basename "$1" .patch)
    target=$(word target "$1")
    runs=$(word runs "$1")
    tree=$scratch/$name
    if [ ! -e "$scratch/clean/$target" ]; then
        if ! build "$scratch/clean" "$target"; then
            failed "$name" "$target does not compile" "$scratch/clean/log"
            return
        fi
        if ! fuzz "$scratch/clean" "$target" 0; then
            failed "$name" "$target is not quiet on the source as it is" "$scratch/clean/log"
            return
        fi
    fi
    cp -R "$scratch/source" "$tree"
    if ! (cd "$tree" && patch -p1 --no-backup-if-mismatch -s -t) <"$1" >"$tree/log" 2>&1; then
        failed "$name" "the patch no longer applies" "$tree/log"
    elif ! build "$tree" "$target"; then
        failed "$name" "it does not compile" "$tree/log"
    elif fuzz "$tree" "$target" "$runs"; then
        failed "$name" "not found in $runs runs" "$tree/log"
    elif ! grep -qE 'SUMMARY: (Address|UndefinedBehavior|Leak)Sanitizer|SUMMARY: libFuzzer' \
        "$tree/log"; then
        failed "$name" "it ended otherwise than by a report" "$tree/log"
    else
        found=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tree/log" | tail -n 1)
        what=$(sed -n 's/^SUMMARY: //p' "$tree/log" | sed "s,$tree/,,g" | tail -n 1)
        echo "ok planted/$name: found after ${found:-?} runs ($what)"
        num_passed=$((num_passed + 1))
    fi
    rm -rf "$tree"
}

# one state of the sources for all, whoever edits them meanwhile
mkdir -p "$scratch/source/tests"
cp -R src "$scratch/source/"
cp -R tests/fuzz tests/support tests/unit "$scratch/source/tests/"
cp -R "$scratch/source" "$scratch/clean"

for patch in "$scratch"/source/tests/fuzz/planted/*"${1-}"*.patch; do
    [ ! -e "$patch" ] || plant "$patch"
done
if [ $# -eq 0 ]; then # each target has one
    for file in tests/fuzz/fuzz_*.c; do
        target=$(basename "$file" .c)
        if ! grep -qsE "^# target: $target( |\$)" tests/fuzz/planted/*.patch; then
            echo "FAIL planted/$target: no fault is planted for it"
            num_failed=$((num_failed + 1))
        fi
    done
fi
echo "$num_passed passed, $num_failed failed"
[ "$num_failed" -eq 0 ] && [ "$num_passed" -gt 0 ]
