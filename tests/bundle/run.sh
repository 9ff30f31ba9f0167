#!/bin/sh
# Proves the bundle: one header with BearSSL inside, made by amalgamate.sh --bundle.
#
#   tests/bundle/run.sh quick    what takes no minute: text, names, linking, refusals
#   tests/bundle/run.sh          and BearSSL's own test programs on the bundled bytes, with two
#                                compilers at four levels, and odd builds
#
# BearSSL's source comes from tools/bearssl.sh. `make bundle` runs all of it, and then the whole
# suite on the bundle (tests/run.sh bundle).
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

level=${1-all}
optimize=-O2
[ "$level" != quick ] || optimize=-O1
tree=$(tools/bearssl.sh source 2>"$scratch/log") || {
    skip "the bundle" "$(tail -n 1 "$scratch/log")"
    [ "$level" = quick ] || fail "BearSSL's source" "is not to be had" "$scratch/log"
    finish
}
bundle=$scratch/bundle
mkdir "$bundle" "$scratch/comments" "$scratch/cut"
succeeds "the bundle is made" ./amalgamate.sh --bundle --bearssl "$tree" -o "$bundle/httpsc.h"
[ -s "$bundle/httpsc.h" ] || finish
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n' >"$scratch/unit.c"

# ---- text ----

same_bytes()
{
    cp -R src tools amalgamate.sh "$scratch/copy/" &&
        (cd / && LC_ALL=en_US.UTF-8 TZ=Asia/Tokyo "$scratch/copy/amalgamate.sh" --bundle \
            --bearssl "$1" -o "$scratch/copy/httpsc.h") &&
        cmp "$bundle/httpsc.h" "$scratch/copy/httpsc.h"
}
mkdir "$scratch/copy"
case $tree in
/*) ;;
*) tree=$PWD/$tree ;;
esac
succeeds "the same bytes in another place and locale" same_bytes "$tree"

# cut BUNDLE FILE: the text between its fences, as it was in the source
cut()
{
    awk -v file="$2" '
        $0 == "/* <<<< " file " */" { on = 0 }
        on && !/^HC_BR_/ {
            if (/^\/\* #include "[a-z0-9_]*\.h" \*\/$/) {
                sub(/^\/\* /, "")
                sub(/ \*\/$/, "")
            }
            print
        }
        $0 == "/* >>>> " file " */" { on = 1 }' "$1"
}

# The tokens of C text, by the compiler: without comments, room, and the ends of continued lines.
tokens()
{
    gcc -fpreprocessed -dD -E -P -x c - 2>/dev/null | tr -s ' \t\n' '\n\n\n' | grep -vxF '\'
}

succeeds "the bundle with comments is made" ./amalgamate.sh --bundle --comments \
    --bearssl "$tree" -o "$scratch/comments/httpsc.h"
sed -n 's|^/\* >>>> \(.*\) \*/$|\1|p' "$bundle/httpsc.h" >"$scratch/sections"
num_sections=$(wc -l <"$scratch/sections")
: >"$scratch/differ"
while read -r file; do
    cut "$scratch/comments/httpsc.h" "$file" >"$scratch/cut/file"
    cmp -s "$scratch/cut/file" "$tree/$file" || echo "$file, with comments" >>"$scratch/differ"
    cut "$bundle/httpsc.h" "$file" | tokens >"$scratch/cut/ours"
    tokens <"$tree/$file" >"$scratch/cut/theirs"
    cmp -s "$scratch/cut/ours" "$scratch/cut/theirs" && [ -s "$scratch/cut/ours" ] ||
        echo "$file, without comments" >>"$scratch/differ"
done <"$scratch/sections"
if [ -s "$scratch/differ" ] || [ "$num_sections" -lt 80 ]; then
    fail "each section cut out is its source" "of $num_sections not these:" "$scratch/differ"
else
    ok "each of $num_sections sections cut out is its source: bytes, and tokens without comments"
fi
if [ "$(grep -c '^HC_BR_HIDE(m);$' "$bundle/httpsc.h")" -eq 2 ] &&
    [ "$(grep '^HC_BR_' "$bundle/httpsc.h" | sort -u | tr '\n' ' ')" = \
        "HC_BR_HIDE(m); HC_BR_STATIC HC_BR_STATIC_FN " ]; then
    ok "lines of ours are those that are explained"
else
    fail "lines of ours are those that are explained" "there are others"
fi
for words in "Thomas Pornin" "The above copyright notice and this permission notice shall be" \
    "Mozilla Public License" "SPDX-License-Identifier: MIT"; do
    succeeds "the notice stays: $words" grep -qF "$words" "$bundle/httpsc.h"
