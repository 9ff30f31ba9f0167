#!/bin/sh
# What servers and a proxy see of credentials, certificates and cookies when a redirect, a proxy or a
# kept connection leads from one origin to another: docs/CREDENTIALS.md, row by row.
# shellcheck source=tests/cli/servers.inc
. "$(dirname "$0")/../cli/servers.inc"
need python3

if ! ${CC:-cc} -O1 -I"$HTTPSC_BUILD/include" tests/interop/credentials.c -o "$scratch/client" \
    -lbearssl -pthread >"$scratch/log" 2>&1; then
    fail credentials "its client does not compile" "$scratch/log"
    finish
fi
python3 tests/interop/credentials.py "$scratch/client" "$certs" docs/CREDENTIALS.md \
    >"$scratch/out" 2>&1
code=$?
cat "$scratch/out"
num_rows=$(grep -c '^ok ' "$scratch/out")
is_true credentials-end "exit $code" [ "$code" -eq 0 ]
is_true credentials-rows "$num_rows rows" [ "$num_rows" -ge 135 ]
finish
