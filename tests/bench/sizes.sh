#!/bin/sh
# How large programs on the bundle are: static, stripped, musl, -Os. `make sizes` prints the tables
# of docs/BENCH.md. Every row is a whole program that does verified GETs in TLS 1.3 and 1.2.
set -u
LC_ALL=C
export LC_ALL
cd "$(dirname "$0")/../.." || exit 1

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

# size_of DIR PROGRAM FLAGS: builds build/static's program in DIR with these flags; sets bytes
size_of()
{
    rm -f "$1/$2"
    make -s PREREQUISITES=: STATIC="$1" BUNDLE="$1" \
        STATIC_CFLAGS="$(make -s print-static-cflags) $3" "$1/$2" || exit 1
    bytes=$(($(wc -c <"$1/$2")))
}

# row NAME BYTES BUDGET-KIB
row()
{
    case ${3:--} in
    -) verdict="| | |" ;;
    *)
        verdict="| $3 KiB | within |"
        [ "$2" -le $(($3 * 1024)) ] || verdict="| $3 KiB | OVER |" ;;
    esac
    echo "| $1 | $2 | $(($2 / 1024)).$(($2 % 1024 * 10 / 1024)) KiB $verdict"
}

mkdir "$scratch/all" "$scratch/two" "$scratch/none" || exit 1
./amalgamate.sh --bundle -o "$scratch/all/httpsc.h" || exit 1
./amalgamate.sh --bundle --no-anchors -o "$scratch/none/httpsc.h" || exit 1
cat /usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt \
    /usr/share/ca-certificates/mozilla/ISRG_Root_X2.crt >"$scratch/two.pem" || exit 1
./amalgamate.sh --bundle --anchors "$scratch/two.pem" -o "$scratch/two/httpsc.h" || exit 1

echo "| program | bytes | | budget | |"
echo "|---|---|---|---|---|"
size_of "$scratch/all" get ""
all=$bytes
row "\`get\`, Mozilla's roots" "$bytes" 320
size_of "$scratch/two" get ""
row "\`get\`, two roots (\`--anchors\`)" "$bytes"
size_of "$scratch/none" get ""
row "\`get\`, no roots (\`--no-anchors\`)" "$bytes" 250
size_of "$scratch/all" httpsc ""
row "\`httpsc\`, the command-line client, Mozilla's roots" "$bytes"
echo
# get leaves four features out by itself, so what it would weigh with them comes first
sed '/^#define HTTPSC_NO_/d' examples/static/get.c >"$scratch/whole.c" || exit 1
flags="$(make -s print-static-cflags)"
ldflags="$(make -s print-static-ldflags)"

# whole FLAG...: get with all features but those switched off; sets bytes
whole()
{
    # words
    # shellcheck disable=SC2086
    musl-gcc -I"$scratch/all" $flags "$@" $ldflags -o "$scratch/whole" "$scratch/whole.c" || exit 1
    bytes=$(($(wc -c <"$scratch/whole")))
}

whole
all=$bytes
echo "\`get\` with every feature: $all bytes."
echo
echo "| switch | saves of that |"
echo "|---|---|"
features="CLIENT_CERTS PROXY DIGEST COOKIES UPLOADS SESSIONS CRLS TRACE TLS12 TLS13 CHACHA20 ERROR_TEXT"
for feature in $features EMBEDDED_ANCHORS THREADS; do
    whole "-DHTTPSC_NO_$feature"
    echo "| \`HTTPSC_NO_$feature\` | $((all - bytes)) bytes |"
done
whole -DHTTPSC_SMALL_EC
echo "| \`HTTPSC_SMALL_EC\` | $((all - bytes)) bytes |"
together=
for feature in $features EMBEDDED_ANCHORS THREADS; do
    [ "$feature" = TLS12 ] || together="$together -DHTTPSC_NO_$feature"
done
# shellcheck disable=SC2086
whole $(echo "$together" | sed 's/-DHTTPSC_NO_TLS13//') -DHTTPSC_SMALL_EC
echo "| all of them but \`NO_TLS12\` and \`NO_TLS13\` | $((all - bytes)) bytes |"
