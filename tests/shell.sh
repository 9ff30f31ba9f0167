# What the shell tests share. A test script begins with
#
#     . "$(dirname "$0")/../shell.sh"
#
# and prints one line a check with ok, fail or skip. $scratch is a directory that goes away.
# shellcheck shell=sh

set -u
LC_ALL=C
export LC_ALL

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
cd "$root" || exit 1

num_failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/httpsc-test.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

ok()
{
    echo "ok $1"
}

# fail NAME WHY [FILE]: with the first lines of a log
fail()
{
    echo "FAIL $1: $2"
    if [ -n "${3-}" ]; then
        head -n 12 "$3" | sed 's/^/    /'
    fi
    num_failed=$((num_failed + 1))
}

skip()
{
    echo "skip $1: $2"
}

# succeeds NAME COMMAND...
succeeds()
{
    succeeds_name=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then
        ok "$succeeds_name"
    else
        fail "$succeeds_name" "exit $?: $*" "$scratch/log"
    fi
}

# fails_with NAME TEXT COMMAND...: it must fail, and say the text
fails_with()
{
    fails_name=$1
    fails_text=$2
    shift 2
    if "$@" >"$scratch/log" 2>&1; then
        fail "$fails_name" "this succeeded: $*"
    elif grep -qF -- "$fails_text" "$scratch/log"; then
        ok "$fails_name"
    else
        fail "$fails_name" "the message has no \"$fails_text\"" "$scratch/log"
    fi
}

# The last line of a script.
finish()
{
    [ "$num_failed" -eq 0 ]
    exit
}