done
awk '
    NR == FNR {
        if (match($0, /^ \*  +[0-9]+  +/)) {
            want[$2 + 0] = substr($0, RLENGTH + 1)
        }
        next
    }
    (FNR in want) && index($0, " " want[FNR] " ") != 8 { print FNR ": " $0 }' \
    "$bundle/httpsc.h" "$bundle/httpsc.h" >"$scratch/log"
if [ -s "$scratch/log" ]; then
    fail "the table of contents" "is wrong" "$scratch/log"
else
    ok "the table of contents"
fi

# ---- compilers, names, linking ----

for compiler in gcc clang; do
    succeeds "$compiler: no warning in C99" "$compiler" -std=c99 "$optimize" -Wall -Wextra \
        -Wpedantic -Wconversion -Wshadow -Wundef -Wredundant-decls -Werror -fno-pie -fno-pic \
        -I"$bundle" -c "$scratch/unit.c" -o "$scratch/unit-$compiler.o"
    nm -g --defined-only "$scratch/unit-$compiler.o" | awk '$NF !~ /^httpsc_/' >"$scratch/log"
    nm "$scratch/unit-$compiler.o" | awk '$(NF - 1) ~ /^[BbDdCcGgSs]$/' >>"$scratch/log"
    nm -u "$scratch/unit-$compiler.o" | grep 'br_' >>"$scratch/log"
    if [ -s "$scratch/log" ] || [ ! -s "$scratch/unit-$compiler.o" ]; then
        fail "$compiler: nothing of BearSSL is seen from outside" "something is" "$scratch/log"
    else
        ok "$compiler: nothing of BearSSL is seen from outside, none is writable, none is missing"
    fi
done

# jumps OBJECT: those in p256_mulgen, which has lookup_Gwin in it
jumps()
{
    objdump -d --no-show-raw-insn "$1" | awk '
        /^[0-9a-f]+ <hc_br_ec_p256_m31_p256_mulgen>:$/ { on = 1 }
        on && /^$/ { exit }
        on && $2 ~ /^j/ { n++ }
        END { print n + 0 }'
}
case $level:$(clang -dumpversion):$(uname -m) in
quick:*) ;;
*:14.*:x86_64)
    mkdir "$scratch/open"
    sed '/^HC_BR_HIDE(m);$/d' "$bundle/httpsc.h" >"$scratch/open/httpsc.h"
    clang -O2 -fno-pie -fno-pic -I"$scratch/open" -c "$scratch/unit.c" -o "$scratch/open.o"
    hidden=$(jumps "$scratch/unit-clang.o")
    open=$(jumps "$scratch/open.o")
    if [ "$hidden" -gt 0 ] && [ "$hidden" -lt "$open" ]; then
        ok "clang 14: the mask of lookup_Gwin makes no branch ($hidden jumps, else $open)"
    else
        fail "clang 14: the mask of lookup_Gwin makes no branch" "$hidden jumps, $open without"
    fi ;;
*) skip "the mask of lookup_Gwin makes no branch" "known of clang 14 on x86_64 alone" ;;
esac

cat >"$scratch/with_library.c" <<'C'
#ifdef BEFORE
#include <bearssl.h>
#endif
#define MP 7 /* a name that BearSSL uses too */
#define square twice
#define HTTPSC_IMPLEMENTATION
#include "httpsc.h"
#include <bearssl.h>
#include <stdio.h>
static int square(int x) { return x + x; }
int main(void)
{
    br_sha256_context context;
    unsigned char digest[br_sha256_SIZE];
    br_sha256_init(&context);
    br_sha256_update(&context, "abc", 3);
    br_sha256_out(&context, digest);
    printf("%02x%02x %d %s\n", digest[0], digest[1], square(MP), httpsc_build_info());
    return digest[0] != 0xba || BR_TLS12 != 0x0303;
}
C
for words in "" -DBEFORE "-DBEFORE -DHTTPSC_BEARSSL_X509"; do
    # shellcheck disable=SC2086
    succeeds "one file with the bundle and <bearssl.h>${words:+, $words}" gcc -O0 -Wall -Wextra \
        -Werror $words -I"$bundle" "$scratch/with_library.c" -o "$scratch/program" \
        -lbearssl -pthread
    succeeds "and it runs" "$scratch/program"
done

