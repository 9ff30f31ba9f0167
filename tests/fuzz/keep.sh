#!/bin/sh
# Makes the kept corpus of a fuzz target anew, from itself and from what fuzzing found.
#
#   tests/fuzz/keep.sh fuzz_NAME DIRECTORY...
#
# Of all inputs it keeps those that together reach the most edges: at most FUZZ_KEEP_FILES (40) of
# at most FUZZ_KEEP_BYTES (150000) in all, each time the one that adds the most edges, and of those
# the smallest. libFuzzer's merge says which edges each input reaches.
set -eu
cd "$(dirname "$0")/../.."
[ $# -ge 2 ] || { echo "usage: tests/fuzz/keep.sh fuzz_NAME DIRECTORY..."; exit 2; }
target=$1
shift
kept=tests/fuzz/corpus/$target
make -s "build/fuzz/$target"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

mkdir -p "$kept" "$scratch/merged" "$scratch/new"
"build/fuzz/$target" -set_cover_merge=1 -use_counters=0 -merge_control_file="$scratch/control" \
    "$scratch/merged" "$kept" "$@" >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; exit 1; }
awk -v max_files="${FUZZ_KEEP_FILES:-40}" -v max_bytes="${FUZZ_KEEP_BYTES:-150000}" '
    FNR == 1 { num = $1; next }
    FNR == 2 { next }
    FNR <= num + 2 { name[FNR - 3] = $0; next }
    $1 == "STARTED" { size[$2] = $3 }
    $1 == "FT" { edges[$2] = $0 }
    END {
        while (num_kept < max_files) {
            best = -1
            best_gain = 0
            for (i in edges) {
                gain = 0
                num_edges = split(edges[i], edge, " ")
                for (j = 3; j <= num_edges; j++) {
                    gain += !(edge[j] in seen)
                }
                if (gain == 0) {
                    delete edges[i]
                } else if (bytes + size[i] <= max_bytes && (gain > best_gain ||
                           (gain == best_gain && size[i] < size[best]))) {
                    best = i
                    best_gain = gain
                }
            }
            if (best == -1) {
                break
            }
            num_edges = split(edges[best], edge, " ")
            for (j = 3; j <= num_edges; j++) {
                seen[edge[j]] = 1
            }
            bytes += size[best]
            num_kept++
            total += best_gain
            delete edges[best]
            print name[best]
        }
        print num_kept " inputs, " bytes " bytes, " total " edges" >"/dev/stderr"
    }' "$scratch/control" >"$scratch/list"
while read -r file; do
    cp "$file" "$scratch/new/$(sha1sum <"$file" | cut -c1-12)"
done <"$scratch/list"
[ -s "$scratch/list" ]
rm -rf "$kept"
mv "$scratch/new" "$kept"
