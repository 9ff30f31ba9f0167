#!/bin/sh
# The bare-metal example on a Cortex-M4 under QEMU: verified GETs in TLS 1.3 and 1.2 from real
# servers, and what they take of flash, RAM and stack. `make bare` runs it; the figures go into
# docs/BARE_METAL.md.
# shellcheck source=tests/shell.sh
. "$(dirname "$0")/../shell.sh"

certs=${HTTPSC_TEST_CERTS:-$root/build/test/certs}
[ -s "$certs/ca.pem" ] || sh tests/certs.sh "$certs" || fail "certificates" "tests/certs.sh failed"

tree=$(tools/bearssl.sh source 2>"$scratch/log") && command -v qemu-system-arm >/dev/null &&
    command -v arm-none-eabi-gcc >/dev/null || {
    skip "bare metal" "no arm-none-eabi-gcc, no qemu-system-arm, or no BearSSL source"
    finish
}

flash_max=$((96 * 1024))
ram_full_max=$((40 * 1024))
ram_small_max=$((20 * 1024))

server=
stop_server()
{
    [ -z "$server" ] || kill "$server" 2>/dev/null
    server=
}
trap 'stop_server; rm -rf "$scratch"' EXIT

# Two roots: the tests' own, and one of the world's.
cat "$certs/ca.pem" /usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt >"$scratch/roots.pem"
succeeds "a bundle with two roots" ./amalgamate.sh --bundle --bearssl "$tree" \
    --anchors "$scratch/roots.pem" -o "$scratch/httpsc.h"

# What the board does without. TLS 1.2 and 1.3 are both there.
switches="-DHTTPSC_SMALL_EC"
for feature in CLIENT_CERTS PROXY DIGEST COOKIES UPLOADS SESSIONS CRLS TRACE CHACHA20 ERROR_TEXT; do
    switches="$switches -DHTTPSC_NO_$feature"
done

# build NAME BYTES: the example with a block of so many bytes
build()
{
    # words
    # shellcheck disable=SC2086
    succeeds "$1: built, a block of $2 bytes" arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Os \
        -std=c99 -Wall -Wextra -Werror -ffunction-sections -fdata-sections \
        -fno-tree-loop-distribute-patterns $switches "-DBARE_BLOCK=$2" -I"$scratch" -nostdlib \
        -T examples/bare_metal/mps2.ld -Wl,--gc-sections -o "$scratch/$1.elf" \
        examples/bare_metal/main.c examples/bare_metal/board.c examples/bare_metal/text.c -lgcc
    flash=$(arm-none-eabi-size "$scratch/$1.elf" | awk 'NR == 2 { print $1 + $2 }')
    if [ "${flash:-0}" -gt 50000 ] && [ "$flash" -le $flash_max ]; then
        ok "$1: flash $flash bytes, at most $flash_max"
    else
        fail "$1: flash" "${flash:-no} bytes, and $flash_max is the most"
    fi
}

# begin COMMAND...: starts a server, with a port put behind its words; sets port
begun=
begin()
{
    for try in 1 2 3 4 5 6 7 8; do
        port=$((20000 + ($$ * 7 + try * 911 + ${#begun} * 131) % 30000))
        begun=$begun.
        where="--port $port"
        [ "$1" != openssl ] || where="-accept 127.0.0.1:$port"
        # words
        # shellcheck disable=SC2086
        (cd "$scratch/pages" && exec "$@" $where >"$scratch/server.log" 2>&1 </dev/null) &
        server=$!
        for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            kill -0 "$server" 2>/dev/null || break
            if openssl s_client -connect "127.0.0.1:$port" </dev/null >/dev/null 2>&1; then
                return 0
            fi
            sleep 0.2
        done
        stop_server
    done
    fail "a server" "none started: $*" "$scratch/server.log"
    return 1
}

# board ELF: its host gives the time and random bytes, and hears what came
board()
{
    printf '%s %s\n' "$(date +%s)" "$(od -An -v -tx1 -N128 /dev/urandom | tr -d ' \n')" |
        timeout 60 qemu-system-arm -M mps2-an386 -display none -monitor none \
            -semihosting-config enable=on,target=native -serial "tcp:127.0.0.1:$port" \
            -serial stdio -kernel "$scratch/$1.elf" >"$scratch/board.log" 2>&1
}

# gets NAME ELF VERSION RAM-MAX BODY: a verified GET with that in its body, within so much RAM
gets()
{
    board "$2"
    status=$?
    ram=$(awk '/^record/ { print $4 + $6 + $10 }' "$scratch/board.log")
    if [ "$status" -ne 0 ] || ! grep -q "^status 200 $3 .* verified" "$scratch/board.log" ||
        ! grep -q "$5" "$scratch/board.log"; then
        fail "$1" "exit $status" "$scratch/board.log"
    elif [ "${ram:-99999999}" -gt "$4" ]; then
        fail "$1: RAM" "$ram bytes, and $4 is the most" "$scratch/board.log"
    else
        ok "$1: RAM $ram bytes, at most $4 ($(grep '^record' "$scratch/board.log"))"
    fi
}

# refuses NAME ELF CODE: no GET, but this code
refuses()
{
    board "$2"
    status=$?
    if [ "$status" -eq 1 ] && grep -q "failed, code $3\$" "$scratch/board.log"; then
        ok "$1: code $3"
    else
        fail "$1" "exit $status, not 1 and code $3" "$scratch/board.log"
    fi
}

mkdir -p "$scratch/pages"
echo "hello from the host" >"$scratch/pages/hello"
build full 30720
build small 14080
build tiny 8192

# Records of 16384 bytes, and records of 512: OpenSSL keeps to max_fragment_length, GnuTLS to
# record_size_limit.
for version in 3 2; do
    for chain in good good-rsa; do
        if begin openssl s_server -WWW -quiet "-tls1_$version" -cert "$certs/$chain.pem" \
            -cert_chain "$certs/$chain.pem" -key "$certs/$chain.key"; then
            name="OpenSSL, TLSv1.$version, chain $chain"
            gets "$name, records of 16384" full "TLSv1.$version" $ram_full_max "hello from"
            gets "$name, records of 512" small "TLSv1.$version" $ram_small_max "hello from"
        fi
        stop_server
    done
    if begin gnutls-serv --http --quiet --x509certfile "$certs/good.pem" --x509keyfile \
        "$certs/good.key" --priority "NORMAL:-VERS-ALL:+VERS-TLS1.$version"; then
        name="GnuTLS, TLSv1.$version"
        gets "$name, records of 16384" full "TLSv1.$version" $ram_full_max "GnuTLS"
        gets "$name, records of 512" small "TLSv1.$version" $ram_small_max "GnuTLS"
    fi
    stop_server
done

# What is refused: another host's certificate, another CA's, a block that is too small.
for refused in wrongname:602 selfsigned:605; do
    chain=${refused%:*}
    if begin openssl s_server -WWW -quiet -cert "$certs/$chain.pem" -cert_chain \
        "$certs/$chain.pem" -key "$certs/$chain.key"; then
        refuses "$chain" full "${refused#*:}"
        refuses "$chain, records of 512" small "${refused#*:}"
        refuses "a block of 8192 bytes" tiny 17
    fi
    stop_server
done
finish