if [ "$level" != quick ] && command -v arm-none-eabi-gcc >/dev/null; then
    succeeds "Cortex-M4, HTTPSC_BARE" arm-none-eabi-gcc -std=c99 -Os -mcpu=cortex-m4 -mthumb \
        -DHTTPSC_BARE -DHTTPSC_NO_EMBEDDED_ANCHORS -Wall -Wextra -Werror -I"$bundle" \
        -c "$scratch/unit.c" -o "$scratch/unit.o"
fi
if [ "$level" != quick ] && command -v x86_64-w64-mingw32-gcc >/dev/null; then
    succeeds "Windows" x86_64-w64-mingw32-gcc -std=c99 -O1 -Wall -Wextra -Werror -I"$bundle" \
        -c "$scratch/unit.c" -o "$scratch/unit.o"
fi

printf '#include "httpsc.h"\n%s\n' 'int main(void) { return httpsc_version()[0] == 0; }' \
    >"$scratch/main.c"
succeeds "two C files" gcc -O0 -Wall -Werror -I"$bundle" "$scratch/main.c" "$scratch/unit.c" \
    -o "$scratch/program" -pthread
succeeds "and they run" "$scratch/program"
cp "$scratch/unit.c" "$scratch/unit.cc"
fails_with "the implementation in a C++ file" \
    "HTTPSC_IMPLEMENTATION belongs in a C file, C++ gets the declarations" \
    g++ -I"$bundle" -c "$scratch/unit.cc" -o "$scratch/unit.o"
cp "$scratch/main.c" "$scratch/main.cc"
succeeds "the declarations in a C++ file" g++ -std=c++11 -Wall -Wextra -Werror -I"$bundle" \
    -c "$scratch/main.cc" -o "$scratch/main.o"
mkdir "$scratch/no64"
: >"$scratch/no64/string.h"
printf '#define NULL 0\ntypedef unsigned long size_t;\n' >"$scratch/no64/stddef.h"
cat >"$scratch/no64/stdint.h" <<'C'
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
#define UINT32_MAX 0xffffffffu
C
fails_with "a compiler without long long" "httpsc.h: a compiler with 64-bit integers is needed" \
    gcc -nostdinc -I"$scratch/no64" -I"$bundle" -DHTTPSC_BARE -fsyntax-only "$scratch/unit.c"

# ---- refusals ----

bundle_of()
{
    ./amalgamate.sh --bundle --bearssl "$1" -o "$scratch/refused.h"
}

# A copy of the source in which one thing is done.
spoil()
{
    rm -rf "$scratch/tree"
    mkdir "$scratch/tree"
    cp -R "$tree/inc" "$tree/src" "$tree/test" "$tree/LICENSE.txt" "$scratch/tree/"
}

fails_with "no such directory" "is no BearSSL source" bundle_of "$scratch/nowhere"
fails_with "another directory" "is no BearSSL source" bundle_of "$scratch"
spoil
echo 'int planted;' >>"$scratch/tree/src/ec/ec_p256_m31.c"
fails_with "an altered source" "src/ec/ec_p256_m31.c differs" bundle_of "$scratch/tree"
fails_with "and what was expected" "expected: 0.6 unchanged, or a tree whose headers define" \
    bundle_of "$scratch/tree"
spoil
head -c 4000 "$tree/src/hash/md5.c" >"$scratch/tree/src/hash/md5.c"
fails_with "a truncated source" "src/hash/md5.c differs" bundle_of "$scratch/tree"
rm "$scratch/tree/src/hash/md5.c"
fails_with "a missing source" "src/hash/md5.c is missing" bundle_of "$scratch/tree"
spoil
echo 'void br_md5_init(void) { }' >"$scratch/tree/src/hash/planted.c"
succeeds "a file that 0.6 has not is not looked at" bundle_of "$scratch/tree"
succeeds "and the bytes are the same" cmp "$scratch/refused.h" "$bundle/httpsc.h"
rm -f "$scratch/refused.h"
spoil
: >"$scratch/tree/src/ec/ec_p256_m62.c"
fails_with "a snapshot of 2018 to 2020" "whose 64-bit curves compute wrong at times" \
    bundle_of "$scratch/tree"

