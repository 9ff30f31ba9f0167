#!/bin/sh
# The one runner of all tests.
#
#   tests/run.sh [gate|all|bundle] [NAME]
#
# gate (the default) runs everything twice: httpsc.h under gcc, and src/ under clang with the
# address and undefined-behaviour sanitizers. all runs every compiler, with and without
# sanitizers, on both. bundle runs build/bundle/httpsc.h (`make bundle` writes it), without the
# scripts about the sources. With NAME only programs whose name (unit/test_url) contains it run.
#
#   tests/unit/test_*.c                   white-box: each is a program that includes unit.h
#   tests/api/test_*.c tests/fault/...    programs on the public header, linked with one object
#                                         of the implementation, and with tests/support/*.c
#   tests/cli/*.sh tests/interop/*.sh     scripts that drive the built programs, and the programs
#                                         tests/interop/*.c, linked like those on the public header
#   tests/vectors/*.sh                    scripts that play published test cases, by the programs
#                                         beside them
#   tests/fuzz/fuzz_*.c                   fuzz targets: each replays tests/fuzz/corpus/fuzz_*/
#   tests/compile/*.sh                    scripts about the sources, run once
#
# Each runs in the repository's root and prints lines "ok NAME", "FAIL NAME: why" or
# "skip NAME: reason". Also failures: a program that does not compile, dies by a signal, exits
# non-zero without a FAIL line, prints no result at all, or runs into the time limit. What a
# program printed stays in build/test/COMBO/PROGRAM.log. The last line is the count.
#
# Programs find in the environment: HTTPSC_BUILD (the directory of the built programs, `httpsc`
# among them), HTTPSC_TEST_CERTS (made by tests/certs.sh), HTTPSC_TEST_CORPUS (tests/corpus), and
# HTTPSC_SHARED (test cases kept beside the repository; empty where there are none).
set -u
exec 2>&1
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

usage()
{
    echo "usage: tests/run.sh [gate|all|bundle] [NAME]"
    exit 2
}

cd "$(dirname "$0")/.." || exit 1
root=$(pwd)

time_limit_s=${HTTPSC_TEST_TIME_LIMIT_S:-300}
source_limit_s=$((3 * time_limit_s))
jobs=${HTTPSC_JOBS:-2}
num_passed=0
num_failed=0
num_skipped=0
child=

HTTPSC_TEST_CERTS=$root/build/test/certs
HTTPSC_TEST_CORPUS=$root/tests/corpus
if [ -z "${HTTPSC_SHARED-}" ]; then
    HTTPSC_SHARED=
    [ ! -d ../shared ] || HTTPSC_SHARED=$(cd ../shared && pwd)
fi
ASAN_OPTIONS=detect_leaks=1
UBSAN_OPTIONS=print_stacktrace=1
export HTTPSC_TEST_CERTS HTTPSC_TEST_CORPUS HTTPSC_SHARED ASAN_OPTIONS UBSAN_OPTIONS

trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 130' HUP INT TERM

# count PASSED FAILED SKIPPED
count()
{
    num_passed=$((num_passed + $1))
    num_failed=$((num_failed + $2))
    num_skipped=$((num_skipped + $3))
}

# A failure that the program itself did not print, with the end of its log.
failure()
{
    echo "FAIL $1: $2"
    if [ -s "$3" ]; then
        tail -n 40 "$3" | sed 's/^/    | /'
    fi
    count 0 1 0
}

# execute LOG LIMIT COMMAND...: its output in LOG; its status and how long it took in LOG.end
execute()
{
    log=$1
    limit=$2
    shift 2
    mkdir -p "${log%/*}"
    rm -f "$log.end"
    began=$(date +%s)
    # timeout makes a process group: whatever a script leaves behind ends with it
    timeout -k 10 "$limit" "$@" >"$log" 2>&1 </dev/null &
    child=$!
    wait "$child"
    status=$?
    kill -s TERM -- "-$child" 2>/dev/null
    child=
    echo "$status $(($(date +%s) - began))" >"$log.end"
}

