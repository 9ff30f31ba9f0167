#!/bin/sh
# Raw HTTP/1.1 responses that other clients are tested with, kept beside the repository.
. "$(dirname "$0")/servers.inc"

cases=${HTTPSC_SHARED-}/http/run.py
if [ ! -f "$cases" ]; then
    skip http_cases "shared cases missing"
    finish
fi
need python3 openssl

CASE_CERTS=$scratch/certs
LSAN_OPTIONS=exitcode=134
export CASE_CERTS LSAN_OPTIONS

# play PREFIX STRENGTH ARGUMENTS...: a line a case. One that only should pass fails where
# docs/CONFORMANCE.md names it as a choice, and nowhere else.
play()
{
    prefix=$1
    strength=$2
    shift 2
    rm -f "$scratch/result.json"
    set -- python3 tests/cli/http_cases.py "$cases" \
        --client "'$httpsc' --machine --allow-http {args} {url}" --strength $strength "$@"
    "$@" --json "$scratch/result.json" >"$scratch/log" 2>&1
    if [ ! -s "$scratch/result.json" ]; then
        fail "$prefix" "the runner failed" "$scratch/log"
        return
    fi
    python3 - "$prefix" "$scratch/result.json" docs/CONFORMANCE.md <<'END' |
import json, re, sys

chosen = set(re.findall(r'^\| `([^`]+)` \| \d{4}, ', open(sys.argv[3]).read(), re.M))
if len(chosen) > 20:
    print('FAIL %s-choices: %d are too many' % (sys.argv[1], len(chosen)))
for case in json.load(open(sys.argv[2])):
    name = sys.argv[1] + '/' + case['name']
    why = ' | '.join(case['why']).replace('\n', ' ')[:400]
    if case['strength'] == 'should' and case['name'] in chosen and case['result'] != 'skip':
        if case['result'] == 'fail':
            print('ok %s (not passed, by choice)' % name)
        else:
            print('FAIL %s: passes, so it is no choice of docs/CONFORMANCE.md' % name)
    elif case['result'] == 'fail':
        print('FAIL %s: %s' % (name, why or 'no reason given'))
    elif case['result'] == 'skip':
        if why != 'not a TLS case':
            print('skip %s: %s' % (name, why))
    else:
        print('ok ' + name)
END
        tee "$scratch/lines"
    num_failed=$((num_failed + $(grep -c '^FAIL ' "$scratch/lines")))
}

play plain must
play tls must --tls
play should-plain should
play should-tls should --tls
finish
