#!/bin/sh
# The quick part of the proof of the bundle; `make bundle` runs all of it.
exec sh "$(dirname "$0")/../bundle/run.sh" quick
