#!/bin/sh
# What SYSTEM means on Windows: the ROOT store and the embedded roots, less what is disallowed. And
# paths, which are UTF-8.
#
#   tests/platforms/windows.sh CLIENT STORE     run.sh calls it; STORE runs windows_store.c
# shellcheck source=tests/bundle/servers.inc
. "$(dirname "$0")/../bundle/servers.inc"

client=$1 store=$2
ca=$scratch/ca.der
openssl x509 -in "$certs/ca.pem" -outform DER -out "$ca"

counts()
{
    timeout 120 "$store" count </dev/null 2>&1 | tr -d '\r' >"$scratch/counts"
    num_root=$(sed -n 's/^ROOT //p' "$scratch/counts")
    num_trusted=$(sed -n 's/^trusted //p' "$scratch/counts")
    num_embedded=$(sed -n 's/^embedded //p' "$scratch/counts")
}

counts
if [ "${num_root:-0}" -gt 0 ] && [ "${num_embedded:-0}" -gt 100 ] &&
    [ "$num_trusted" -le $((num_root + num_embedded)) ] &&
    [ "$num_trusted" -gt "$num_embedded" ]; then
    ok "ROOT has $num_root, EMBEDDED $num_embedded, together $num_trusted are trusted"
else
    fail "the ROOT store counted" "it is not" "$scratch/counts"
fi
(cd "$scratch" && LC_ALL=C.UTF-8 && export LC_ALL && timeout 120 "$store" paths ca.der) \
    </dev/null >"$scratch/paths" 2>&1 && ok "paths are UTF-8" ||
    fail "paths are UTF-8" "see below" "$scratch/paths"
before=$num_trusted
for version in tls1_3 tls1_2; do
    serve $version || continue
    url=https://localhost:$port/hello-$version
    says "$version: a CA that is in no store" 1 "unable to get local issuer" "$client" --machine "$url"
    succeeds "into ROOT" "$store" add ROOT "$ca"
    counts
    [ "${num_trusted:-0}" -eq $((before + 1)) ] && ok "one more is trusted" ||
        fail "one more is trusted" "$before before" "$scratch/counts"
    says "$version: verified by ROOT" 0 "hello over $version" "$client" --machine "$url"
    succeeds "into Disallowed" "$store" add Disallowed "$ca"
    counts
    [ "${num_trusted:-0}" -eq "$before" ] && ok "and it is not any more" ||
        fail "and it is not any more" "$before before" "$scratch/counts"
    says "$version: ROOT less Disallowed" 1 "unable to get local issuer" \
        "$client" --machine "$url"
    succeeds "out of Disallowed" "$store" remove Disallowed "$ca"
    says "$version: verified again" 0 "hello over $version" "$client" --machine "$url"
    succeeds "out of ROOT, and in again" "$store" remove ROOT "$ca"
    succeeds "for programs alone" "$store" restrict ROOT "$ca"
    says "$version: a root that is not for servers" 1 "unable to get local issuer" \
        "$client" --machine "$url"
    succeeds "out of ROOT" "$store" remove ROOT "$ca"
done
finish
