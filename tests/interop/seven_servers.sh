#!/bin/sh
# The interoperation table (table.py), all servers and features of it: of make test-all, since the
# gate has neither Go nor Java. The gate's own columns are servers.sh.
. "$(dirname "$0")/../cli/servers.inc"
if [ -z "${HTTPSC_TEST_FULL-}" ]; then
    skip table "of make test-all and make interop: it needs Go, Java and NSS's tools"
    finish
fi
need python3
python3 tests/interop/table.py
