#!/bin/sh
# BearSSL's source, for amalgamate.sh --bundle and for the tests of the bundle.
#
#   tools/bearssl.sh source      prints a directory with it: $BEARSSL_SRC if that is set, else
#                                build/bearssl-0.6, brought from Debian's source package when it
#                                is not there yet
#   tools/bearssl.sh check DIR   is it a BearSSL that we know? Prints which, or says on stderr
#                                what was expected, and fails
#   tools/bearssl.sh files DIR   its headers and sources, one a line
#   tools/bearssl.sh sums DIR    the contents of tools/bearssl-0.6.sums
#
# The rule of `check`. BearSSL 0.6 is known by the SHA-256 of each file: one byte
# changed or missing is a refusal that names the file. A later BearSSL has no release and no sums
# of ours: it is recognised by BR_FEATURE_X509_TIME_CALLBACK (docs/BUNDLE.md tells why that), by
# its 64-bit curves, and by being whole; the sum of its files stands in the bundle, so that a
# project can hold it against the one it has reviewed. Anything else is refused.
set -u
LC_ALL=C
export LC_ALL

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
sums=$root/tools/bearssl-0.6.sums
tarball=bearssl_0.6+dfsg.1.orig.tar.xz
tarball_sum=102a625bd8f6155260867a50c508df8d8c3f796985dd744df1a68e5cd1a79004

usage()
{
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '/^set/d' >&2
    exit 2
}

say()
{
    echo "bearssl: $1" >&2
}

sum_of()
{
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$@"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 "$@"
    else
        openssl dgst -sha256 -r "$@"
    fi | sed 's/ \*/  /'
}

# all_files DIR: its headers and sources, below DIR; of 0.6 those whose sums we have
all_files()
{
    if is_later "$1"; then
        (cd "$1" && find inc src -name '*.[ch]' | sort)
    else
        awk '$2 ~ /^(inc|src)\// { print $2 }' "$sums"
    fi
}

is_later()
{
    grep -q '^#define BR_FEATURE_X509_TIME_CALLBACK' "$1"/inc/*.h
}

needed_files()
{
    # names without blanks: they are BearSSL's
    # shellcheck disable=SC2046
    awk -f "$root/tools/bundle.awk" -v tree="$1" -v mode=files -- "$root"/src/crypto/*.[ch] \
        -- $(all_files "$1") </dev/null
}

where_to_get_it()
{
    cat >&2 <<TEXT
bearssl: BearSSL's source is needed: 0.6, or its git repository of 2021 or later (bearssl.org).
bearssl: put it into a directory, and name that by --bearssl DIR, or by BEARSSL_SRC=DIR in the
bearssl: environment
TEXT
}

# The source line of the repository that has libbearssl-dev, from this machine's own lists.
source_line()
{
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    options=
    [ ! -r "$keyring" ] || options="[signed-by=$keyring] "
    apt-cache madison libbearssl-dev 2>/dev/null | awk -F'|' -v options="$options" '
        NR == 1 && split($3, word, " ") >= 2 && split(word[2], part, "/") == 2 {
            print "deb-src " options word[1] " " part[1] " " part[2]
        }'
}

# fetch DIR: the source package, by apt with a list of its own for this call alone
fetch()
{
    if ! command -v apt-get >/dev/null 2>&1; then
        say "this system has no apt-get to bring the source package"
        return 1
    fi
    scratch=$(mktemp -d) || return 1
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' HUP INT TERM
    chmod 755 "$scratch"
    mkdir -p "$scratch/lists/partial" "$scratch/source"
    source_line >"$scratch/source.list"
    if [ ! -s "$scratch/source.list" ]; then
        say "apt knows no libbearssl-dev here (apt-get update brings its lists)"
        return 1
    fi
    set -- -q -o "Dir::Etc::sourcelist=$scratch/source.list" -o Dir::Etc::sourceparts=- \
        -o "Dir::State::lists=$scratch/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    if ! { apt-get "$@" update && cd "$scratch/source" &&
        apt-get "$@" source --download-only bearssl; } >"$scratch/log" 2>&1; then
        tail -n 5 "$scratch/log" >&2
        say "apt could not bring the source package"
        return 1
    fi
    unpack "$scratch/source/$tarball"
}

# unpack TARBALL: into build/bearssl-0.6, when it is the one we know
unpack()
{
    if [ ! -f "$1" ]; then
        say "the source package is another version: ${1##*/} was expected"
        return 1
    fi
    actual=$(sum_of "$1")
    if [ "${actual%% *}" != "$tarball_sum" ]; then
        say "${1##*/} has the SHA-256 ${actual%% *}, expected $tarball_sum"
        return 1
    fi
    rm -rf "$root/build/bearssl.new"
    mkdir -p "$root/build/bearssl.new" &&
        tar -C "$root/build/bearssl.new" -xf "$1" &&
        check_0_6 "$root/build/bearssl.new/bearssl-0.6" &&
        rm -rf "$root/build/bearssl-0.6" &&
        mv "$root/build/bearssl.new/bearssl-0.6" "$root/build/bearssl-0.6" &&
        rmdir "$root/build/bearssl.new"
}