# report COMBO NAME LIMIT: counts what was executed
report()
{
    label="$1 $2"
    log=$root/build/test/$1/$2.log
    limit=$3
    [ -s "$log.end" ] || echo "1 0" >"$log.end"
    read -r status seconds <"$log.end"

    # shellcheck disable=SC2046
    set -- $(awk '/^ok /{ o++ } /^FAIL /{ f++ } /^skip /{ s++ } END { print o+0, f+0, s+0 }' "$log")
    count "$1" "$2" "$3"
    if [ "$2" -gt 0 ]; then
        # a FAIL line, and what is indented below it
        awk -v label="$label" '
            /^FAIL / { print "FAIL " label ": " substr($0, 6); on = 1; next }
            /^    / && on { print; next }
            { on = 0 }' "$log"
    fi
    awk -v label="$label" '/^skip /{ print "skip " label ": " substr($0, 6) }' "$log"
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        failure "$label" "killed, or not done after $limit seconds" "$log"
    elif [ "$status" -gt 128 ]; then
        failure "$label" "died by signal $((status - 128))" "$log"
    elif [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
        failure "$label" "exit $status without a FAIL line" "$log"
    elif [ $(($1 + $2 + $3)) -eq 0 ]; then
        failure "$label" "printed no result" "$log"
    fi
    skipped=
    [ "$3" -eq 0 ] || skipped=", $3 skipped"
    echo "$label: $1 ok, $2 failed$skipped ($seconds s)"
}

# run_program COMBO NAME COMMAND...
run_program()
{
    combo_name=$1
    program_name=$2
    shift 2
    execute "$root/build/test/$combo_name/$program_name.log" "$time_limit_s" "$@"
    report "$combo_name" "$program_name" "$time_limit_s"
}

# run_sources NAME...: scripts that compile, and measure no time: several at once, with more of it
run_sources()
{
    [ $# -gt 0 ] || return
    printf '%s\n' "$@" | xargs -n 1 -P "$jobs" "$root/tests/run.sh" --execute-source
    for program in "$@"; do
        report sources "$program" "$source_limit_s"
    done
}

# The programs of a kind (names without suffix) that the filter lets through.
programs()
{
    # shellcheck disable=SC2043
    for file in tests/$1; do
        [ -e "$file" ] || continue
        name=${file#tests/}
        name=${name%.*}
        case $name in
        *"$filter"*) echo "$name" ;;
        esac
    done
}

# Compiles one thing of a combo: implementation, httpsc, or a program. Run by xargs, with build_cc,
# build_flags, build_libs, build_dir, build_mode (header, src or bundle) in the environment.
build_one()
{
    out=$build_dir/$1
    mkdir -p "${out%/*}"
    rm -f "$out" "$out.o"
    # libraries are words
    # shellcheck disable=SC2086
    case $1 in
    implementation)
        set -- -c -DHTTPSC_IMPLEMENTATION -x c "$build_dir/include/httpsc.h" -o "$out.o" ;;
    httpsc)
        set -- examples/httpsc.c -o "$out" $build_libs ;;
    unit/*|vectors/*|fuzz/*)
        replay=
        [ "${1%%/*}" != fuzz ] || replay=tests/fuzz/replay.c
        header=
        [ "$build_mode" = src ] || header=-DUNIT_HEADER
        # shellcheck disable=SC2086
        set -- $header "tests/$1.c" $replay -o "$out" -lbearssl -lz -pthread ;;
    *)
        # linked when the implementation is there
        set -- -c "tests/$1.c" -o "$out.o" ;;
    esac
    # the flags are words
    # shellcheck disable=SC2086
    "$build_cc" $build_flags -I"$build_dir/include" "$@" >"$out.build.log" 2>&1
}

# build_combo COMBO THING...
build_combo()
{
    build_dir=$root/build/test/$1
    build_cc=${1%%-*}
    build_mode=${1##*-}
    build_flags="-std=gnu99 -g -Wall -Wextra -Werror -DHTTPSC_USE_ZLIB"
    case $1 in
    *-plain-*) build_flags="$build_flags -O2" ;;
    *) build_flags="$build_flags -O0 -fsanitize=address,undefined -fno-sanitize-recover=all \
-fno-omit-frame-pointer" ;;
    esac
    build_libs="-lbearssl -lz -pthread"
    if [ "$build_mode" = bundle ]; then
        build_libs="-lz -pthread"
        # white-box tests hand functions of -lbearssl to code with a BearSSL of its own
        build_flags="$build_flags -DUNIT_BUNDLE -Wno-incompatible-pointer-types"
    fi
    export build_dir build_cc build_mode build_flags build_libs
    shift

    # what `#include "httpsc.h"` means in this combo
    mkdir -p "$build_dir/include"
    case $build_mode in
    header) echo "#include \"$root/httpsc.h\"" >"$build_dir/include/httpsc.h" ;;
    bundle) echo "#include \"$root/build/bundle/httpsc.h\"" >"$build_dir/include/httpsc.h" ;;
    *)
        cat >"$build_dir/include/httpsc.h" <<END
#ifdef HTTPSC_IMPLEMENTATION
#include "$root/src/httpsc.c"
#else
#include "$root/src/httpsc.h"
#endif
END
        ;;
    esac
    printf '%s\n' "$@" | xargs -n 1 -P "$jobs" "$root/tests/run.sh" --build-one
}

# Its servers are BearSSL's, also where the implementation has a BearSSL of its own.
link_program()
{
    [ -f "$build_dir/$1.o" ] && [ -f "$build_dir/implementation.o" ] || return
    # shellcheck disable=SC2086
    "$build_cc" $build_flags "$build_dir/$1.o" "$build_dir/implementation.o" \
        "$build_dir"/support/*.o -o "$build_dir/$1" -lbearssl $build_libs \
        >>"$build_dir/$1.build.log" 2>&1
}

run_combo()
{
    combo=$1
    units=$(programs "unit/test_*.c")
    on_header=$(programs "api/test_*.c"; programs "fault/test_*.c")
    vectors=$(programs "vectors/*.sh")
    fuzzers=$(programs "fuzz/fuzz_*.c")
    scripts=$(programs "cli/*.sh"; programs "interop/*.sh")
    probes=
    case $scripts in
    *interop/*) probes=$(filter='' && programs "interop/*.c") ;;
    esac
    linked="$on_header $probes"
    # names are words
    # shellcheck disable=SC2086
    set -- $units $fuzzers $linked
    # shellcheck disable=SC2046
    [ "$linked" = " " ] ||
        set -- implementation $(filter='' && programs "support/*.c") "$@"
    # shellcheck disable=SC2046
    [ -z "$vectors" ] || set -- $(filter='' && programs "vectors/*.c") "$@"
    [ -z "$scripts" ] || set -- httpsc "$@"
    [ $# -gt 0 ] || return
    echo "$combo: compiling $# things"
    build_combo "$combo" "$@"

    if [ "$linked" != " " ] && [ ! -f "$build_dir/implementation.o" ]; then
        failure "$combo implementation" "does not compile" "$build_dir/implementation.build.log"
    fi
    if [ -n "$scripts" ] && [ ! -f "$build_dir/httpsc" ]; then
        failure "$combo httpsc" "does not compile, so no script runs" "$build_dir/httpsc.build.log"
        scripts=
    fi
    HTTPSC_BUILD=$build_dir
    export HTTPSC_BUILD
    for program in $linked; do
        link_program "$program"
    done
    for program in $units $fuzzers $on_header; do
        set --
        case $program in
        fuzz/*) set -- "${program#fuzz/}" "tests/fuzz/corpus/${program#fuzz/}" ;;
        esac
        if [ -x "$build_dir/$program" ]; then
            run_program "$combo" "$program" "$build_dir/$program" "$@"
        else
            failure "$combo $program" "does not compile" "$build_dir/$program.build.log"
        fi
    done
    for program in $scripts $vectors; do
        case $program in
        cli/lessons*) # they compile for themselves, in each combo the same: once
            [ "$combo" = "${combos%% *}" ] || continue ;;
        esac
        run_program "$combo" "$program" sh "tests/$program.sh"
    done
}

case ${1-} in
--build-one)
    build_one "$2"
    exit 0 ;;
--execute-source)
    execute "$root/build/test/sources/$2.log" "$source_limit_s" sh "tests/$2.sh"
    exit 0 ;;
esac

case ${1-gate} in
gate) combos="gcc-plain-header clang-sanitized-src" ;;
all)
    combos="gcc-plain-header clang-sanitized-src gcc-plain-src gcc-sanitized-header \
gcc-sanitized-src clang-plain-header clang-plain-src clang-sanitized-header"
    HTTPSC_TEST_FULL=1
    export HTTPSC_TEST_FULL
    ;;
bundle) combos="gcc-plain-bundle clang-sanitized-bundle" ;;
*) usage ;;
esac
[ $# -le 2 ] || usage
filter=${2-}

mkdir -p build/test || exit 1
if [ -z "$(find build/test/certs/made -newer tests/certs.sh 2>/dev/null)" ]; then
    rm -rf build/test/certs
    if sh tests/certs.sh build/test/certs; then
        : >build/test/certs/made
    else
        failure certs "tests/certs.sh failed" /dev/null
    fi
fi

# names are words
# shellcheck disable=SC2046
[ "${1-}" = bundle ] || run_sources $(programs "compile/*.sh")
for combo in $combos; do
    run_combo "$combo"
done

skipped=
[ "$num_skipped" -eq 0 ] || skipped=", $num_skipped skipped"
echo "$num_passed passed, $num_failed failed$skipped"
[ "$num_failed" -eq 0 ] && [ "$num_passed" -gt 0 ]