# later: a stand-in for BearSSL's git, with its feature and its 64-bit curves, whose code is m31's
later()
{
    spoil
    echo '#define BR_FEATURE_X509_TIME_CALLBACK 1' >>"$scratch/tree/inc/bearssl.h"
    for curve in p256 c25519; do
        cat >"$scratch/tree/src/ec/ec_${curve}_m64.c" <<C
#include "inner.h"

static uint32_t
api_mul(unsigned char *G, size_t Glen, const unsigned char *kb, size_t kblen, int curve)
{
	return br_ec_${curve}_m31.mul(G, Glen, kb, kblen, curve);
}

uint32_t
br_ec_${curve}_m64_mul(unsigned char *G, size_t Glen, const unsigned char *kb, size_t kblen,
	int curve)
{
	return api_mul(G, Glen, kb, kblen, curve);
}
C
    done
    cat >"$scratch/tree/src/ec/ec_default.c" <<'C'
#include "inner.h"

uint32_t br_ec_p256_m64_mul(unsigned char *G, size_t Glen, const unsigned char *kb, size_t kblen,
	int curve);
static uint32_t
api_mul(unsigned char *G, size_t Glen, const unsigned char *kb, size_t kblen, int curve)
{
	return curve == BR_EC_secp256r1 ? br_ec_p256_m64_mul(G, Glen, kb, kblen, curve)
		: br_ec_all_m31.mul(G, Glen, kb, kblen, curve);
}

const br_ec_impl *
br_ec_get_default(void)
{
	static br_ec_impl impl;

	impl = br_ec_all_m31;
	impl.mul = &api_mul;
	return &impl;
}
C
}

later
succeeds "a later BearSSL" ./amalgamate.sh --bundle --bearssl "$scratch/tree" \
    -o "$scratch/refused.h"
succeeds "says so, with the sum of its files" \
    grep -q 'BearSSL after 0.6, SHA-256 of its files [0-9a-f]\{64\}' "$scratch/refused.h"
succeeds "has its faster curves inside" grep -q '>>>> src/ec/ec_p256_m64.c' "$scratch/refused.h"
cat >"$scratch/later.c" <<'C'
#define HTTPSC_IMPLEMENTATION
#include "refused.h"
int main(void)
{
    return strcmp(hc_ec_name(), "default") != 0 || strstr(httpsc_build_info(), "after 0.6") == NULL;
}
C
succeeds "and compiles" gcc -O0 -Wall -Wextra -Werror -I"$scratch" "$scratch/later.c" \
    -o "$scratch/program" -pthread
succeeds "and takes its default curves" "$scratch/program"
rm -f "$scratch/refused.h"
head -c 5000 "$tree/src/ec/ec_prime_i31.c" >"$scratch/tree/src/ec/ec_prime_i31.c"
fails_with "a later BearSSL, truncated" "src/ec/ec_prime_i31.c is cut" \
    bundle_of "$scratch/tree"
later
rm "$scratch/tree/src/ec/ec_c25519_m64.c"
fails_with "a later BearSSL, not whole" "src/ec/ec_c25519_m64.c is missing" \
    bundle_of "$scratch/tree"

: >"$scratch/empty.pem"
fails_with "an anchors file with nothing in it" "no certificate in the input" \
    ./amalgamate.sh --bundle --bearssl "$tree" --anchors "$scratch/empty.pem" \
    -o "$scratch/refused.h"
fails_with "an anchors file that is not there" "cannot read the input" \
    ./amalgamate.sh --bundle --bearssl "$tree" --anchors "$scratch/nothing.pem" \
    -o "$scratch/refused.h"
for words in "--bundle --anchors a --no-anchors" "--bearssl x" "--bundle --bearssl" \
    "--bundle --check" "--no-anchors"; do
    # shellcheck disable=SC2086
    fails_with "options: $words" "usage:" ./amalgamate.sh $words
done
if [ -e "$scratch/refused.h" ]; then
    fail "a refusal writes nothing" "it did"
else
    ok "a refusal writes nothing"
fi
succeeds "no roots" ./amalgamate.sh --bundle --bearssl "$tree" --no-anchors \
    -o "$scratch/refused.h"
if grep -q 'embedded_anchor embedded_anchors_index' "$scratch/refused.h"; then
    fail "no roots: none inside" "there are some"
else
    ok "no roots: none inside"
fi
[ "$level" != quick ] || finish

# ---- compile time ----

# cpu_ms COMMAND...: user and system time of a command and its children
cpu_ms()
{
    sh -c '"$@" >/dev/null 2>&1; times' cpu "$@" |
        awk 'NR == 2 {
                split($1, user, /[ms]/)
                split($2, kernel, /[ms]/)
                print int((user[1] + kernel[1]) * 60000 + (user[2] + kernel[2]) * 1000)
            }'
}
for compiler in gcc clang; do
    echo "# $compiler -O2 takes $(cpu_ms "$compiler" -O2 -I"$bundle" -c "$scratch/unit.c" \
        -o "$scratch/unit.o") ms of CPU for the bundle (budget 6000)"