# check_0_6 DIR: says which files are not those of 0.6
check_0_6()
{
    # names without blanks: they are BearSSL's
    # shellcheck disable=SC2046
    bad=$({ (cd "$1" && sum_of $(sed 's/^[^ ]*  //' "$sums") 2>/dev/null); cat "$sums"; } | awk '
        { count[$0]++; seen[$2]++ }
        END {
            for (line in count) {
                if (count[line] == 1) {
                    split(line, word, " ")
                    bad[word[2]] = 1
                }
            }
            for (file in bad) {
                print file (seen[file] == 1 ? " is missing" : " differs")
            }
        }' | sort)
    [ -z "$bad" ] && return 0
    echo "$bad" | head -n 5 | sed 's/^/bearssl:     /' >&2
    number=$(echo "$bad" | wc -l)
    say "$((number)) of $(($(wc -l <"$sums"))) files are not those of BearSSL 0.6 in $1"
    return 1
}

check()
{
    tree=$1
    if [ ! -f "$tree/src/inner.h" ] || [ ! -f "$tree/inc/bearssl.h" ]; then
        say "$tree is no BearSSL source: it has no src/inner.h and inc/bearssl.h"
        where_to_get_it
        return 1
    fi
    feature="a tree whose headers define BR_FEATURE_X509_TIME_CALLBACK"
    if ! is_later "$tree"; then
        if [ -f "$tree/src/ec/ec_p256_m62.c" ] || [ -f "$tree/src/ec/ec_p256_m64.c" ]; then
            say "$tree is BearSSL of 2018-12 to 2020-11, whose 64-bit curves compute wrong at times"
            say "expected: 0.6, or $feature"
            return 1
        fi
        check_0_6 "$tree" || {
            say "expected: 0.6 unchanged, or $feature"
            return 1
        }
        echo "BearSSL 0.6"
        return 0
    fi
    for file in LICENSE.txt src/ec/ec_default.c src/ec/ec_p256_m64.c src/ec/ec_c25519_m64.c; do
        if [ ! -s "$tree/$file" ]; then
            say "$tree says that it is later than 0.6, but $file is missing"
            say "expected: 0.6 unchanged, or all of BearSSL's git repository of 2021 or later"
            return 1
        fi
    done
    for file in $(all_files "$tree"); do
        if [ -n "$(tail -c 1 "$tree/$file")" ]; then
            say "$tree/$file is cut: its last line has no end"
            return 1
        fi
    done
    # reads every file, and refuses what is cut within a declaration
    needed_files "$tree" >/dev/null || return 1
    # shellcheck disable=SC2046
    tree_sum=$(cd "$tree" && sum_of $(needed_files .) | sum_of)
    echo "BearSSL after 0.6, SHA-256 of its files ${tree_sum%% *}"
}

case $#:${1-} in
1:source)
    if [ -n "${BEARSSL_SRC-}" ]; then
        echo "$BEARSSL_SRC"
    elif [ -d "$root/build/bearssl-0.6" ] && check_0_6 "$root/build/bearssl-0.6" 2>/dev/null; then
        echo "$root/build/bearssl-0.6"
    elif (fetch); then
        echo "$root/build/bearssl-0.6"
    else
        where_to_get_it
        exit 1
    fi ;;
2:check) check "$2" ;;
2:files) all_files "$2" ;;
2:sums)
    # shellcheck disable=SC2046
    cd "$2" && sum_of $(find LICENSE.txt inc src test -name '*.[ch]' -o -name LICENSE.txt | sort) ;;
*) usage ;;
esac
