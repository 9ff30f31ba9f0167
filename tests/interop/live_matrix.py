#!/usr/bin/env python3
"""The live matrix: every way in which a certificate can be wrong, the server's or the client's,
with curl beside us.

    live_matrix.py --place DIR [--check FILE | --write FILE]

nginx serves the certificates of HTTPSC_TEST_CERTS on Unix sockets below DIR, one a row and version;
OpenSSL's s_server those rows in which the handshake itself is to refuse the client, which nginx
does with a page. Each row has the code that it must end with. Prints "ok", "FAIL" or "skip" for
each. --write puts the table between the markers of FILE (docs/CONFORMANCE.md), --check wants it to
be there as it is, our column at least where there is no curl.

HTTPSC_BUILD has interop/probe.
"""
import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

CERTS = os.environ["HTTPSC_TEST_CERTS"]
PROBE = os.path.join(os.environ["HTTPSC_BUILD"], "interop", "probe")
VERSIONS = ("1.3", "1.2")
BEGIN = "<!-- live matrix: begin -->\n"
END = "<!-- live matrix: end -->\n"
NO_CURL = None


class Row:
    """name; the server's certificate; what we are to say; and where curl may differ in accepting,
    one sentence why. client: the identity shown. ask: optional or required, of nginx; handshake: of
    s_server, which refuses at once."""

    def __init__(self, name, cert, code, why="", host="localhost", crl=False, client="", ask=""):
        self.name = name
        self.cert = cert
        self.code = code
        self.why = why
        self.host = host
        self.crl = crl
        self.client = client
        self.ask = ask


OK = "OK"
NO_CERT = "OK, 403 NONE"
WRONG = "OK, 403 FAILED:self-signed certificate in certificate chain"
OVER = "OK, 403 FAILED:certificate has expired"
ROWS = [
    Row("right", "good", OK),
    Row("right, RSA", "good-rsa", OK),
    Row("expired", "expired", "ERR_CERT_EXPIRED"),
    Row("not yet valid", "notyet", "ERR_CERT_NOT_YET_VALID"),
    Row("wrong name", "wrongname", "ERR_CERT_NAME_MISMATCH"),
    Row("self-signed", "selfsigned", "ERR_CERT_SELF_SIGNED"),
    Row("untrusted root", "untrusted", "ERR_CERT_UNKNOWN_ISSUER"),
    Row("incomplete chain", "nochain", "ERR_CERT_INCOMPLETE_CHAIN"),
    Row("chain out of order, with extra certificates", "shuffled", OK),
    Row("signed with SHA-1", "sha1", "ERR_CERT_WEAK"),
    Row("RSA of 1024 bits", "weak-rsa1024", "ERR_CERT_WEAK"),
    Row("wrong keyUsage", "wrongusage", "ERR_CERT_KEY_USAGE",
        "curl with OpenSSL does not look whether the key may sign (RFC 5280, 4.2.1.3)."),
    Row("wrong extKeyUsage", "clientauth", "ERR_CERT_KEY_USAGE"),
    Row("name constraint kept", "constrained-kept", OK, host="other.example"),
    Row("name constraint violated", "constrained", "ERR_CERT_CONSTRAINT"),
    Row("IP address in subjectAltName", "good", OK, host="127.0.0.1"),
    Row("IP address not in subjectAltName", "noaddress", "ERR_CERT_NAME_MISMATCH",
        host="127.0.0.1"),
    Row("wildcard kept", "good", OK, host="a.wild.test"),
    Row("wildcard violated, two labels", "good", "ERR_CERT_NAME_MISMATCH", host="a.b.wild.test"),
    Row("wildcard violated, no label", "good", "ERR_CERT_NAME_MISMATCH", host="wild.test"),
    Row("commonName only", "cnonly", "ERR_CERT_NAME_MISMATCH",
        "curl with OpenSSL reads the commonName where there is no subjectAltName; RFC 9525, 2 "
        "forbids it."),
    Row("revoked by CRL", "revoked", "ERR_CERT_REVOKED", crl=True),
    Row("not revoked by CRL", "good", OK,
        "curl wants a CRL of every issuer in the chain, the root's too; we look where there is one.",
        crl=True),
    Row("client certificate optional, missing", "good", "OK, 200 NONE", ask="optional"),
    Row("client certificate optional, right, RSA", "good", "OK, 200 SUCCESS",
        client="clientauth-rsa", ask="optional"),
    Row("client certificate optional, right, EC", "good", "OK, 200 SUCCESS", client="clientauth",
        ask="optional"),
    Row("client certificate optional, wrong", "good", WRONG, client="clientauth-ca2",
        ask="optional"),
    Row("client certificate required, missing", "good", NO_CERT, ask="required"),
    Row("client certificate required, wrong", "good", WRONG, client="clientauth-ca2",
        ask="required"),
    Row("client certificate required, expired", "good", OVER,
        client="clientauth-expired", ask="required"),
    Row("client certificate required, right, RSA", "good", "OK, 200 SUCCESS",
        client="clientauth-rsa", ask="required"),
    Row("client certificate required, right, EC", "good", "OK, 200 SUCCESS", client="clientauth",
        ask="required"),
    Row("the same in the handshake (s_server): missing", "good", "ERR_CLIENT_CERT_REQUIRED",
        ask="handshake"),
    Row("in the handshake: wrong", "good", "ERR_CLIENT_CERT_REFUSED", client="clientauth-ca2",
        ask="handshake"),
    Row("in the handshake: expired", "good", "ERR_CLIENT_CERT_REFUSED",
        client="clientauth-expired", ask="handshake"),
    Row("in the handshake: right", "good", OK, client="clientauth", ask="handshake"),
]