done

# ---- BearSSL's own test programs on the bundled bytes ----

work=$scratch/theirs
mkdir -p "$work/rest"
sed -n '/^\/\* BearSSL begins here/,/^\/\* The text of BearSSL ends here/p' "$bundle/httpsc.h" \
    >"$work/bundled.h"
# What the bundle does not have comes from the source, under the same names.
sed -n 's/^#define \(br_[A-Za-z0-9_]*\) hc_br_[A-Za-z0-9_]*$/#define \1 hc_\1/p' \
    "$work/bundled.h" | sort -u >"$work/names.h"
make_rest()
{
    (cd "$tree" && find src -name '*.c' | sort) | while read -r file; do
        gcc -O1 -w -include "$work/names.h" -I"$tree/inc" -I"$tree/src" -c "$tree/$file" \
            -o "$work/rest/$(echo "${file%.c}" | tr / _).o" || exit 1
    done && ar rcs "$work/rest.a" "$work"/rest/*.o
}
succeeds "the rest of BearSSL compiles" make_rest

# theirs NAME PROGRAM COMPILER FLAG...: makes $work/NAME of test/test_PROGRAM.c
theirs()
{
    theirs_name=$1
    printf '#include <stdint.h>\n#include "%s/bundled.h"\n#include "%s/test/test_%s.c"\n' \
        "$work" "$tree" "$2" >"$work/$1.c"
    shift 2
    "$@" -w -I"$tree/inc" -I"$tree/src" -c "$work/$theirs_name.c" -o "$work/$theirs_name.o" &&
        "$@" "$work/$theirs_name.o" "$work/rest.a" -o "$work/$theirs_name"
}

# Its own words for success: every line of test_crypto ends in "done.".
crypto_passes()
{
    "$1" all >"$1.out" 2>&1 && [ "$(grep -c 'done\.$' "$1.out")" -gt 80 ]
}

x509_passes()
{
    (cd "$tree" && "$1") >"$1.out" 2>&1 && grep -q 'Name extraction: OK' "$1.out"
}

for compiler in gcc clang; do
    for optimization in -O0 -O2 -O3 -Os; do
        name=$compiler$optimization
        succeeds "$name: test_crypto is built on the bundle" theirs "c$name" crypto \
            "$compiler" "$optimization"
        succeeds "$name: test_crypto" crypto_passes "$work/c$name"
        succeeds "$name: test_x509 is built on the bundle" theirs "x$name" x509 \
            "$compiler" "$optimization"
        succeeds "$name: test_x509" x509_passes "$work/x$name"
    done
done
# it is the bundle's code that ran: private functions in the program's own object
if [ "$(nm "$work/cgcc-O2.o" | grep -c ' t hc_br_')" -gt 200 ]; then
    ok "the functions tested are the bundle's"
else
    fail "the functions tested are the bundle's" "they are not in the object"
fi
theirs_flags="-ffast-math -fshort-enums"
# shellcheck disable=SC2086
succeeds "gcc -O2 $theirs_flags: test_crypto is built" theirs fast crypto gcc -O2 $theirs_flags
succeeds "gcc -O2 $theirs_flags: test_crypto" crypto_passes "$work/fast"

# ---- odd builds of the whole ----

# The handshake and all vectors again: unit tests of the parts where an enum or a float could count.
for words in "-O2 -ffast-math" "-O2 -fshort-enums" "-O3 -flto" "-m32 -O2"; do
    # shellcheck disable=SC2086
    case $words in
    -m32*)
        printf 'int main(void) { return 0; }\n' >"$scratch/empty.c"
        gcc -m32 "$scratch/empty.c" -o "$scratch/program" >/dev/null 2>&1 || {
            skip "gcc $words" "no 32-bit libc here (gcc-multilib brings it)"
            continue
        } ;;
    esac
    # Debian has the kernel's headers, which both share, in the directory of one
    more=
    [ ! -d "/usr/include/$(gcc -print-multiarch)" ] || more=-I/usr/include/$(gcc -print-multiarch)
    # shellcheck disable=SC2086
    if gcc $words $more -w -I"$bundle" examples/httpsc.c -o "$scratch/httpsc" -pthread \
        >"$scratch/log" 2>&1; then
        ok "gcc $words: the client is built"
        succeeds "gcc $words: and does verified GETs" tests/bundle/get.sh "$scratch/httpsc"
    else
        fail "gcc $words: the client is built" "it is not" "$scratch/log"
    fi
done
finish
