#!/bin/sh
# What STYLE asks for and a script can count: columns, lines of functions and files, no leftovers.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

# style FILE...: prints FILE:LINE: what is wrong
style()
{
    awk '
        function wrong(what)
        {
            print FILENAME ":" FNR ": " what
        }
        FNR == 1 {
            generated = FILENAME ~ /\/embedded_anchors\.h$/
            begun = 0
        }
        length($0) > 100 { wrong("more than 100 columns") }
        /\t/ { wrong("a tab") }
        /[ \r]$/ { wrong("white space at the end of the line") }
        /TODO|FIXME/ { wrong("a leftover: " $0) }
        /[^ -~\t\r]/ { wrong("a character outside ASCII") }
        /^[ \t]*\/\// || /; *\/\/ / { wrong("a // comment") }
        /^\{/ { begun = FNR }
        /^\}/ {
            if (begun && FNR - begun - 1 > 80) {
                wrong("a function of " FNR - begun - 1 " lines; 70 are plenty, 80 the limit")
            }
            begun = 0
        }
        FNR == 801 && !generated && FILENAME != "src/httpsc.h" { wrong("more than 800 lines") }
    ' "$@"
}

# shellcheck disable=SC2046
style $(find src examples tests -name '*.[ch]' | sort) >"$scratch/wrong"
for file in $(find src examples tests -name '*.[ch]' | sort); do
    grep "^$file:" "$scratch/wrong" >"$scratch/log"
    if [ -s "$scratch/log" ]; then
        fail "style: $file" "see below" "$scratch/log"
    else
        ok "style: $file"
    fi
done

# What begins with an interpreter's name can be run.
find tests tools examples -type f ! -perm -u+x -exec awk \
    'FNR == 1 && /^#!/ { print FILENAME } { nextfile }' {} + >"$scratch/log"
if [ -s "$scratch/log" ]; then
    fail "scripts can be run" "these cannot" "$scratch/log"
else
    ok "scripts can be run"
fi

# The check bites.
{
    echo '/* TODO */'
    printf '\tint a; \n'
    printf '/* %0110d */\n' 0
    printf 'int f(void)\n{\n'
    awk 'BEGIN { for (i = 0; i < 81; i++) { print "    ;" } }'
    printf '}\n// c\n'
} >"$scratch/planted.c"
for what in "a leftover" "a tab" "white space" "100 columns" "a function of 81" "a // comment"; do
    if style "$scratch/planted.c" | grep -q "$what"; then
        ok "planted: $what"
    else
        fail "planted: $what" "was not seen"
    fi
done
finish
