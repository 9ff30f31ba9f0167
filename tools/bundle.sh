#!/bin/sh
# Puts BearSSL into an amalgamated header; amalgamate.sh --bundle calls it.
#
#   tools/bundle.sh HEADER BEARSSL-DIR COMMENTS ANCHORS
#
# HEADER is what amalgamate.sh made of src/. BEARSSL-DIR may be "" (then tools/bearssl.sh knows
# where the source is), COMMENTS is 1 to keep those of BearSSL, ANCHORS is "none", "own" or "".
# The bundle goes to stdout, the same bytes for the same input. docs/BUNDLE.md says what is in it.
set -u
LC_ALL=C
export LC_ALL

header=$1
tree=$2
comments=$3
anchors=$4
cd "$(dirname "$0")/.." || exit 1

[ -n "$tree" ] || tree=$(tools/bearssl.sh source) || exit 1
title=$(tools/bearssl.sh check "$tree") || exit 1

block=$(mktemp "${TMPDIR:-/tmp}/httpsc-bundle.XXXXXX") || exit 1
trap 'rm -f "$block"' EXIT
trap 'exit 1' HUP INT TERM
# names without blanks: they are BearSSL's
# shellcheck disable=SC2046
awk -f tools/bundle.awk -v tree="$tree" -v comments="$comments" -v mode=block -- \
    src/crypto/*.[ch] -- $(tools/bearssl.sh files "$tree") </dev/null >"$block" || exit 1

awk -v block="$block" -v licence="$tree/LICENSE.txt" -v title="$title" -v anchors="$anchors" '
    function die(text)
    {
        print "amalgamate.sh: " text | "cat 1>&2"
        close("cat 1>&2")
        failed = 1
        exit 1
    }

    function put(line)
    {
        out[++num_out] = line
    }

    function put_part(    line, n)
    {
        n = 0
        while ((getline line < block) > 0 && line != "@@") {
            put(line)
            n++
        }
        if (n == 0) {
            die("a part of the bundle is empty")
        }
    }

    function put_warnings(    n, i, name)
    {
        put("#if defined(__clang__)")
        put("#pragma clang diagnostic push")
        put("#pragma clang diagnostic ignored \"-Wunknown-warning-option\"")
        put("#pragma clang diagnostic ignored \"-Weverything\"")
        put("#elif defined(__GNUC__)")
        put("#pragma GCC diagnostic push")
        put("#pragma GCC diagnostic ignored \"-Wpragmas\"")
        n = split("all extra pedantic aggregate-return arith-conversion array-bounds " \
                  "bad-function-cast c++-compat cast-align cast-qual conversion " \
                  "date-time declaration-after-statement discarded-qualifiers " \
                  "disabled-optimization duplicated-branches duplicated-cond enum-conversion " \
                  "float-equal implicit-fallthrough inline jump-misses-init logical-op long-long " \
                  "maybe-uninitialized missing-declarations missing-field-initializers " \
                  "missing-prototypes nested-externs null-dereference old-style-declaration " \
                  "old-style-definition overlength-strings packed padded parentheses psabi " \
                  "redundant-decls shadow sign-compare sign-conversion stack-protector " \
                  "strict-aliasing strict-prototypes stringop-overflow stringop-overread " \
                  "suggest-attribute=const suggest-attribute=pure suggest-attribute=noreturn " \
                  "suggest-attribute=cold suggest-attribute=malloc switch-default switch-enum " \
                  "traditional traditional-conversion type-limits undef uninitialized unused " \
                  "unsafe-loop-optimizations unsuffixed-float-constants unused-const-variable " \
                  "unused-function unused-macros unused-parameter unused-variable vla", name, " ")
        for (i = 1; i <= n; i++) {
            put("#pragma GCC diagnostic ignored \"-W" name[i] "\"")
        }
        put("#elif defined(_MSC_VER)")
        put("#pragma warning(push, 0)")
        put("#endif")
    }

    function put_open(    line)
    {
        put("/*")
        put(" * " title ", the files that are needed of it, under this licence:")
        put(" *")
        while ((getline line < licence) > 0) {
            sub(/[ \t\r]+$/, "", line)
            put(" *" (line == "" ? "" : " ") line)
        }
        put(" *")
        put(" * Between \">>>> FILE\" and \"<<<< FILE\" stands the text of the file. Lines of ours")
        put(" * begin with HC_BR_: they make its functions and objects private to this file, and")
        put(" * HC_BR_HIDE keeps a compiler from making a branch on the secret bits of a mask")
        put(" * (clang 14 does, in lookup_Gwin).")
        put(" */")
        put("/* BearSSL begins here. */")
        put("#if defined(__GNUC__)")
        put("#define HC_BR_STATIC_FN __attribute__((noinline)) static")
        put("#define HC_BR_HIDE(mask) __asm__ volatile(\"\" : \"+r\"(mask))")
        put("#elif defined(_MSC_VER)")
        put("#define HC_BR_STATIC_FN __declspec(noinline) static")
        put("#define HC_BR_HIDE(mask) (void)0")
        put("#else")
        put("#define HC_BR_STATIC_FN static")
        put("#define HC_BR_HIDE(mask) (void)0")
        put("#endif")
        put("#define HC_BR_STATIC static")
        put_warnings()
        put("")
        put("/* Names that BearSSL uses are put aside, and given back below. */")
        put("#pragma push_macro(\"BR_LE_UNALIGNED\")")
        put("#pragma push_macro(\"BR_BE_UNALIGNED\")")
        put_part()
        put("/* no unaligned access: it breaks strict aliasing, and then MD5 comes out wrong */")
        put("#undef BR_LE_UNALIGNED")
        put("#undef BR_BE_UNALIGNED")
        put("#define BR_LE_UNALIGNED 0")
        put("#define BR_BE_UNALIGNED 0")
        put_part()
        put("")
        put("#if defined(__clang__)")
        put("#pragma clang diagnostic pop")
        put("#elif defined(__GNUC__)")
        put("#pragma GCC diagnostic pop")
        put("#elif defined(_MSC_VER)")
        put("#pragma warning(pop)")
        put("#endif")
        put("/* The text of BearSSL ends here. */")
    }

    function put_close()
    {
        put("/* The names that BearSSL uses are given back. */")
        put_part()
        put("#undef BR_LE_UNALIGNED")
        put("#undef BR_BE_UNALIGNED")
        put("#pragma pop_macro(\"BR_BE_UNALIGNED\")")
        put("#pragma pop_macro(\"BR_LE_UNALIGNED\")")
        put("#undef HC_BR_STATIC_FN")
        put("#undef HC_BR_STATIC")
        put("#undef HC_BR_HIDE")
        put("")
    }

    # The contents carry line numbers: a line that names a heading gets that of the new text.
    function renumber(    i, title)
    {
        for (i = 1; i <= num_out; i++) {
            if (out[i] ~ /^\/\* (====|----) /) {
                title = substr(out[i], 9)
                sub(/ [=-]*[ ]*\*\/$/, "", title)
                line_of[title] = i
            }
        }
        for (i = 1; i <= contents_end; i++) {
            if (out[i] ~ /^ \*  +[0-9]+  +/) {
                title = out[i]
                sub(/^ \*  +[0-9]+  /, "", title)
                indent = title
                sub(/[^ ].*$/, "", indent)
                sub(/^ +/, "", title)
                if (!(title in line_of)) {
                    die("no heading for the contents: " title)
                }
                out[i] = sprintf(" *  %5d  %s%s", line_of[title], indent, title)
            }
        }
    }

    /^#define HTTPSC_H$/ {
        contents_end = num_out
    }
    /^\/\* Generated by amalgamate.sh from src\/: do not edit\. \*\/$/ {
        put("/* Generated by amalgamate.sh --bundle from src/ and " title ": do not edit. */")
        next
    }
    !contents_end && /^ \*     -lbearssl -pthread / {
        sub(/-lbearssl -pthread/, "-pthread          ")
    }
    !contents_end && /^ \*     -lbearssl -lws2_32 / {
        sub(/-lbearssl -lws2_32 -lbcrypt -lcrypt32/, "-lws2_32 -lbcrypt -lcrypt32          ")
    }
    /^#define HTTPSC_IMPLEMENTATION_DONE$/ && anchors == "none" {
        put($0)
        put("#ifndef HTTPSC_NO_EMBEDDED_ANCHORS")
        put("#define HTTPSC_NO_EMBEDDED_ANCHORS")
        put("#endif")
        next
    }
    /^\/\* ---- crypto\/bearssl\.h -/ {
        in_place = 1
    }
    /^#include <bearssl\.h>$/ && in_place {
        put_open()
        in_place = 0
        opened = 1
        next
    }
    /^\/\* ==== x509: / && opened {
        put_close()
        closed = 1
    }
    {
        put($0)
    }
    END {
        if (failed) {
            exit 1
        }
        if (!contents_end || !closed) {
            die("src/ has not the shape that the bundle counts on")
        }
        renumber()
        for (i = 1; i <= num_out; i++) {
            print out[i]
        }
    }' "$header"
