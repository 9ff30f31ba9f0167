#!/bin/sh
# The bundle on other machines, compilers and dialects.
#
#   tests/platforms/run.sh [--keep] [--sample | --all] [PLATFORM...]
#
# For each platform: build/platforms/PLATFORM/ gets BearSSL's library (for the servers that are in
# the tests), the unit tests on the bundle at -O1, and the command-line client at -O2. The tests
# run, under an emulator where need be; then the client does verified GETs in TLS 1.3 and 1.2
# against servers on loopback, and has to refuse both with another CA. With --keep the table that
# is printed at the end goes into docs/PLATFORMS.md.
#
# Other machines and compilers get every unit test, the dialects of gcc on this one a sample;
# --sample and --all are for either. A test program has 120 seconds of CPU; one that wants more
# counts with what it had done by then. The table says so in both cases.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

all="windows i686 aarch64 armhf riscv64 s390x mips ppc64 m32 musl tcc c99 c11 \
unsigned-char signed-char other-unix"
cpu_limit_s=120
jobs=${HTTPSC_JOBS:-2}
out=$root/build/platforms
bundle=$out/include

# What the dialects are tried on: each floor, both versions of TLS.
sample="unit/test_base unit/test_url unit/test_pem unit/test_crypto_kdf unit/test_crypto_verify \
unit/test_x509_verify unit/test_tls12 unit/test_tls13 unit/test_response unit/test_platform"

# What a platform is: compiler, its flags for everything, its flags for the tests, what the
# libraries are called, and what runs a program.
platform()
{
    cc="gcc -std=gnu99" libs=-pthread units=-fwhole-program emulator='' suffix='' about="$1" is_dialect=''
    known='' why=''
    prefix=
    case $1 in
    windows)
        prefix=x86_64-w64-mingw32 emulator=wine suffix=.exe about="Windows x86_64"
        libs="-lws2_32 -lbcrypt -lcrypt32" ;;
    i686) prefix=i686-linux-gnu emulator=i386 ;;
    aarch64) prefix=aarch64-linux-gnu emulator=aarch64 ;;
    armhf) prefix=arm-linux-gnueabihf emulator=arm ;;
    riscv64) prefix=riscv64-linux-gnu emulator=riscv64 ;;
    s390x) prefix=s390x-linux-gnu emulator=s390x about="s390x (big-endian)" ;;
    mips) prefix=mips-linux-gnu emulator=mips about="mips (32 bits, big-endian)"
        known="platform_connect_ipv6 platform_connect_refused platform_connect_pending"
        why="qemu-user 7.2 gives SO_ERROR as the host counts errors" ;;
    ppc64) prefix=powerpc64-linux-gnu emulator=ppc64 about="ppc64 (big-endian)" ;;
    m32) # Debian has the kernel's headers, which both share, in the directory of one
        cc="gcc -m32 -std=gnu99 -idirafter /usr/include/$(gcc -print-multiarch)"
        about="x86_64, gcc -m32" is_dialect=1 ;;
    musl)
        cc="musl-gcc -static -std=gnu99" about="x86_64, musl-gcc -static" is_dialect=1 ;;
    tcc) cc="tcc -DHTTPSC_NO_THREADS" units='' about="x86_64, tcc"
        known="platform_entropy_call_fails"
        why="without __has_include getrandom is not found, and the device serves" ;;
    c99 | c11)
        cc="gcc -std=$1 -pedantic-errors" about="x86_64, gcc -std=$1 -pedantic-errors"
        is_dialect=1 ;;
    unsigned-char | signed-char)
        cc="gcc -std=gnu99 -f$1" about="x86_64, gcc -f$1" is_dialect=1 ;;
    other-unix)
        cc="gcc -std=gnu99 -U__linux__" is_dialect=1
        about="x86_64, what is there for Unix systems that are not Linux" ;;
    *) return 1 ;;
    esac
    [ -z "$prefix" ] || cc="$prefix-gcc -std=gnu99"
    here=$out/$1
    case $emulator in
    '' | wine) ;;
    i386) emulator=qemu-i386-static ;; # 7.2 hangs in fork() with the libraries in /usr/i686-linux-gnu
    *) emulator="qemu-$emulator-static -L /usr/$prefix" ;;
    esac
}

# ---- building ----

