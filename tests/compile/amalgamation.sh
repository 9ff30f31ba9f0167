#!/bin/sh
# httpsc.h is what src/ makes, its table of contents is right, and amalgamate.sh does what it says.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

succeeds "httpsc.h is what src/ makes" ./amalgamate.sh --check

# Each line of the contents names the line that carries its title as a heading.
awk '
    NR == FNR {
        if (match($0, /^ \*  +[0-9]+  +/)) {
            number = $2 + 0
            want[number] = substr($0, RLENGTH + 1)
            entries++
        }
        next
    }
    FNR in want {
        if (index($0, "/* ==== " want[FNR] " ") == 1 || index($0, "/* ---- " want[FNR] " ") == 1) {
            right++
        } else {
            print FNR ": not \"" want[FNR] "\" but: " $0
        }
        next
    }
    /^\/\* ==== / { print FNR ": not in the contents: " $0 }
    END {
        if (right != entries || entries < 20) {
            print right + 0 " of " entries + 0 " entries are right"
        }
    }' httpsc.h httpsc.h >"$scratch/log"
if [ -s "$scratch/log" ]; then
    fail "the table of contents" "is wrong" "$scratch/log"
else
    ok "the table of contents"
fi

for part in src/*/*.c; do
    if [ "$(grep -c "^/\\* ---- ${part#src/} -" httpsc.h)" -ne 1 ]; then
        fail "httpsc.h has ${part#src/} once" "it has not: does src/httpsc.c name it?"
    fi
done
if grep -n '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' httpsc.h >"$scratch/log"; then
    fail "httpsc.h includes no file of ours" "it does" "$scratch/log"
else
    ok "httpsc.h includes no file of ours"
fi

# In a copy: another machine's settings, a change, a missing part, wrong options.
mkdir "$scratch/copy"
cp -R src amalgamate.sh httpsc.h "$scratch/copy/"
succeeds "another locale, another directory" env LC_ALL=en_US.UTF-8 TZ=Asia/Tokyo \
    "$scratch/copy/amalgamate.sh" -o "$scratch/copy/again.h"
succeeds "the same bytes again" cmp httpsc.h "$scratch/copy/again.h"
echo '/* changed */' >>"$scratch/copy/src/base/memory.c"
fails_with "--check sees a change" "run ./amalgamate.sh and commit httpsc.h" \
    "$scratch/copy/amalgamate.sh" --check
succeeds "and writing mends it" "$scratch/copy/amalgamate.sh"
succeeds "after which --check is content" "$scratch/copy/amalgamate.sh" --check
rm "$scratch/copy/src/base/memory.c"
fails_with "a missing part is an error" "cannot read src/base/memory.c" \
    "$scratch/copy/amalgamate.sh"
fails_with "an unknown option" "usage:" ./amalgamate.sh --unknown

# A small tree: what is under a condition stays there, and what all need comes before it.
mkdir -p "$scratch/copy/small/src/low" "$scratch/copy/small/src/high"
cp amalgamate.sh "$scratch/copy/small/"
cd "$scratch/copy/small" || exit 1
cat >src/httpsc.h <<'END'
/*
 * @CONTENTS@
 */
#ifndef HTTPSC_H
#define HTTPSC_H
#include <stddef.h>
/* ==== Only chapter ==== */
int httpsc_answer(void);
#endif
END
cat >src/httpsc.c <<'END'
#ifndef HTTPSC_IMPLEMENTATION
#define HTTPSC_IMPLEMENTATION
#endif
#define HC_FN static

/* low: what is below */
#include "low/here.c"
#include "low/there.c"

/* high: what is above */
#include "high/answer.c"
END
printf '#ifndef HC_LOW_H\n#define HC_LOW_H\n#include "../httpsc.h"\n#include <string.h>\n%s\n#endif\n' \
    'HC_FN int low(void);' >src/low/low.h
printf '#ifndef HC_UNIX_H\n#define HC_UNIX_H\n#include <stdlib.h>\ntypedef int unix_only;\n#endif\n' \
    >src/low/unix.h
printf '#ifndef NOWHERE\n#include "low.h"\n#include "unix.h"\n%s\n#endif\n' \
    'HC_FN int low(void) { unix_only x = (int)strlen("*/*"); return x; }' >src/low/here.c
printf '#ifdef NOWHERE\n#include "low.h"\n#include "unix.h"\n%s\n#endif\n' \
    'HC_FN int low(void) { unix_only x = 4; return x; }' >src/low/there.c
printf '#include "../low/low.h"\n#include <string.h>\n%s\n' \
    'int httpsc_answer(void) { return low() + (int)strlen("abcd"); }' >src/high/answer.c
printf '#define HTTPSC_IMPLEMENTATION\n#include "httpsc.h"\n%s\n' \
    'int main(int argc, char **argv) { (void)argv; return httpsc_answer() + argc != ANSWER; }' \
    >main.c
succeeds "small tree: made" ./amalgamate.sh
for words in "-DANSWER=8" "-DNOWHERE -DANSWER=9"; do
    # shellcheck disable=SC2086
    succeeds "small tree: $words compiles" gcc -Wall -Wextra -Werror $words main.c -o main
    succeeds "small tree: $words runs" ./main
done
if [ "$(grep -c 'low(void);' httpsc.h)/$(grep -c '<string.h>' httpsc.h)" = 1/1 ]; then
    ok "small tree: nothing twice"
else
    fail "small tree: nothing twice" "something is" httpsc.h
fi
cd "$root" || exit 1
finish
