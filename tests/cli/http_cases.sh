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

# play PREFIX ARGUMENTS...: a line a case
play()
{
    prefix=$1
    shift
    rm -f "$scratch/result.json"
    python3 "$cases" --client "'$httpsc' --machine --allow-http {args} {url}" \
        --strength must --json "$scratch/result.json" "$@" >"$scratch/log" 2>&1
    if [ ! -s "$scratch/result.json" ]; then
        fail "$prefix" "the runner failed" "$scratch/log"
        return
    fi
    python3 - "$prefix" "$scratch/result.json" <<'END' | tee "$scratch/lines"
import json, sys
for case in json.load(open(sys.argv[2])):
    name = sys.argv[1] + '/' + case['name']
    why = ' | '.join(case['why']).replace('\n', ' ')[:400]
    if case['result'] == 'fail':
        print('FAIL %s: %s' % (name, why or 'no reason given'))
    elif case['result'] == 'skip':
        if why != 'not a TLS case':
            print('skip %s: %s' % (name, why))
    else:
        print('ok ' + name)
END
    num_failed=$((num_failed + $(grep -c '^FAIL ' "$scratch/lines")))
}

play plain
play tls --tls
finish