# build_one PLATFORM THING: client, windows_store, or unit/test_NAME. Run by xargs.
build_one()
{
    platform "$1"
    thing=$here/$2
    mkdir -p "${thing%/*}"
    if [ -s "$thing$suffix" ] && [ -z "$(find "$bundle/httpsc.h" tests/unit tests/support \
        tests/platforms/*.c examples -newer "$thing$suffix")" ]; then
        return # made by an earlier run; `make clean` forgets
    fi
    case $2 in
    windows_store)
        # shellcheck disable=SC2086
        set -- -O1 -Wall -Wextra -Werror -I"$bundle" tests/platforms/windows_store.c \
            -o "$thing$suffix" $libs ;;
    client)
        # shellcheck disable=SC2086
        set -- -O2 -Wall -Wextra -Werror -I"$bundle" examples/httpsc.c -o "$thing$suffix" $libs ;;
    unit/test_platform* | unit/test_interrupted)
        # they put functions of their own in place of libc's
        # shellcheck disable=SC2086
        set -- -O1 -w -DUNIT_HEADER -DUNIT_BUNDLE -I"$bundle" -I"$tree/inc" "tests/$2.c" \
            -o "$thing$suffix" "$here/libbearssl.a" $libs ;;
    *)
        # shellcheck disable=SC2086
        set -- -O1 $units -w -DUNIT_HEADER -DUNIT_BUNDLE -I"$bundle" -I"$tree/inc" \
            "tests/$2.c" -o "$thing$suffix" "$here/libbearssl.a" $libs ;;
    esac
    rm -f "$thing$suffix"
    # the compiler and its flags are words
    # shellcheck disable=SC2086
    $cc "$@" >"$thing.build.log" 2>&1
}

# each THING...: builds them side by side; the logs say what came of it
each()
{
    printf '%s\n' "$@" | HTTPSC_TREE=$tree xargs -n 1 -P "$jobs" \
        sh tests/platforms/run.sh --build "$name"
}

