#!/bin/sh
# Makes httpsc.h, the one file that is shipped, of the parts in src/.
#
#   ./amalgamate.sh            writes httpsc.h
#   ./amalgamate.sh -o FILE    writes FILE
#   ./amalgamate.sh --check    compares httpsc.h with what it would write; 1 when they differ
#
#   ./amalgamate.sh --bundle [--bearssl DIR] [--anchors FILE.pem | --no-anchors] [--comments]
#                   [-o FILE]  writes build/bundle/httpsc.h, with BearSSL inside: docs/BUNDLE.md
#
# The result is the public half (src/httpsc.h) with a table of contents, then the implementation:
# src/httpsc.c with every #include "..." replaced by that file's text, each file once, lowest
# first. The same src/ gives the same bytes on every machine.
set -u
LC_ALL=C
export LC_ALL

usage()
{
    echo "usage: ./amalgamate.sh [--check | -o FILE]" >&2
    echo "       ./amalgamate.sh --bundle [--bearssl DIR] [--anchors FILE.pem | --no-anchors]" >&2
    echo "                       [--comments] [-o FILE]" >&2
    exit 2
}

# path_of TEXT: seen from where we were called
path_of()
{
    case $1 in
    "") usage ;;
    /*) echo "$1" ;;
    *) echo "$PWD/$1" ;;
    esac
}

mode="write"
out=
bearssl=
anchors=
comments=0
if [ "${1-}" = --bundle ]; then
    mode="bundle"
    shift
fi
while [ $# -gt 0 ]; do
    case $mode:$1 in
    write:--check) mode="check" ;;
    bundle:--comments) comments=1 ;;
    bundle:--no-anchors)
        [ -z "$anchors" ] || usage
        anchors=none ;;
    bundle:--anchors)
        [ $# -gt 1 ] && [ -z "$anchors" ] || usage
        anchors=$(path_of "$2") || exit 2
        shift ;;
    bundle:--bearssl)
        [ $# -gt 1 ] && [ -z "$bearssl" ] || usage
        bearssl=$(path_of "$2") || exit 2
        shift ;;
    write:-o | bundle:-o)
        [ $# -gt 1 ] && [ -z "$out" ] || usage
        out=$(path_of "$2") || exit 2
        shift ;;
    *) usage ;;
    esac
    shift
done
[ "$mode" != check ] || [ -z "$out" ] || usage

cd "$(dirname "$0")" || exit 1

# amalgamate TABLE: with that file as the table of embedded roots
amalgamate()
{
    awk -v anchors="$1" '
    function die(text)
    {
        print "amalgamate.sh: " text | "cat 1>&2"
        close("cat 1>&2")
        failed = 1
        exit 1
    }

    # The path of what file includes as name, without "." and "..".
    function resolve(file, name,    path, parts, kept, n, m, i)
    {
        path = file
        sub(/[^\/]*$/, "", path)
        n = split(path name, parts, "/")
        m = 0
        for (i = 1; i <= n; i++) {
            if (parts[i] == "..") {
                m--
            } else if (parts[i] != "." && parts[i] != "") {
                kept[++m] = parts[i]
            }
        }
        path = kept[1]
        for (i = 2; i <= m; i++) {
            path = path "/" kept[i]
        }
        return path
    }

    # What is left of a line without its comments. Good enough for what stands before the first
    # code of a file; in code, where strings may hold "/*", it is not asked.
    function without_comments(line,    before)
    {
        for (;;) {
            if (in_comment) {
                if (!match(line, /\*\//)) {
                    return ""
                }
                line = substr(line, RSTART + 2)
                in_comment = 0
            }
            if (!match(line, /\/\*/)) {
                gsub(/[ \t]/, "", line)
                return line
            }
            before = substr(line, 1, RSTART - 1)
            line = substr(line, RSTART + 2)
            in_comment = 1
            if (before !~ /^[ \t]*$/) {
                return before
            }
        }
    }

    # Reads a file, and notes of each line: depth (of #if around it, an include guard not
    # counted), target (the file it includes), and up to where only comments and #includes stand.
    function load(file,    path, n, i, line, code, first, second, depth, guard_end, last, name)
    {
        if (file in num_lines) {
            return
        }
        n = 0
        path = file == "src/x509/embedded_anchors.h" ? anchors : file
        while ((i = (getline line < path)) > 0) {
            if (line ~ /\r$/) {
                die(file ": line " n + 1 " ends with CR")
            }
            text[file, ++n] = line
        }
        if (i < 0) {
            die("cannot read " path)
        }
        close(path)
        num_lines[file] = n

        first = second = last = 0
        in_comment = 0
        prologue[file] = n
        for (i = 1; i <= n; i++) {
            code = first && second ? text[file, i] : without_comments(text[file, i])
            if (code ~ /[^ \t]/) {
                last = i
                if (!first) {
                    first = i
                } else if (!second) {
                    second = i
                }
            }
        }
        guard_end = 0
        name = first ? text[file, first] : ""
        if (second && sub(/^#ifndef /, "", name) && text[file, second] == "#define " name) {
            depth = 0
            for (i = first; i <= n; i++) {
                if (text[file, i] ~ /^[ \t]*#[ \t]*if/) {
                    depth++
                } else if (text[file, i] ~ /^[ \t]*#[ \t]*endif/ && --depth == 0) {
                    break
                }
            }
            if (i == last) {
                guard_end = i
                guard[file, first] = guard[file, second] = guard[file, last] = 1
            }
        }

        depth = 0
        in_comment = 0
        for (i = 1; i <= n; i++) {
            line = text[file, i]
            if ((file, i) in guard) {
                continue
            }
            if (line ~ /^[ \t]*#[ \t]*endif/) {
                depth--
            }
            depth_of[file, i] = depth
            if (line ~ /^[ \t]*#[ \t]*if/) {
                depth++
                only_if = depth == 1 ? line : ""
            } else if (line ~ /^[ \t]*#[ \t]*e/) {
                only_if = ""
            }
            condition_of[file, i] = only_if
            if (line ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
                name = line
                sub(/^[^"]*"/, "", name)
                sub(/".*$/, "", name)
                target[file, i] = resolve(file, name)
            }
            if (prologue[file] == n) {
                code = without_comments(line)
                if (code != "" && code !~ /^#include/) {
                    prologue[file] = i
                }
            }
        }
        if (depth != 0) {
            die(file ": #if and #endif do not match")
        }
        for (i = 1; i <= n; i++) {
            if ((file, i) in target) {
                num_includes[target[file, i]]++
                load(target[file, i])
            }
        }
    }

    # Notes what is reached whatever the switches and the system.
    function mark_always(file,    i)
    {
        if (file in always) {
            return
        }
        always[file] = 1
        for (i = 1; i <= num_lines[file]; i++) {
            if ((file, i) in target && depth_of[file, i] == 0) {
                mark_always(target[file, i])
            }
        }
    }

    function put(line)
    {
        if (line == "" && out[num_out] == "") {
            return
        }
        out[++num_out] = line
    }

    function short_name(file)
    {
        sub(/^src\//, "", file)
        return file
    }

    function heading(mark, title,    line)
    {
        line = "/* " mark mark mark mark " " title " "
        while (length(line) < 96) {
            line = line mark
        }
        put("")
        put(line " */")
    }

    function contents_entry(indent, title)
    {
        entry[++num_entries] = indent title
        entry_line[num_entries] = num_out
    }

    # Puts what a file needs in front of it: what it includes at its top, and what it includes
    # under an #if although others need it whatever the condition.
    function put_needs(file,    i, needed)
    {
        for (i = 1; i <= num_lines[file]; i++) {
            if (!((file, i) in target)) {
                continue
            }
            needed = target[file, i]
            if (!(needed in always)) {
                put_needs(needed)
            } else if (depth_of[file, i] > 0 || i <= prologue[file]) {
                put_file(needed, "")
            }
        }
    }

    # A file that is only reached under a condition, from several places, stands in each of them,
    # with its guard; but once where the conditions are the same words.
    function put_again(file, condition)
    {
        if (condition != "" && !(file in always)) {
            if ((file, condition) in put_under) {
                return
            }
            put_under[file, condition] = 1
        }
        put_file(file, "")
    }

    function put_file(file, toc_indent,    repeated, i, line, begun)
    {
        repeated = !(file in always) && num_includes[file] > 1
        if (file in done) {
            return
        }
        if (!repeated) {
            done[file] = 1
        }
        if (file in always) {
            put_needs(file)
        }
        heading("-", short_name(file))
        if (toc_indent != "") {
            contents_entry(toc_indent, short_name(file))
        }
        begun = 0
        for (i = 1; i <= num_lines[file]; i++) {
            line = text[file, i]
            if ((file, i) in target) {
                put_again(target[file, i], file in always ? condition_of[file, i] : "")
                continue
            }
            if ((file, i) in guard && !repeated) {
                continue
            }
            if (line ~ /^[ \t]*#[ \t]*include[ \t]*</ && file in always && \
                depth_of[file, i] == 0) {
                sub(/[ \t]*\/\*.*$/, "", line)
                if (line in system_includes) {
                    continue
                }
                system_includes[line] = 1
                line = text[file, i]
            }
            # base.h and the driver ask for the implementation; here it was asked for
            if (line == "#ifndef HTTPSC_IMPLEMENTATION" && \
                text[file, i + 1] == "#define HTTPSC_IMPLEMENTATION" && \
                text[file, i + 2] == "#endif") {
                i += 2
                continue
            }
            if (!begun && line == "") {
                continue
            }
            begun = 1
            put(line)
        }
        put("")
    }

    function put_public(    file, i, line, title)
    {
        file = "src/httpsc.h"
        out[++num_out] = "/* Generated by amalgamate.sh from src/: do not edit. */"
        for (i = 1; i <= num_lines[file]; i++) {
            line = text[file, i]
            out[++num_out] = line
            if (line == " * @CONTENTS@") {
                contents_at = num_out
            } else if (line ~ /^\/\* ==== .* \*\/$/) {
                title = line
                gsub(/^\/\* ==== | =* ?\*\/$/, "", title)
                contents_entry("", title)
            } else if (line ~ /^#include </ && depth_of[file, i] == 0) {
                system_includes[line] = 1
            }
        }
        if (!contents_at) {
            die(file " has no line \" * @CONTENTS@\"")
        }
    }

    function put_implementation(    file, i, line, begun)
    {
        file = "src/httpsc.c"
        put("")
        put("#if defined(HTTPSC_IMPLEMENTATION) && !defined(HTTPSC_IMPLEMENTATION_DONE)")
        put("#define HTTPSC_IMPLEMENTATION_DONE")
        put("#ifdef __cplusplus")
        put("#error \"httpsc.h: HTTPSC_IMPLEMENTATION belongs in a C file, " \
            "C++ gets the declarations\"")
        put("#else")
        put("#if defined(__linux__) && defined(__STRICT_ANSI__) && !defined(HTTPSC_BARE) && \\")
        put("    !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && !defined(_XOPEN_SOURCE)")
        put("#error \"httpsc.h: define HTTPSC_IMPLEMENTATION before the file includes it for " \
            "the first time\"")
        put("#endif")
        for (i = 1; i <= num_lines[file]; i++) {
            line = text[file, i]
            if (!begun) {
                begun = line == "#define HC_FN static"
                if (!begun) {
                    continue
                }
            }
            if ((file, i) in target) {
                put_file(target[file, i], "  ")
            } else if (line ~ /^\/\* [a-z0-9]+: .* \*\/$/) {
                gsub(/^\/\* | \*\/$/, "", line)
                heading("=", line)
                contents_entry("", line)
            } else {
                put(line)
            }
        }
        if (!begun) {
            die(file " has no line \"#define HC_FN static\"")
        }
        put("")
        put("#endif")
        put("#endif /* HTTPSC_IMPLEMENTATION */")
    }

    BEGIN {
        load("src/httpsc.h")
        load("src/httpsc.c")
        done["src/httpsc.h"] = 1
        mark_always("src/httpsc.c")
        put_public()
        num_public = num_entries
        put_implementation()
        for (i = 1; i <= num_out; i++) {
            if (i != contents_at) {
                print out[i]
                continue
            }
            for (k = 1; k <= num_entries; k++) {
                if (k == num_public + 1) {
                    print " *"
                    print " *         the implementation, lowest floor first:"
                }
                printf " *  %5d  %s\n", entry_line[k] + num_entries + 1, entry[k]
            }
        }
    }
    END {
        exit failed
    }' </dev/null
}

work=${TMPDIR:-/tmp}/httpsc-amalgamate.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
( umask 077; mkdir "$work" ) || exit 1
table=src/x509/embedded_anchors.h
if [ "$anchors" = none ]; then
    table=$work/no_anchors.h
    : >"$table"
elif [ -n "$anchors" ]; then
    table=$work/anchors.h
    tools/make_anchors.sh --date newest --out "$table" "$anchors" >/dev/null || exit 1
fi
made=$work/httpsc.h
amalgamate "$table" >"$made" || exit 1

case $mode in
check)
    if cmp -s "$made" httpsc.h; then
        exit 0
    fi
    echo "httpsc.h is not what src/ makes: run ./amalgamate.sh and commit httpsc.h" >&2
    diff httpsc.h "$made" 2>&1 | head -n 10 >&2
    exit 1 ;;
write)
    cat "$made" >"${out:-httpsc.h}" ;;
bundle)
    if [ -z "$out" ]; then
        out=build/bundle/httpsc.h
        mkdir -p build/bundle || exit 1
    fi
    tools/bundle.sh "$made" "$bearssl" "$comments" "$anchors" >"$work/bundle.h" || exit 1
    cat "$work/bundle.h" >"$out" ;;
esac
