#!/bin/sh
# Installs what is missing, and nothing else.
#
#   tools/prerequisites.sh demo     a C compiler, BearSSL, the openssl command
#   tools/prerequisites.sh test     and what the test run needs
#   tools/prerequisites.sh test-all and what the full run needs
#   tools/prerequisites.sh bench    and what the comparison with libcurl needs
#   tools/prerequisites.sh interop  what the tests and the interoperation table need
#   tools/prerequisites.sh bundle   what the tests, the static programs and a 32-bit build need
#   tools/prerequisites.sh bare     what the bare-metal example and its servers need
#   tools/prerequisites.sh platforms  and the cross compilers and emulators of the platforms' tests
#
# Each thing is tried, not looked up: a compiler compiles, a library links. Where all is there,
# nothing is asked for: no rights and no network. No package starts its service.
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

case $#:${1-} in
1:demo | 1:test | 1:test-all | 1:bench | 1:interop | 1:bundle | 1:bare | 1:platforms) level=$1 ;;
*)
    echo "usage: tools/prerequisites.sh demo|test|test-all|bench|interop|bundle|bare|platforms" >&2
    exit 2 ;;
esac

policy=/usr/sbin/policy-rc.d
saved=$policy.before-httpsc
our_policy="# httpsc: no service starts while its tests are being installed"
policy_is_ours=
sudo=
scratch=

# Gives policy-rc.d back as it was found, also after an interrupt.
restore_policy()
{
    [ -n "$policy_is_ours" ] || return 0
    if [ -e "$saved" ]; then
        $sudo mv -f "$saved" "$policy"
    elif grep -q "^$our_policy\$" "$policy" 2>/dev/null; then
        $sudo rm -f "$policy"
    fi
    policy_is_ours=
}

clean_up()
{
    restore_policy
    [ -z "$scratch" ] || rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

scratch=${TMPDIR:-/tmp}/httpsc-prerequisites.$$
( umask 077; mkdir "$scratch" ) || { scratch=; exit 1; }

have()
{
    command -v "$1" >/dev/null 2>&1
}

# builds SOURCE COMMAND...: does the command make something of the C source?
builds()
{
    printf '%s\n' "$1" >"$scratch/try.c"
    shift
    "$@" >/dev/null 2>&1
}

links()
{
    source=$1
    compiler=$2
    shift 2
    builds "$source" "$compiler" -o "$scratch/try" "$scratch/try.c" "$@"
}

compiles()
{
    builds "$1" "$2" -c -o "$scratch/try.o" "$scratch/try.c"
}

missing=
need()
{
    missing="$missing $*"
}

empty_main='#include <stdlib.h>
int main(void) { return 0; }'
bearssl_main='#include <bearssl.h>
int main(void) { br_sha256_context context; br_sha256_init(&context); return 0; }'
zlib_main='#include <zlib.h>
int main(void) { z_stream stream = {0}; return inflateEnd(&stream) == Z_OK; }'
curl_main='#include <curl/curl.h>
int main(void) { return curl_easy_init() == 0; }'
sanitizers=-fsanitize=address,undefined

# What sanitized programs of clang link with has clang's version in its name.
clang_runtime()
{
    version=$(clang -dumpversion 2>/dev/null | sed 's/\..*//')
    if [ -z "$version" ]; then
        version=$(apt-cache depends clang 2>/dev/null |
            sed -n 's/^ *Depends: clang-\([0-9][0-9]*\)$/\1/p' | head -n 1)
    fi
    if apt-cache show "libclang-rt-$version-dev" >/dev/null 2>&1; then
        echo "libclang-rt-$version-dev"
    elif apt-cache show "libclang-common-$version-dev" >/dev/null 2>&1; then
        echo "libclang-common-$version-dev"
    fi
}

look_for_demo()
{
    cc=${CC:-cc}
    # CC may carry options, so it is split into words here
    # shellcheck disable=SC2086
    links "$empty_main" $cc || need gcc libc6-dev
    # shellcheck disable=SC2086
    links "$bearssl_main" $cc -lbearssl || need libbearssl-dev
    have openssl || need openssl
    have make || need make
}

look_for_test()
{
    links "$empty_main" gcc $sanitizers || need gcc libc6-dev
    have g++ || need g++
    links "$empty_main" clang $sanitizers || need clang @clang-runtime
    links "$zlib_main" gcc -lz || need zlib1g-dev
    have nm || need binutils
    have patch || need patch
    have pkg-config || need pkgconf
    have cmake || need cmake
    have meson || need meson ninja-build
    { have valgrind && compiles '#include <valgrind/memcheck.h>' gcc; } || need valgrind
    have nginx || need nginx
    have gnutls-serv || need gnutls-bin
    have tinyproxy || need tinyproxy-bin
    have microsocks || need microsocks
    have danted || need dante-server
    have node || need nodejs
    have haproxy || need haproxy
    have apache2 || have httpd || need apache2-bin
    compiles '#include <string.h>' arm-none-eabi-gcc ||
        need gcc-arm-none-eabi libnewlib-arm-none-eabi
    compiles '#include <windows.h>' x86_64-w64-mingw32-gcc || need gcc-mingw-w64-x86-64
    python3 -c 'import ssl' >/dev/null 2>&1 || need python3
    /usr/bin/python3 -c 'import trustme' >/dev/null 2>&1 || need python3-trustme
    [ -s /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates
    have timeout || need coreutils
    compiles '#include <zlib.h>' gcc || need zlib1g-dev
    compiles '#include <cjson/cJSON.h>' gcc || need libcjson-dev
}

look_for_test_all()
{
    have squid || need squid
}

look_for_bench()
{
    links "$curl_main" gcc -lcurl || need libcurl4-openssl-dev
    have curl || need curl
}

look_for_interop()
{
    have curl || need curl
    { have selfserv && have certutil && have pk12util; } || need libnss3-tools
    have node || need nodejs
    have go || need golang-go
    { have java && have javac; } || need default-jdk-headless
}

look_for_bundle()
{
    links "$empty_main" musl-gcc -static || need musl-tools
    links "$empty_main" gcc -m32 ||
        need libc6-dev-i386 "lib32gcc-$(gcc -dumpversion | sed 's/\..*//')-dev"
}

look_for_bare()
{
    compiles '#include <string.h>' arm-none-eabi-gcc ||
        need gcc-arm-none-eabi libnewlib-arm-none-eabi
    have qemu-system-arm || need qemu-system-arm
    have gnutls-serv || need gnutls-bin
}

# Debian's word for each triplet's C library, and the emulator of its programs.
look_for_platforms()
{
    while read -r triplet libc emulator; do
        links "$empty_main" "$triplet-gcc" ||
            need "gcc-$triplet" "libc6-dev-$libc-cross"
        have "qemu-$emulator-static" || need qemu-user-static
    done <<END
i686-linux-gnu i386 i386
aarch64-linux-gnu arm64 aarch64
arm-linux-gnueabihf armhf arm
riscv64-linux-gnu riscv64 riscv64
s390x-linux-gnu s390x s390x
mips-linux-gnu mips mips
powerpc64-linux-gnu ppc64 ppc64
END
    have wine || need wine wine64
    links "$empty_main" tcc || need tcc
}

look()
{
    missing=
    look_for_demo
    [ "$level" = demo ] || [ "$level" = bare ] || look_for_test
    [ "$level" != test-all ] || look_for_test_all
    case $level in test-all | interop) look_for_interop ;; esac
    [ "$level" != bench ] || look_for_bench
    case $level in
    bundle | platforms) look_for_bundle ;;
    esac
    [ "$level" != platforms ] || look_for_platforms
    [ "$level" != bare ] || look_for_bare
}

