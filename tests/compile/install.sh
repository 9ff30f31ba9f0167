#!/bin/sh
# `make install`, and the ways into a project that docs/BUILDING.md shows: its snippets are taken
# out of it, and what they build gets a page from a real server.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# snippet LANGUAGE HEADING: the first block of that language below the heading
snippet()
{
    awk -v language="$1" -v heading="## $2" '
        $0 == heading { below = 1 }
        below && /^```/ && on { exit }
        on
        below && $0 == "```" language { on = 1 }' docs/BUILDING.md
}

# project NAME: the two files of examples/project in a directory of their own
project()
{
    mkdir "$scratch/$1" && cp examples/project/*.c "$scratch/$1" && cd "$scratch/$1" || exit 1
}

# answers NAME: ./status of the directory (or build/status) gets the page
answers()
{
    program=./status
    [ -x "$program" ] || program=build/status
    "$program" "https://localhost:$port/" "$HTTPSC_TEST_CERTS/ca.pem" >"$scratch/out" 2>&1
    if grep -q '^200, TLSv1.3, [1-9][0-9]* bytes$' "$scratch/out"; then
        ok "$1"
    else
        fail "$1" "the program that it built got no page" "$scratch/out"
    fi
    cd "$root" || exit 1
}

# what a machine does not have is left out: a compiler without headers stands for one
make -n -B all CC="gcc -nostdinc" >"$scratch/without" 2>&1
make -n -B all >"$scratch/with" 2>&1
for word in HTTPSC_USE_ZLIB 15_json 21_gzip 25_epoll; do
    if grep -q "$word" "$scratch/without"; then
        fail "without its header: no $word" "make would build it" "$scratch/without"
    elif grep -q "$word" "$scratch/with"; then
        ok "without its header: no $word"
    else
        fail "without its header: no $word" "nor with the header"
    fi
done
grep -q 01_get "$scratch/without" || fail "without headers" "nothing is built" "$scratch/without"

stage=$scratch/stage
succeeds "make install" make -s install PREREQUISITES=: PREFIX="$stage/usr"
for file in include/httpsc.h bin/httpsc lib/pkgconfig/httpsc.pc \
    lib/cmake/httpsc/httpsc-config.cmake lib/cmake/httpsc/httpsc-config-version.cmake; do
    if [ -s "$stage/usr/$file" ]; then
        ok "installed: $file"
    else
        fail "installed: $file" "is not there"
    fi
done
succeeds "DESTDIR stands before PREFIX" make -s install PREREQUISITES=: PREFIX=/usr \
    DESTDIR="$scratch/root"
succeeds "and is not in what is installed" sh -c \
    "! grep -r '$scratch' '$scratch/root/usr/lib' && grep -q '^prefix=/usr$' \
     '$scratch/root/usr/lib/pkgconfig/httpsc.pc'"
version=$("$stage/usr/bin/httpsc" --version | sed 's/^httpsc \([0-9.]*\).*/\1/')
succeeds "the pkg-config file has the version of the header" grep -qx "Version: $version" \
    "$stage/usr/lib/pkgconfig/httpsc.pc"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); \
print(s.getsockname()[1])')
openssl s_server -accept "127.0.0.1:$port" -cert "$HTTPSC_TEST_CERTS/good.pem" \
    -cert_chain "$HTTPSC_TEST_CERTS/good.pem" -key "$HTTPSC_TEST_CERTS/good.key" -tls1_3 -www -quiet >"$scratch/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; rm -rf "$scratch"' EXIT
sleep 1

project copied
cp "$root/httpsc.h" .
(cd "$root" && snippet sh "By copying") >commands
sh -e ./commands >"$scratch/log" 2>&1 || fail "by copying" "does not build" "$scratch/log"
answers "by copying"

PKG_CONFIG_PATH=$stage/usr/lib/pkgconfig
export PKG_CONFIG_PATH
project by_pkg_config
(cd "$root" && snippet sh "pkg-config") >commands
sh -e ./commands >"$scratch/log" 2>&1 || fail "by pkg-config" "does not build" "$scratch/log"
answers "by pkg-config"

if command -v cmake >/dev/null 2>&1; then
    project by_cmake
    ln -s "$root" httpsc
    (cd "$root" && snippet cmake "CMake") >CMakeLists.txt
    { cmake -S . -B build && cmake --build build; } >"$scratch/log" 2>&1 ||
        fail "by CMake, a subdirectory" "does not build" "$scratch/log"
    answers "by CMake, a subdirectory"

    project by_find_package
    (cd "$root" && snippet cmake "CMake") |
        sed 's/^add_subdirectory.*/find_package(httpsc REQUIRED CONFIG)/' >CMakeLists.txt
    { cmake -S . -B build -DCMAKE_PREFIX_PATH="$stage/usr" && cmake --build build; } \
        >"$scratch/log" 2>&1 || fail "by CMake, installed" "does not build" "$scratch/log"
    answers "by CMake, installed"

    # finds NAME YES|NO ARGUMENTS [CMAKE-ARGUMENT...]: find_package(httpsc ARGUMENTS) finds it or
    # not, and the configuration goes on in either case
    finds()
    {
        project "$(echo "$1" | tr ' ' _)"
        echo "cmake_minimum_required(VERSION 3.13)
            project(status LANGUAGES C)
            find_package(httpsc $3 QUIET CONFIG)
            message(\"it is there: \${httpsc_FOUND}\")" >CMakeLists.txt
        wanted=$2 what=$1
        shift 3
        if cmake -S . -B build -DCMAKE_PREFIX_PATH="$stage/usr" "$@" >"$scratch/log" 2>&1 &&
            grep -q "^it is there: \($wanted\)$" "$scratch/log"; then
            ok "$what"
        else
            fail "$what" "it says something else" "$scratch/log"
        fi
        cd "$root" || exit 1
    }
    minor=${version%.*}
    finds "CMake, any version" '1\|TRUE' ""
    finds "CMake, this minor version" '1\|TRUE' "$minor"
    finds "CMake, this version" '1\|TRUE' "$version EXACT"
    finds "CMake, a later one" '0\|FALSE' "$minor.999"
    finds "CMake, another minor version" '0\|FALSE' "${minor%.*}.999"
    finds "CMake, another major version" '0\|FALSE' "99"
    finds "CMake, optional without BearSSL" '0\|FALSE' "$minor" \
        -DCMAKE_FIND_ROOT_PATH=/nowhere -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY \
        -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY
else
    skip "by CMake" "no cmake"
fi

if command -v meson >/dev/null 2>&1; then
    project by_meson
    mkdir httpsc && cp "$root/httpsc.h" httpsc
    (cd "$root" && snippet meson "Meson") >meson.build
    { meson setup build && ninja -C build; } >"$scratch/log" 2>&1 ||
        fail "by Meson, a copy" "does not build" "$scratch/log"
    answers "by Meson, a copy"

    project by_meson_installed
    {
        echo "project('status', 'c')"
        echo "httpsc = dependency('httpsc')"
        echo "executable('status', 'main.c', 'httpsc_impl.c', dependencies: httpsc)"
    } >meson.build
    { meson setup build && ninja -C build; } >"$scratch/log" 2>&1 ||
        fail "by Meson, installed" "does not build" "$scratch/log"
    answers "by Meson, installed"
else
    skip "by Meson" "no meson"
fi

succeeds "make uninstall" make -s uninstall PREFIX="$stage/usr"
succeeds "leaves no file behind" sh -c "[ -z \"\$(find '$stage' -type f)\" ]"
finish
