#!/bin/sh
# Published test cases, kept beside the repository: path validation (x509-limbo, BetterTLS) by
# x509_cases, cryptography (Wycheproof) by crypto_vectors. Prints a line a case of the first, a line
# a file of the second. x509_leftovers.txt names the cases that are judged otherwise on purpose.
# BearSSL's own validator judges the first too (x509_minimal): what we accept and it refuses, the
# suite must want accepted.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

shared=${HTTPSC_SHARED-}
leftovers=tests/vectors/x509_leftovers.txt

# x509_lines LEFTOVERS RESULTS: the verdict on each case
x509_lines()
{
    awk -F '\t' '
        FILENAME == ARGV[1] {
            if ($0 !~ /^#/ && $0 != "") {
                leftover[$1] = 1
            }
            next
        }
        $3 == "skip" { print "skip x509/" $1 ": " $4; seen[$1] = 1; next }
        $2 == $3 && $1 in leftover {
            print "FAIL x509/" $1 ": judged right now: take it out of the left-overs"
        }
        $2 == $3 && !($1 in leftover) { print "ok x509/" $1 }
        $2 != $3 && $1 in leftover { print "known: x509/" $1 }
        $2 != $3 && !($1 in leftover) {
            print "FAIL x509/" $1 ": wanted " $2 ", and it is " $3 ": " $4
        }
        { seen[$1] = 1 }
        END {
            for (name in leftover) {
                if (!(name in seen)) {
                    print "absent: x509/" name
                }
            }
        }' "$1" "$2"
}

# oracle_lines LEFTOVERS RESULTS BEARSSL_RESULTS: the two verdicts held against each other
oracle_lines()
{
    awk -F '\t' '
        FILENAME == ARGV[1] {
            if ($0 !~ /^#/ && $0 != "") {
                leftover[$1] = 1
            }
            next
        }
        FILENAME == ARGV[2] { ours[$1] = $3; next }
        {
            num[ours[$1] == "accept", $3 == "accept"]++
            if (!($1 in ours)) {
                print "FAIL oracle: x509/" $1 " was not judged by us"
            } else if (ours[$1] == "accept" && $3 == "reject" && $2 != "accept") {
                if ($1 in leftover) {
                    print "known: oracle/" $1 ": BearSSL refuses it (" $4 ")"
                } else {
                    print "FAIL oracle/" $1 ": we accept it; BearSSL refuses it (" $4 "), rightly"
                }
            }
        }
        END {
            print "oracle: accepted by both " num[1, 1] + 0 ", by us alone " num[1, 0] + 0 \
                ", by BearSSL alone " num[0, 1] + 0 ", by neither " num[0, 0] + 0
        }' "$1" "$2" "$3"
}