build_library()
{
    [ ! -s "$here/libbearssl.a" ] || return 0
    mkdir -p "$here/objects"
    case $cc in
    *pedantic* | tcc*) library_cc=gcc ;; # not what is tried here
    *) library_cc=$cc ;;
    esac
    # the compiler and its flags are words
    # shellcheck disable=SC2086
    find "$tree/src" -name '*.c' | (cd "$here/objects" && xargs -n 40 -P "$jobs" $library_cc -O1 \
        -w -DBR_LE_UNALIGNED=0 -DBR_BE_UNALIGNED=0 -I"$tree/inc" -I"$tree/src" -c) &&
        "${prefix:+$prefix-}ar" rcs "$here/libbearssl.a" "$here"/objects/*.o
    rm -rf "$here/objects"
}

# ---- running ----

# Scripts that run the platform's programs as if they were ours
make_runner()
{
    case $emulator in
    '') runner="exec" ;;
    wine)
        WINEPREFIX=$out/wine
        WINEDEBUG=-all
        export WINEPREFIX WINEDEBUG
        [ -d "$WINEPREFIX" ] || (mkdir -p "$WINEPREFIX" && HOME=$WINEPREFIX wineboot -i) \
            >"$scratch/wine.log" 2>&1
        runner="exec wine" ;;
    *) runner="exec $emulator" ;;
    esac
    for program in client windows_store; do
        printf '#!/bin/sh\n%s "%s" "$@"\n' "$runner" "$here/$program$suffix" >"$here/$program.sh"
        chmod 755 "$here/$program.sh"
    done
}

# run_unit NAME: counts, and prints what is not well
run_unit()
{
    log=$here/$1.log
    if [ ! -f "$here/$1$suffix" ]; then
        fail "$name $1" "does not compile" "$here/$1.build.log"
        num_bad=$((num_bad + 1))
        return
    fi
    (
        ulimit -t $cpu_limit_s
        # the runner is words
        # shellcheck disable=SC2086
        timeout -k 5 1200 ${runner#exec} "$here/$1$suffix"
    ) >"$log.raw" 2>&1 </dev/null
    status=$?
    # what the emulator or the compiler cannot do is named above, with the reason
    tr -d '\r' <"$log.raw" | awk -v known=" $known " -v why="$why" '
        /^FAIL / && index(known, " " substr($2, 1, length($2) - 1) " ") {
            print "skip " $2 " " why
            next
        }
        { print }' >"$log"
    rm -f "$log.raw"
    [ "$status" -ne 1 ] || [ -z "$known" ] || grep -q '^FAIL ' "$log" || status=0
    # shellcheck disable=SC2046
    set -- "$1" $(awk '/^ok /{ o++ } /^FAIL /{ f++ } /^skip /{ s++ } END { print o+0, f+0, s+0 }' "$log")
    num_ok=$((num_ok + $2))
    num_bad=$((num_bad + $3))
    num_skip=$((num_skip + $4))
    sed -n "s/^skip /skip $name ${1#unit/} /p" "$log"
    [ "$3" -eq 0 ] || fail "$name $1" "$3 tests" "$log"
    case $status in
    0) [ "$(($2 + $3 + $4))" -gt 0 ] || fail "$name $1" "printed no result" ;;
    137 | 152)
        cut_short="$cut_short ${1#unit/}"
        echo "skip $name $1: the rest of it, cut after $cpu_limit_s s of CPU" ;;
    *)
        if [ "$3" -eq 0 ]; then
            fail "$name $1" "exit $status" "$log"
            num_bad=$((num_bad + 1))
        fi ;;
    esac
}

# gets VERSION: did the fetches and the refusals in this version do?
gets()
{
    [ "$(grep -c "^ok $1" "$here/get.log")" -eq 2 ] && echo passed || echo FAILED
}

run_platform()
{
    name=$1
    platform "$name"
    mkdir -p "$here/unit"
    num_ok=0 num_bad=0 num_skip=0 cut_short=
    case $choice$is_dialect in
    sample | sample1 | 1) programs=$sample ;;
    *) programs=$every_program ;;
    esac
    # shellcheck disable=SC2086
    command -v ${cc%% *} >/dev/null || {
        skip "$name" "no ${cc%% *}"
        return
    }
    build_library
    # shellcheck disable=SC2086
    each client $([ "$name" != windows ] || echo windows_store) $programs
    make_runner
    for program in $programs; do
        run_unit "$program"
    done
    if [ -f "$here/client$suffix" ]; then
        sh tests/bundle/get.sh "$here/client.sh" >"$here/get.log" 2>&1
        grep -A 12 '^FAIL' "$here/get.log"
        if [ "$name" = windows ]; then
            sh tests/platforms/windows.sh "$here/client.sh" "$here/windows_store.sh" \
                >"$here/store.log" 2>&1 || num_bad=$((num_bad + 1))
            sed "s/^ok /ok $name: /; s/^FAIL /FAIL $name: /" "$here/store.log"
            about="$about; $(sed -n 's/^ok ROOT has/ROOT has/p' "$here/store.log")"
        fi
    else
        fail "$name client" "does not compile" "$here/client.build.log"
        : >"$here/get.log"
    fi
    counts="$num_ok passed, $num_bad failed, $num_skip skipped"
    [ "$programs" = "$every_program" ] || counts="$counts; a sample of the programs"
    [ -z "$cut_short" ] || counts="$counts; of$cut_short a sample"
    ok13=$(gets tls1_3)
    ok12=$(gets tls1_2)
    [ "$ok12$ok13" = passedpassed ] || num_failed=$((num_failed + 1))
    [ "$num_bad" -eq 0 ] || num_failed=$((num_failed + 1))
    if [ "$num_bad$ok12$ok13" = 0passedpassed ]; then
        ok "$name: $counts; verified GETs in both versions"
    fi
    echo "| $about | $counts | $ok12 | $ok13 | \`$cc\`${emulator:+, \`${emulator%% *}\`} |" \
        >"$out/$name.row"
}

# ---- the beginning ----

if [ "${1-}" = --build ]; then
    tree=$HTTPSC_TREE
    build_one "$2" "$3"
    exit 0
fi
keep='' choice=
while :; do
    case ${1-} in
    --keep) keep=1 ;;
    --sample | --all) choice=${1#--} ;;
    *) break ;;
    esac
    shift
done
for name in "$@"; do
    platform "$name" || {
        echo "usage: tests/platforms/run.sh [--keep] [--sample | --all] [PLATFORM...], of: $all" >&2
        exit 2
    }
done
tree=$(tools/bearssl.sh source) || exit 1
mkdir -p "$out/include"
./amalgamate.sh --bundle --bearssl "$tree" -o "$scratch/httpsc.h" || exit 1
cmp -s "$scratch/httpsc.h" "$bundle/httpsc.h" || mv "$scratch/httpsc.h" "$bundle/httpsc.h"
HTTPSC_TEST_CERTS=$out/certs
HTTPSC_TEST_CORPUS=$root/tests/corpus
export HTTPSC_TEST_CERTS HTTPSC_TEST_CORPUS
if [ ! -s "$out/certs/ca.pem" ]; then
    succeeds "certificates" sh tests/certs.sh "$out/certs"
fi
every_program=$(ls tests/unit/test_*.c | sed 's|^tests/||; s|\.c$||')

# shellcheck disable=SC2086
for name in ${*:-$all}; do
    run_platform "$name"
done

{
    echo "| platform | unit tests | GET, TLS 1.2 | GET, TLS 1.3 | built and run by |"
    echo "|---|---|---|---|---|"
    for name in $all; do
        [ ! -s "$out/$name.row" ] || cat "$out/$name.row"
    done
} >"$out/table.md"
cat "$out/table.md"
if [ -n "$keep" ]; then
    awk -v table="$out/table.md" '
        /^\| platform \|/ { while ((getline line < table) > 0) { print line } on = 1 }
        on && !/^\|/ { on = 0 }
        !on { print }' docs/PLATFORMS.md >"$scratch/kept" && cp "$scratch/kept" docs/PLATFORMS.md
fi
finish
