#!/bin/sh
# The manual: each snippet of docs/manual/ and the README compiles; tables of options and limits
# have the names and defaults of the header and of the code; links lead somewhere.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

if ! command -v python3 >/dev/null 2>&1; then
    skip manual "no python3"
    finish
fi
pages=$(echo docs/manual/*.md)

# pages are words
# shellcheck disable=SC2086
for name in $(python3 tests/compile/manual.py snippets "$scratch" $pages "$root/README.md"); do
    for compiler in gcc clang; do
        succeeds "$name, $compiler" $compiler -std=c99 -Wall -Wextra -Werror -Wno-unused-function \
            -fsyntax-only -I. "$scratch/$name.c"
    done
done
if [ "$(find "$scratch" -name '*.c' | wc -l)" -ge 25 ]; then
    ok "snippets were found"
else
    fail "snippets were found" "fewer than 25"
fi

# tables HEADER README CODE
tables()
{
    # shellcheck disable=SC2086
    python3 tests/compile/manual.py tables "$1" "$2" "$3,src/client/begin.c" $pages >"$scratch/tables"
}
tables src/httpsc.h README.md src/api/defaults.c
cat "$scratch/tables"
num_failed=$((num_failed + $(grep -c '^FAIL ' "$scratch/tables")))

for page in $pages; do
    name=$(basename "$page")
    [ "$name" = README.md ] || succeeds "$name is in the index" grep -qF "($name)" \
        docs/manual/README.md
    for link in $(sed -n 's/.*](\([a-z-]*\.md\)).*/\1/p' "$page"); do
        succeeds "$name leads to $link" test -f "docs/manual/$link"
    done
    for path in $(grep -o '`\(docs\|examples\|tests\)/[A-Za-z0-9_./-]*`' "$page" | tr -d '`'); do
        succeeds "$name names $path" test -e "$path"
    done
done

# The checks bite.
mkdir "$scratch/planted"
printf '# x\n\n```c\nhttpsc_nothing(client);\n```\n' >"$scratch/planted/page.md"
python3 tests/compile/manual.py snippets "$scratch" "$scratch/planted/page.md" >"$scratch/names"
fails_with "planted: a snippet that does not compile" httpsc_nothing gcc -std=c99 -Wall -Werror \
    -fsyntax-only -I. "$scratch/$(cat "$scratch/names").c"
# planted NAME FAILURE README-EXPRESSION HEADER-EXPRESSION CODE-EXPRESSION
planted()
{
    sed "$3" README.md >"$scratch/README.md"
    sed "$4" src/httpsc.h >"$scratch/httpsc.h"
    sed "$5" src/api/defaults.c >"$scratch/defaults.c"
    fails_with "planted: $1" "$2" tables_of_scratch
}
tables_of_scratch()
{
    tables "$scratch/httpsc.h" "$scratch/README.md" "$scratch/defaults.c"
    tables_status=$?
    cat "$scratch/tables"
    return $tables_status
}
planted "a row that is gone" "FAIL README: proxy: " '/^| `proxy` /d' '' ''
planted "another default in the README" "FAIL README: max_ratio: " 's/^| `max_ratio` | 100/&0/' '' ''
planted "another default in the header" "FAIL header: max_interim: " '' \
    's/\(max_interim;.*default \)8/\19/' ''
planted "another default in the code" "FAIL README: max_fields in the code: " '' '' \
    's/max_fields, 200/max_fields, 300/'
planted "a field of the header that nobody tells of" "FAIL README: novel: " '' \
    's/^    int allow_http;.*/    int novel; \/* default 0 *\/\n&/' ''
planted "a row for a field that is not there" "FAIL README: max_nothing is there: " \
    's/^| `max_ratio`/| `max_nothing` | 1 | |\n&/' '' ''
finish