# crypto_lines RESULTS: the verdict on each file
crypto_lines()
{
    awk -F '\t' '
        { sub(/.*\//, "", $1); num[$1, $4]++; file[$1] = 1 }
        $4 == "fail" { failed[$1] = failed[$1] " " $2 }
        END {
            for (name in file) {
                if (failed[name] != "") {
                    print "FAIL crypto/" name ": tests" failed[name]
                } else if (num[name, "pass"] == 0) {
                    print "FAIL crypto/" name ": none of its tests is for us"
                } else {
                    print "ok crypto/" name ": " num[name, "pass"] " tests"
                }
                if (num[name, "skip"] > 0) {
                    print "not ours: crypto/" name ": " num[name, "skip"] " tests"
                }
            }
        }' "$1" | sort
}

tally()
{
    cat "$1"
    num_failed=$((num_failed + $(grep -c '^FAIL ' "$1")))
}

if [ ! -f "$shared/x509/index.txt" ]; then
    skip x509 "shared cases missing"
elif [ ! -x "$HTTPSC_BUILD/vectors/x509_cases" ]; then
    fail x509 "it does not compile" "$HTTPSC_BUILD/vectors/x509_cases.build.log"
elif "$HTTPSC_BUILD/vectors/x509_cases" "$shared/x509" <"$shared/x509/index.txt" \
    >"$scratch/results" 2>"$scratch/err"; then
    x509_lines "$leftovers" "$scratch/results" >"$scratch/lines"
    tally "$scratch/lines"
    [ "$(wc -l <"$scratch/results")" -eq "$(grep -c . "$shared/x509/index.txt")" ] ||
        fail x509 "not every case was judged" "$scratch/err"
    # with no left-overs allowed, and with every case one, a wrong list is seen
    awk -F '\t' '{ print $1 }' "$scratch/results" >"$scratch/all"
    x509_lines "$scratch/all" "$scratch/results" >"$scratch/lines"
    if ! grep -q '^FAIL .*: judged right now' "$scratch/lines"; then
        fail x509-bites "a left-over that is none was not seen"
    elif grep -q '^known: ' "$scratch/lines" &&
        ! x509_lines /dev/null "$scratch/results" | grep -q '^FAIL .*: wanted reject'; then
        fail x509-bites "a wrong verdict was not seen"
    else
        ok x509-bites
    fi
else
    fail x509 "exit $?" "$scratch/err"
fi

if [ ! -f "$shared/x509/index.txt" ]; then
    skip oracle "shared cases missing"
elif [ ! -x "$HTTPSC_BUILD/vectors/x509_minimal" ]; then
    fail oracle "it does not compile" "$HTTPSC_BUILD/vectors/x509_minimal.build.log"
elif "$HTTPSC_BUILD/vectors/x509_minimal" "$shared/x509" <"$shared/x509/index.txt" \
    >"$scratch/oracle" 2>"$scratch/err"; then
    oracle_lines "$leftovers" "$scratch/results" "$scratch/oracle" >"$scratch/lines"
    tally "$scratch/lines"
    if [ "$(wc -l <"$scratch/results")" -ne "$(wc -l <"$scratch/oracle")" ]; then
        fail oracle "the two did not judge the same cases"
    elif ! grep -q '	accept	' "$scratch/oracle" || ! grep -q '	reject	' "$scratch/oracle"; then
        fail oracle "BearSSL tells nothing apart"
    elif ! grep -q '^FAIL ' "$scratch/lines"; then
        ok oracle
    fi
    # were all cases to be rejected, and no left-over known, each that we accept alone is seen
    sed 's/	accept	reject	/	reject	reject	/' "$scratch/oracle" >"$scratch/wrong"
    if oracle_lines /dev/null "$scratch/results" "$scratch/wrong" | grep -q '^FAIL oracle/' &&
        oracle_lines "$scratch/all" "$scratch/results" "$scratch/wrong" | grep -q '^known: '; then
        ok oracle-bites
    else
        fail oracle-bites "a verdict of ours that BearSSL rightly has otherwise was not seen"
    fi
else
    fail oracle "exit $?" "$scratch/err"
fi

set -- "$shared"/wycheproof/*.json
if [ ! -f "$1" ]; then
    skip crypto "shared vectors missing"
elif [ ! -x "$HTTPSC_BUILD/vectors/crypto_vectors" ]; then
    fail crypto "it does not compile" "$HTTPSC_BUILD/vectors/crypto_vectors.build.log"
else
    "$HTTPSC_BUILD/vectors/crypto_vectors" "$@" >"$scratch/results" 2>"$scratch/err"
    code=$?
    if [ "$code" -gt 1 ] || [ ! -s "$scratch/results" ]; then
        fail crypto "exit $code" "$scratch/err"
    fi
    crypto_lines "$scratch/results" >"$scratch/lines"
    tally "$scratch/lines"
    if [ "$code" -eq 1 ] && ! grep -q '^FAIL ' "$scratch/lines"; then
        fail crypto "exit 1, and no test that failed"
    fi
    sed '1s/[a-z]*$/fail/' "$scratch/results" >"$scratch/wrong"
    if crypto_lines "$scratch/wrong" | grep -q '^FAIL crypto/'; then
        ok crypto-bites
    else
        fail crypto-bites "a failed test was not seen"
    fi
fi
finish
