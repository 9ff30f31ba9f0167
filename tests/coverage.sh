#!/bin/sh
# Which lines and branches of src/ the tests reach: unit, api and fault tests and the replayed fuzz
# corpora, compiled by gcc for gcov. Prints a line a floor, and with FILES a line a file;
# build/coverage/unreached names each line of src/ that no test ran.
#
#   tests/coverage.sh [FILES]      e.g. tests/coverage.sh src/tls
set -u
cd "$(dirname "$0")/.." || exit 1
root=$(pwd)
out=$root/build/coverage
HTTPSC_TEST_CERTS=$root/build/test/certs
HTTPSC_TEST_CORPUS=$root/tests/corpus
if [ -z "${HTTPSC_SHARED-}" ]; then
    HTTPSC_SHARED=
    [ ! -d ../shared ] || HTTPSC_SHARED=$(cd ../shared && pwd)
fi
export HTTPSC_TEST_CERTS HTTPSC_TEST_CORPUS HTTPSC_SHARED

rm -rf "$out"
mkdir -p "$out/include" build/test
if [ -z "$(find build/test/certs/made -newer tests/certs.sh 2>/dev/null)" ]; then
    rm -rf build/test/certs
    sh tests/certs.sh build/test/certs && : >build/test/certs/made || exit 1
fi
cat >"$out/include/httpsc.h" <<END
#ifdef HTTPSC_IMPLEMENTATION
#include "$root/src/httpsc.c"
#else
#include "$root/src/httpsc.h"
#endif
END

# compile SOURCE OBJECT [OPTION...]
compile()
{
    source=$1 object=$2
    shift 2
    gcc -std=gnu99 -O0 -w --coverage -I"$out/include" "$@" -c "$source" -o "$object" || exit 1
}

# run NAME OBJECTS...: links and runs one; what it says stays in NAME.log
run()
{
    name=$1
    shift
    gcc --coverage "$@" -o "$out/$name" -lbearssl -pthread || exit 1
    case $name in
    fuzz_*) timeout 300 "$out/$name" "$name" "tests/fuzz/corpus/$name" >"$out/$name.log" 2>&1 ;;
    *) timeout 300 "$out/$name" >"$out/$name.log" 2>&1 ;;
    esac
    status=$?
    [ $status -eq 0 ] || echo "$name: exit $status (see build/coverage/$name.log)"
}

compile "$out/include/httpsc.h" "$out/implementation.o" -x c -DHTTPSC_IMPLEMENTATION
support=
for file in tests/support/*.c tests/fuzz/replay.c; do
    object=$out/support-$(basename "$file" .c).o
    compile "$file" "$object"
    case $file in
    tests/support/*) support="$support $object" ;;
    esac
done
for file in tests/unit/test_*.c tests/fuzz/fuzz_*.c; do
    name=$(basename "$file" .c)
    compile "$file" "$out/$name.o"
    replay=
    [ "${name#fuzz_}" = "$name" ] || replay=$out/support-replay.o
    run "$name" "$out/$name.o" $replay
done
for file in tests/api/test_*.c tests/fault/test_*.c; do
    name=$(basename "$(dirname "$file")")-$(basename "$file" .c)
    compile "$file" "$out/$name.o"
    # objects are words
    # shellcheck disable=SC2086
    run "$name" "$out/$name.o" "$out/implementation.o" $support
done

cd "$out" && python3 - "$root" "${1-}" <<'END'
import collections, glob, json, os, subprocess, sys

root, wanted = sys.argv[1], sys.argv[2]
lines = collections.defaultdict(int)     # (file, line): times
branches = collections.defaultdict(int)  # (file, line, number in the line): times
for data in sorted(glob.glob('*.gcda')):
    text = subprocess.run(['gcov', '-b', '--json-format', '--stdout', data],
                          capture_output=True, text=True).stdout
    for document in text.splitlines():
        for file in json.loads(document)['files']:
            path = os.path.relpath(os.path.join(root, file['file']), root)
            if not path.startswith('src/'):
                continue
            seen = collections.Counter()
            for line in file['lines']:
                number = line['line_number']
                lines[path, number] += line['count']
                for branch in line['branches']:
                    branches[path, number, seen[number]] += branch['count']
                    seen[number] += 1

def told(name, chosen):
    found = [n for key, n in lines.items() if chosen(key[0])]
    ways = [n for key, n in branches.items() if chosen(key[0])]
    def share(all_of):
        hit = sum(n > 0 for n in all_of)
        return '%6d of %6d %5.1f %%' % (hit, len(all_of), 100.0 * hit / max(1, len(all_of)))
    print('%-28s lines %s   branches %s' % (name, share(found), share(ways)))

paths = sorted({key[0] for key in lines})
for floor in sorted({os.path.dirname(path) for path in paths}):
    told(floor, lambda path: os.path.dirname(path) == floor)
told('src', lambda path: True)
if wanted:
    for path in paths:
        if path.startswith(wanted):
            told(path, lambda other: other == path)
with open('unreached', 'w') as out:
    for (path, number), times in sorted(lines.items()):
        if times == 0:
            with open(os.path.join(root, path)) as source:
                out.write('%s:%d: %s' % (path, number, source.read().splitlines(True)[number - 1]))
END
