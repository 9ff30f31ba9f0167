#!/bin/sh
# DEFENCES R8: a verified GET, blocking or in steps, and the opening of its client with a bundle of
# roots, take at most 32 KB of stack each; what is planted beyond that is seen.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

max_bytes=32768
certs=$HTTPSC_TEST_CERTS
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$scratch"' EXIT

if ! gcc -O2 -I. -DHTTPSC_IMPLEMENTATION -x c -c httpsc.h -o "$scratch/implementation.o" \
    >"$scratch/log" 2>&1 ||
    ! gcc -O2 -Wall -Wextra -I. tests/compile/stack.c "$scratch/implementation.o" \
        -o "$scratch/stack" -lbearssl -pthread >>"$scratch/log" 2>&1; then
    fail builds "gcc -O2" "$scratch/log"
    finish
fi

# serve VERSION NAME: $port
serve()
{
    openssl s_server -www -accept 127.0.0.1:0 "$1" -cert "$certs/$2.pem" \
        -cert_chain "$certs/$2.pem" -key "$certs/$2.key" >"$scratch/server" 2>&1 &
    server_pid=$!
    port=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        port=$(sed -n 's/^ACCEPT.*:\([0-9]*\)$/\1/p' "$scratch/server")
        [ -z "$port" ] || return 0
        sleep 0.2
    done
    return 1
}

# is_shallow URL CA_FILE [plant]
is_shallow()
{
    "$scratch/stack" "$@" >"$scratch/log" 2>&1 || return 2
    awk -v max="$max_bytes" '$2 > max { deep = 1 } END { exit deep || NR != 3 }' "$scratch/log"
}

# the roots of the tests among as many as a system has
for ca in "$certs/ca.pem" "$certs/ca-p384.pem" "$certs/ca-rsa3072.pem"; do
    for copy in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
        echo "# $copy"
        cat "$ca"
    done
done >"$scratch/roots.pem"

for version in -tls1_3 -tls1_2; do
    for name in good deep-p384 deep-rsa3072; do
        serve $version $name || { fail server "does not start" "$scratch/server"; finish; }
        if is_shallow "https://localhost:$port/" "$scratch/roots.pem"; then
            ok "$version, $name: $(tr '\n' ' ' <"$scratch/log")bytes"
        else
            fail "$version, $name" "deeper than $max_bytes bytes" "$scratch/log"
        fi
        if [ $name = good ]; then
            is_shallow "https://localhost:$port/" "$scratch/roots.pem" plant
            if [ $? -eq 1 ]; then
                ok "$version: what is planted is seen"
            else
                fail "$version: what is planted is seen" "it is not" "$scratch/log"
            fi
        fi
        kill "$server_pid" 2>/dev/null
        wait "$server_pid" 2>/dev/null
        server_pid=
    done
done

finish
