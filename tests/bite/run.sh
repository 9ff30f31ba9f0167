#!/bin/sh
# Do the tests bite? Each patch in this directory takes one security check out of src/; the tests
# that it names must then fail.
#
#   tests/bite/run.sh [NAME]      with NAME only the patches whose name contains it
#
# The first line of a patch says which:
#
#   # item: I12  test: unit/test_response_corpus  filter: corpus_fields  cc: sanitized
#
# item    of docs/DEFENSES.md
# test    a program as tests/run.sh names it: unit/..., api/..., fault/..., cli/..., interop/...,
#         compile/...
# filter  for unit, api and fault: the test, the program's argument; may be left out
# cc      "plain" (the default) or "sanitized"
#
# Prints "ok bite/NAME" when a test failed: a FAIL line, a crash, a sanitizer's report, or the time
# limit. All else is "FAIL bite/NAME: why", also a patch that no longer applies. First every named
# test is run on the source as it is, and must pass. The last line is the count.
set -u
exec 2>&1
LC_ALL=C
export LC_ALL

cd "$(dirname "$0")/../.." || exit 1
root=$(pwd)
jobs=${HTTPSC_JOBS:-2}
limit_s=${HTTPSC_BITE_LIMIT_S:-20}
baseline_limit_s=120

ASAN_OPTIONS=detect_leaks=1
export ASAN_OPTIONS

# word KEY PATCH: what stands behind "KEY: " in the first line
word()
{
    sed -n "1s/.* $1: *\([^ ]*\).*/\1/p" "$2"
}

# need PATCH: the baseline that it is measured by, "PROGRAM CC FILTER"
need()
{
    cc=$(word cc "$1")
    echo "$(word test "$1") ${cc:-plain} $(word filter "$1")"
}

# copy FROM TREE: the sources that a build needs
copy()
{
    mkdir -p "$2/build/include"
    # the scratch copy's tests are linked: a thousand files that nothing writes to
    if [ "$1" = "$root" ] || ! cp -Rl "$1/tests" "$2/" 2>/dev/null; then
        cp -R "$1/tests" "$2/"
    fi
    for part in src examples tools docs amalgamate.sh httpsc.h Makefile; do
        cp -R "$1/$part" "$2/"
    done
    set -- "$2"
    cat >"$1/build/include/httpsc.h" <<END
#ifdef HTTPSC_IMPLEMENTATION
#include "$1/src/httpsc.c"
#else
#include "$1/src/httpsc.h"
#endif
END
}