give_up()
{
    packages=$(printf '%s' "$missing" | sed 's/@clang-runtime/libclang-rt-dev (compiler-rt)/')
    echo "prerequisites: $1. Please install:$packages" >&2
    exit 1
}

# While apt-get runs, invoke-rc.d asks policy-rc.d, which says 101: not allowed. A policy of the
# machine's own that says so already is left alone; any other is put aside and given back.
forbid_services()
{
    if [ -e "$saved" ]; then
        # an earlier run was killed: the machine's own policy waits under the other name
        $sudo mv -f "$saved" "$policy" || return 1
    elif [ -e "$policy" ] && grep -q "^$our_policy\$" "$policy"; then
        $sudo rm -f "$policy" || return 1
    fi
    if [ -e "$policy" ]; then
        $sudo "$policy" httpsc-prerequisites start >/dev/null 2>&1
        [ $? -ne 101 ] || return 0
        policy_is_ours=1
        $sudo mv "$policy" "$saved" || return 1
    fi
    policy_is_ours=1
    printf '#!/bin/sh\n%s\nexit 101\n' "$our_policy" >"$scratch/policy"
    $sudo cp "$scratch/policy" "$policy" && $sudo chmod 755 "$policy"
}

apt()
{
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y "$@"
}

look
if [ -z "$missing" ]; then
    exit 0
fi

have apt-get || give_up "this system has no apt-get"
if [ "$(id -u)" -ne 0 ]; then
    have sudo || give_up "not root, and no sudo"
    sudo=sudo
    if ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && sudo -v; }; then
        give_up "not root, and sudo asks for a password"
    fi
fi

echo "prerequisites: installing$missing" | sed 's/ @clang-runtime//'
apt update || give_up "apt-get update failed"
case $missing in
*@clang-runtime*)
    missing=$(printf '%s' "$missing" | sed "s/@clang-runtime/$(clang_runtime)/") ;;
esac
forbid_services || give_up "$policy cannot be written, so that services would start"
# the list is words
# shellcheck disable=SC2086
apt install --no-install-recommends $missing || give_up "apt-get install failed"
restore_policy

look
if [ -n "$missing" ]; then
    give_up "still missing after the installation"
fi
