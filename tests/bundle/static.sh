#!/bin/sh
# The static programs: their sizes against the budget, and what they do in an empty root that has
# the binary, resolv.conf and hosts.
#
#   tests/bundle/static.sh       `make static` runs it, after it has built build/static
#
# Roots for the local servers come from a bundle made with --anchors and the tests' CA: so the
# programs verify with embedded roots there too.
# shellcheck source=tests/bundle/servers.inc
. "$(dirname "$0")/servers.inc"

tree=$(tools/bearssl.sh source 2>"$scratch/log") && command -v musl-gcc >/dev/null || {
    skip "static programs" "no musl-gcc, or no BearSSL source"
    finish
}

# at_most NAME KIB FILE
at_most()
{
    bytes=$(($(wc -c <"$3")))
    if [ "$bytes" -le $(($2 * 1024)) ] && [ "$bytes" -gt 100000 ]; then
        ok "$1: $bytes bytes, at most $2 KiB"
    else
        fail "$1" "$bytes bytes, and $2 KiB is the most"
    fi
}

# build DIR OPTION...: the programs of `make static`, in DIR, on a bundle made with these options
build()
{
    build_dir=$1
    shift
    mkdir -p "$build_dir" &&
        ./amalgamate.sh --bundle --bearssl "$tree" "$@" -o "$build_dir/httpsc.h" &&
        make -s PREREQUISITES=: STATIC="$build_dir" BUNDLE="$build_dir" static-programs
}

succeeds "Mozilla's roots: built" build "$scratch/roots"
succeeds "no roots: built" build "$scratch/bare" --no-anchors
at_most "one GET, Mozilla's roots" 320 "$scratch/roots/get"
at_most "one GET, no roots" 250 "$scratch/bare/get"
echo "# the command-line client: $(($(wc -c <"$scratch/roots/httpsc"))) bytes"

succeeds "the CA of the tests as roots: built" build "$scratch/ours" --anchors "$certs/ca.pem"
readelf -d "$scratch/ours/get" >"$scratch/log" 2>&1
if grep -q NEEDED "$scratch/log" || [ -n "$(readelf -l "$scratch/ours/get" | grep INTERP)" ]; then
    fail "it is static" "it needs a loader" "$scratch/log"
else
    ok "it is static"
fi

# ---- in an empty root ----

jail=$scratch/jail
enter="chroot $jail"
mkdir -p "$jail/etc"
echo "nameserver 127.0.0.1" >"$jail/etc/resolv.conf"
printf '127.0.0.1 localhost www.wild.test other.example\n' >"$jail/etc/hosts"
cp "$scratch/ours/get" "$scratch/ours/httpsc" "$jail/"
cp "$scratch/roots/get" "$jail/get-mozilla"
cp "$scratch/bare/get" "$jail/get-bare"
chmod 755 "$scratch" "$jail"
if [ "$(id -u)" -ne 0 ]; then
    enter="unshare -r chroot $jail"
fi
$enter /get >"$scratch/log" 2>&1
if [ $? -ne 2 ]; then
    cat "$scratch/log"
    skip "an empty root" "neither chroot nor a user namespace is allowed here"
    finish
fi
if [ "$(find "$jail" -type f | sed 's|.*/||' | sort | tr '\n' ' ')" = \
    "get get-bare get-mozilla hosts httpsc resolv.conf " ]; then
    ok "the root has nothing else"
else
    fail "the root has nothing else" "$(find "$jail" -type f)"
fi

for version in tls1_3 tls1_2; do
    serve $version || continue
    url=https://localhost:$port/hello-$version
    # $enter is words
    # shellcheck disable=SC2086
    {
        says "$version: one GET, verified" 0 "hello over $version" $enter /get "$url"
        says "$version: a name from hosts" 0 "hello over $version" $enter /get \
            "https://www.wild.test:$port/hello-$version"
        says "$version: the client, verified" 0 "hello over $version" $enter /httpsc "$url"
        says "$version: another name" 1 "it is for" $enter /get \
            "https://other.example:$port/hello-$version"
        says "$version: Mozilla has not our CA" 1 "unable to get local issuer" \
            $enter /get-mozilla "$url"
        says "$version: no roots, and it says so" 1 "this build has no embedded roots" \
            $enter /get-bare "$url"
    }
done

# ---- without a clock, without entropy ----

# The same program, with the one call of libc put aside by the linker.
cat >"$scratch/no_clock.c" <<'C'
#include <time.h>
time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
    if (out != NULL) {
        *out = 86400;
    }
    return 86400; /* 1970, as a board without a battery says */
}
C
cat >"$scratch/no_entropy.c" <<'C'
#include <errno.h>
#include <sys/types.h>
ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags)
{
    (void)buf, (void)len, (void)flags;
    errno = ENOSYS;
    return -1;
}
C
for lack in clock:time entropy:getrandom; do
    succeeds "without ${lack%:*}: built" musl-gcc -Os -static -s -I"$scratch/ours" \
        "-Wl,--wrap=${lack#*:}" examples/static/get.c "$scratch/no_${lack%:*}.c" \
        -o "$jail/no_${lack%:*}"
done
# shellcheck disable=SC2086
{
    says "no clock" 1 "the clock is not set" $enter /no_clock "$url"
    says "no clock: what it needs" 1 "set it, or give the time with the now hook" \
        $enter /no_clock "$url"
    says "no entropy" 1 "no entropy" $enter /no_entropy "$url"
    says "no entropy: what it needs" 1 "getrandom() or the device /dev/urandom has to give some" \
        $enter /no_entropy "$url"
}
finish