def cert(name):
    return os.path.join(CERTS, name)


# ---- nginx: a server block for each row and version

SERVER = """    server {
        listen unix:%(socket)s ssl;
        ssl_protocols TLSv%(version)s;
        ssl_ciphers DEFAULT:@SECLEVEL=0;
        ssl_certificate %(cert)s.pem;
        ssl_certificate_key %(cert)s.key;
%(ask)s        location / { return 200 "200 $ssl_client_verify"; }
        error_page 495 496 = @refused;
        location @refused { return 403 "403 $ssl_client_verify"; }
    }
"""


def socket_of(place, number, version):
    return os.path.join(place, "%d-%s" % (number, version))


def start_nginx(place):
    blocks = []
    for number, row in enumerate(ROWS):
        for version in VERSIONS:
            if row.ask == "handshake":
                continue
            ask = ""
            if row.ask:
                ask = "        ssl_client_certificate %s;\n        ssl_verify_depth 2;\n" \
                      "        ssl_verify_client %s;\n" % (
                          cert("ca.pem"), "on" if row.ask == "required" else "optional")
            blocks.append(SERVER % {"socket": socket_of(place, number, version),
                                    "version": version, "cert": cert(row.cert), "ask": ask})
    conf = os.path.join(place, "matrix.conf")
    with open(conf, "w") as file:
        file.write("daemon off; master_process off; pid %(p)s/nginx.pid;\n"
                   "error_log %(p)s/error.log;\nevents { worker_connections 256; }\n"
                   "http {\n    access_log off; client_body_temp_path %(p)s;\n"
                   "    proxy_temp_path %(p)s; fastcgi_temp_path %(p)s; uwsgi_temp_path %(p)s;\n"
                   "    scgi_temp_path %(p)s;\n" % {"p": place})
        file.write("".join(blocks) + "}\n")
    process = subprocess.Popen(["nginx", "-p", place, "-c", conf], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    last = os.path.join(place, "nginx.pid")
    for _ in range(500):
        if os.path.exists(last):
            return process
        if process.poll() is not None:
            break
        time.sleep(0.02)
    process.kill()
    with open(os.path.join(place, "error.log")) as log:
        sys.exit("nginx does not start: " + log.read())


def start_openssl(row, version):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(
        ["openssl", "s_server", "-www", "-accept", "127.0.0.1:%d" % port,
         "-tls" + version.replace(".", "_"), "-cert", cert(row.cert + ".pem"),
         "-key", cert(row.cert + ".key"), "-cert_chain", cert("intermediate.pem"),
         "-Verify", "3", "-verify_return_error", "-CAfile", cert("ca.pem")],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while True:
        line = process.stdout.readline()
        if line.startswith(b"ACCEPT") or not line:
            return process, port


# ---- the two clients

def place_of(row, version, place, number, port):
    """Options of ours, and of curl's, for where to connect."""
    if row.ask == "handshake":
        to = "127.0.0.1:%d" % port
        return ["--connect-to", to], ["--connect-to", "::" + to]
    path = socket_of(place, number, version)
    return ["--unix", path], ["--unix-socket", path]


def ours(row, version, where):
    words = [PROBE, "client", "--cacert", cert("ca.pem")] + where
    if row.client:
        words += ["--cert", cert(row.client + ".pem"), "--key", cert(row.client + ".key")]
    if row.crl:
        words += ["--crl", cert("ca.crl")]
    done = subprocess.run(words + ["get", "0", "https://%s/" % row.host], capture_output=True,
                          text=True, timeout=60)
    if done.returncode != 0:
        return "the probe failed: " + done.stderr, ""
    answer = json.loads(done.stdout)
    if answer["code"] != OK:
        return answer["code"], answer["text"]
    if answer["version"] != "TLSv" + version or answer["verified"] != 1:
        return "not verified, or not in " + version, ""
    if row.ask in ("optional", "required"):
        return "OK, " + answer["body"], ""
    return OK, ""


def curls(row, version, where):
    words = ["curl", "-sS", "--max-time", "20", "--cacert", cert("ca.pem"), "--noproxy", "*",
             "--tlsv" + version, "--tls-max", version] + where
    if row.client:
        words += ["--cert", cert(row.client + ".pem"), "--key", cert(row.client + ".key")]
    if row.crl:
        words += ["--crlfile", cert("ca.crl")]
    done = subprocess.run(words + ["https://%s/" % row.host], capture_output=True, text=True)
    if done.returncode != 0:
        text = re.sub(r"^curl: \(\d+\) ", "", done.stderr.strip().splitlines()[0])
        text = re.sub(r"OpenSSL SSL_read: ", "", text)
        text = re.sub(r"OpenSSL/[\d.]+: ", "", text)
        text = re.sub(r"error:[0-9A-F]+:", "", text)
        return "%d: %s" % (done.returncode, re.sub(r", errno \d+$", "", text))
    if row.ask in ("optional", "required"):
        return "0, " + done.stdout
    return "0"


def is_accepted(verdict):
    return verdict in (OK, "0") or re.match(r"(OK|0), 200", verdict) is not None


def run_row(row, version, place, number, has_curl):
    process, port = start_openssl(row, version) if row.ask == "handshake" else (None, 0)
    try:
        our_place, curl_place = place_of(row, version, place, number, port)
        verdict, text = ours(row, version, our_place)
        other = curls(row, version, curl_place) if has_curl else NO_CURL
        return verdict, text, other
    finally:
        if process is not None:
            process.kill()
            process.wait()
            process.stdout.close()


# ---- the table

def table_of(results):
    lines = ["| certificate | version | httpsc | curl | why we differ |\n", "|---|---|---|---|---|\n"]
    for row, by_version in results:
        verdicts = set(by_version.values())
        for version, (our, other) in by_version.items():
            if len(verdicts) == 1 and version != VERSIONS[0]:
                continue
            shown = " and ".join(VERSIONS) if len(verdicts) == 1 else version
            why = row.why if other is not None and is_accepted(our) != is_accepted(other) else ""
            lines.append("| %s | %s | %s | %s | %s |\n" % (row.name, shown, our, other, why))
    return "".join(lines)


def between(text):
    if BEGIN not in text or END not in text:
        sys.exit("there are no markers")
    head, rest = text.split(BEGIN)
    table, tail = rest.split(END)
    return head, table, tail


def our_column(table):
    """name and verdicts, whatever curl says."""
    rows = {}
    for line in table.splitlines()[2:]:
        cells = [one.strip() for one in line.strip("|").split("|")]
        rows.setdefault(cells[0], set()).add(cells[2])
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--place", required=True)
    parser.add_argument("--check")
    parser.add_argument("--write")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    place = os.path.abspath(os.path.join(options.place, "matrix"))
    os.makedirs(place)
    has_curl = shutil.which("curl") is not None
    if not has_curl:
        print("skip curl's column: no curl")
    num_failed = 0
    results = []
    nginx = start_nginx(place)
    try:
        for number, row in enumerate(ROWS):
            by_version = {}
            for version in VERSIONS:
                label = "%s, %s" % (row.name, version)
                verdict, text, other = run_row(row, version, place, number, has_curl)
                by_version[version] = (verdict, other)
                if verdict != row.code:
                    print("FAIL %s: %s (%s), not %s" % (label, verdict, text, row.code))
                    num_failed += 1
                elif other is not None and is_accepted(verdict) != is_accepted(other) and \
                        not row.why:
                    print("FAIL %s: curl says %s, and nobody says why" % (label, other))
                    num_failed += 1
                else:
                    print("ok " + label)
            results.append((row, by_version))
    finally:
        nginx.terminate()
        nginx.wait()
    table = table_of(results)
    if options.write and not num_failed and has_curl:
        with open(options.write) as file:
            head, _, tail = between(file.read())
        with open(options.write, "w") as file:
            file.write(head + BEGIN + table + END + tail)
        print("wrote " + options.write)
    if options.check:
        with open(options.check) as file:
            kept = between(file.read())[1]
        if our_column(kept) != our_column(table):
            print("FAIL the table in %s: it is not what was seen; `make live-matrix` writes it" %
                  options.check)
            num_failed += 1
        else:
            print("ok the table in " + options.check)
    return 1 if num_failed else 0


if __name__ == "__main__":
    sys.exit(main())
