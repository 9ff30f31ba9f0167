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
echo "| switch | saves in \`get\` |"
echo "|---|---|"
for switches in -DHTTPSC_NO_EMBEDDED_ANCHORS -DHTTPSC_NO_THREADS \
    "-DHTTPSC_NO_EMBEDDED_ANCHORS -DHTTPSC_NO_THREADS"; do
    size_of "$scratch/all" get "$switches"
    echo "| \`$(echo "$switches" | sed 's/-D//g')\` | $((all - bytes)) bytes |"
done
