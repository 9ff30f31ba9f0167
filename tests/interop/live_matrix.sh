#!/bin/sh
# The live matrix: every way in which a server's certificate can be wrong, or the client's, served
# by nginx in TLS 1.3 and 1.2; see live_matrix.py. curl's column where curl is there.
. "$(dirname "$0")/../cli/servers.inc"
need nginx python3
python3 tests/interop/live_matrix.py --check docs/CONFORMANCE.md --place "$scratch"
