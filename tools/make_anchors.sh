#!/bin/sh
# Makes src/x509/embedded_anchors.h.
#
#     tools/make_anchors.sh [--date YYYY-MM-DD|newest] [--source TEXT] [--out FILE] [BUNDLE.pem]
#
# Without a bundle: Mozilla's root store as Debian's ca-certificates ships it. A device that needs
# two roots gives a PEM file with these two.
#
# The date is also the clock floor: a client refuses a clock that is a day or more before it. So it
# is never today's by default, but the day the source was published: for Debian's bundle the date of
# the installed package's changelog, for another file the day it was last changed; "newest" is the
# day on which its youngest certificate began to be valid, the same for the same bytes.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
debian=/etc/ssl/certs/ca-certificates.crt
bundle=$debian
date=
source=
out=$here/src/x509/embedded_anchors.h

while [ $# -gt 0 ]; do
    case $1 in
    --date) date=$2; shift 2 ;;
    --source) source=$2; shift 2 ;;
    --out) out=$2; shift 2 ;;
    -*) echo "make_anchors.sh: unknown option $1" >&2; exit 2 ;;
    *) bundle=$1; shift ;;
    esac
done

if [ "$bundle" = "$debian" ]; then
    changelog=/usr/share/doc/ca-certificates/changelog.gz
    if [ -z "$date" ] && [ -r "$changelog" ]; then
        published=$(gzip -dc "$changelog" | sed -n 's/^ -- .*>  *//p' | head -n 1)
        date=$(date -u -d "$published" +%Y-%m-%d)
    fi
    if [ -z "$source" ]; then
        version=$(dpkg-query -W -f '${Version}' ca-certificates)
        source="Mozilla's root store, by way of Debian's ca-certificates $version"
    fi
fi
: "${date:=$(date -u -r "$bundle" +%Y-%m-%d)}"
: "${source:=${bundle##*/}}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"${CC:-cc}" -std=c99 -O1 -DHTTPSC_NO_EMBEDDED_ANCHORS -o "$work/make_anchors" \
    "$here/tools/make_anchors.c" "$here"/src/base/*.c "$here/src/syntax/pem.c" \
    "$here/src/syntax/der.c" "$here/src/syntax/calendar.c" "$here/src/syntax/asn1_time.c" \
    "$here/src/x509/certificate.c" "$here/src/x509/anchors.c"
"$work/make_anchors" "$bundle" "$date" "$source" > "$work/table.h"
mv "$work/table.h" "$out"
echo "$out: $(grep -c '' "$out") lines, $(wc -c < "$out") bytes, $date"
