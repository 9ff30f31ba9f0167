#!/bin/sh
# Verified GETs in TLS 1.3 and 1.2, and a refusal of each, with a command-line client.
#
#   tests/bundle/get.sh CLIENT
# shellcheck source=tests/bundle/servers.inc
. "$(dirname "$0")/servers.inc"

for version in tls1_3 tls1_2; do
    serve $version || continue
    says "$version" 0 "hello over $version" "$1" --machine --cacert "$certs/ca.pem" \
        "https://localhost:$port/hello-$version"
    says "$version: another CA" 1 "unable to get local issuer" "$1" --machine \
        --cacert "$certs/ca2.pem" "https://localhost:$port/hello-$version"
done
finish