# make_program TREE PROGRAM CC: by tests/run.sh's own hands. 1 when it does not compile.
make_program()
{
    build_dir=$1/build
    build_mode=src
    build_cc=clang
    build_flags="-std=gnu99 -w -O0 -DHTTPSC_USE_ZLIB"
    [ "$3" = plain ] || build_flags="$build_flags -fsanitize=address,undefined \
-fno-sanitize-recover=all -fno-omit-frame-pointer"
    export build_dir build_mode build_cc build_flags
    case $2 in
    unit/*) things=$2 ;;
    api/* | fault/*)
        things="implementation $2"
        for file in "$1"/tests/support/*.c; do
            file=${file##*/}
            things="$things support/${file%.c}"
        done ;;
    cli/* | interop/*) things=httpsc ;;
    *) return 0 ;;
    esac
    for thing in $things; do
        "$1/tests/run.sh" --build-one "$thing"
        if [ ! -e "$build_dir/$thing" ] && [ ! -e "$build_dir/$thing.o" ]; then
            head -n 20 "$build_dir/$thing.build.log"
            return 1
        fi
    done
    case $2 in
    api/* | fault/*)
        # shellcheck disable=SC2086
        "$build_cc" $build_flags "$build_dir/$2.o" "$build_dir/implementation.o" \
            "$build_dir"/support/*.o -o "$build_dir/$2" -lbearssl -lz -pthread ;;
    esac
}

# run_program TREE PROGRAM FILTER LIMIT: what it prints is left in TREE/log. Its exit status.
run_program()
{
    HTTPSC_BUILD=$1/build
    HTTPSC_TEST_CERTS=$root/build/test/certs
    HTTPSC_TEST_CORPUS=$1/tests/corpus
    HTTPSC_SHARED=
    [ ! -d "$root/../shared" ] || HTTPSC_SHARED=$(cd "$root/../shared" && pwd)
    export HTTPSC_BUILD HTTPSC_TEST_CERTS HTTPSC_TEST_CORPUS HTTPSC_SHARED
    case $2 in
    unit/* | api/* | fault/*) set -- "$1" "$4" "$1/build/$2" ${3:+"$3"} ;;
    *) set -- "$1" "$4" sh "tests/$2.sh" ;;
    esac
    tree=$1
    limit=$2
    case ${4-} in
    tests/compile/*) limit=900 ;; # these compile much, and never hang
    esac
    shift 2
    (cd "$tree" && exec timeout -k 5 "$limit" "$@") >"$tree/log" 2>&1 </dev/null
}

show_log()
{
    tail -n 15 "$1" | sed 's/^/    | /'
}

# baseline SCRATCH PROGRAM CC: the program passes on the source as it is, with each filter that a
# patch names, or SCRATCH/red gets a line for it
baseline()
{
    tree=$1/base.$$
    copy "$1/source" "$tree"
    built=1
    make_program "$tree" "$2" "$3" >"$tree/log" 2>&1 || built=0
    awk -v program="$2" -v cc="$3" '$1 == program && $2 == cc { print "-" $3 }' "$1/needs" |
    while read -r filter; do
        filter=${filter#-}
        why=
        if [ $built -eq 0 ]; then
            why="it does not compile"
        elif ! run_program "$tree" "$2" "$filter" "$baseline_limit_s" 2>/dev/null; then
            why="it fails on the source as it is"
        elif ! grep -q '^ok ' "$tree/log" || grep -q '^FAIL ' "$tree/log"; then
            why="no test of that name passes"
        fi
        if [ -n "$why" ]; then
            echo "$2 $3 $filter" >>"$1/red"
            echo "FAIL bite/baseline $2 $filter: $why"
            show_log "$tree/log"
        fi
    done
    rm -rf "$tree"
}

# bite SCRATCH PATCH
bite()
{
    name=$(basename "$2" .patch)
    tree=$1/bite.$$
    program=$(word test "$2")
    cc=$(word cc "$2")
    if grep -qxF "$(need "$2")" "$1/red" 2>/dev/null; then
        echo "FAIL bite/$name: its test is red without it"
        return
    fi
    copy "$1/source" "$tree"
    if ! (cd "$tree" && patch -p1 --no-backup-if-mismatch -s -t) <"$2" >"$tree/log" 2>&1; then
        echo "FAIL bite/$name: the patch no longer applies"
        show_log "$tree/log"
    elif ! make_program "$tree" "$program" "${cc:-plain}" >"$tree/log" 2>&1; then
        echo "FAIL bite/$name: it does not compile"
        show_log "$tree/log"
    # what the shell has to say of a crash goes nowhere
    elif run_program "$tree" "$program" "$(word filter "$2")" "$limit_s" 2>/dev/null &&
        ! grep -q '^FAIL ' "$tree/log"; then
        echo "FAIL bite/$name: the tests stayed green"
    else
        echo "ok bite/$name"
    fi
    rm -rf "$tree"
}

case ${1-} in
--baseline)
    # the words of one line
    # shellcheck disable=SC2086
    baseline "$2" $3
    exit 0 ;;
--bite)
    bite "$2" "$3"
    exit 0 ;;
esac
[ $# -le 1 ] || { echo "usage: tests/bite/run.sh [NAME]"; exit 2; }

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

# makes the certificates where they are not there yet
tests/run.sh gate no-such-test >/dev/null

# one state of the sources for all, whoever edits them meanwhile
copy "$root" "$scratch/source"
cd "$scratch/source" || exit 1

for patch in tests/bite/*"${1-}"*.patch; do
    [ -e "$patch" ] || continue
    echo "$scratch/source/$patch" >>"$scratch/patches"
    need "$patch"
done | sort -u >"$scratch/needs"
[ -s "$scratch/patches" ] || { echo "0 passed, 1 failed: no patch of that name"; exit 1; }

: >"$scratch/red"
awk '{ print $1, $2 }' "$scratch/needs" | sort -u | tr '\n' '\0' |
    xargs -0 -n 1 -P "$jobs" sh "$root/tests/bite/run.sh" --baseline "$scratch" |
    tee -a "$scratch/results"
echo "$(wc -l <"$scratch/needs") tests on the source as it is, $(wc -l <"$scratch/red") red"
tr '\n' '\0' <"$scratch/patches" |
    xargs -0 -n 1 -P "$jobs" sh "$root/tests/bite/run.sh" --bite "$scratch" |
    tee -a "$scratch/results"

# docs/DEFENSES.md names each patch, and no other
# shellcheck disable=SC2016
listed=$(grep -o '`[A-Za-z0-9]*-[a-z0-9-]*`' "$root/docs/DEFENSES.md" | tr -d '`' | sort -u)
patches=$(sed 's,.*/,,; s,\.patch$,,' "$scratch/patches")
for name in $patches; do
    echo "$listed" | grep -qxF "$name" || echo "FAIL bite/$name: not in docs/DEFENSES.md"
done | tee -a "$scratch/results"
for name in ${1-$listed}; do
    [ $# -gt 0 ] || [ -e "tests/bite/$name.patch" ] ||
        echo "FAIL bite/$name: docs/DEFENSES.md names it, and there is no such patch"
done | tee -a "$scratch/results"

num_passed=$(grep -c '^ok ' "$scratch/results")
num_failed=$(grep -c '^FAIL ' "$scratch/results")
echo "$num_passed passed, $num_failed failed"
[ "$num_failed" -eq 0 ] && [ "$num_passed" -gt 0 ]
