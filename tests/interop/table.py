#!/usr/bin/env python3
"""The interoperation table: a row a server, a column a feature, and each cell an exchange.

    tests/interop/table.py [--write FILE] [--only TEXT] [--servers six|jsse|NAME]

Prints "ok", "FAIL" or "skip" for each cell, and writes FILE, docs/INTEROP.md, where all servers were
there. A cell is "yes" when a page came over a verified connection and the fact was seen: on our side
by httpsc_tls_facts, on the way by a relay that reads the records' headers and hellos, and on the
server's where it tells. Exit 1 when a server that can do it did not get its "yes".

HTTPSC_BUILD has interop/probe; scratch files go below it.
"""
import argparse
import json
import os
import subprocess
import sys

import certificates
import mutual
import servers
from relay import Relay
from servers import Broken, Cannot

BUILD = os.path.abspath(os.environ.get("HTTPSC_BUILD", "build"))
PLACE = os.path.join(BUILD, "interop-servers")
BOTH = ("1.3", "1.2")
SMALL_MAX = 512 + 32  # an AEAD's expansion, and the content type of 1.3


class Result:
    """Of one exchange: the probe's answers, the server's word, the connections on the way."""

    def __init__(self, answers, seen, connections):
        self.answers = answers
        self.seen = seen
        self.connections = connections


def say_no(text):
    raise AssertionError(text)


def expect(what, got, wanted):
    if got != wanted:
        say_no("%s is %r, not %r" % (what, got, wanted))


# ---- what each feature asks for, beside a page over a verified connection of that version

def check_retry(name):
    def check(result):
        expect("group", result.answers[0]["group"], name)
        expect("HelloRetryRequests on the way", result.connections[0].retries, 1)
        expect("round trips", result.answers[0]["round_trips"], 2)
    return check


def check_resumed(result):
    expect("resumed", [one["resumed"] for one in result.answers], [0, 1])
    expect("resumed, says the server", [one["resumed"] for one in result.seen], [False, True])
    expect("scheme of the resumed", result.answers[1]["scheme"], "")


def check_client(name):
    def check(result):
        expect("certificate requested", result.answers[0]["requested"], 1)
        expect("certificate sent", result.answers[0]["sent"], 1)
        expect("the client, says the server", result.seen[0]["client"], name)
    return check


def check_scheme(prefix):
    def check(result):
        if not result.answers[0]["scheme"].startswith(prefix):
            say_no("signature scheme %s" % result.answers[0]["scheme"])
    return check


def check_suite(text):
    def check(result):
        if text not in result.answers[0]["suite"]:
            say_no("suite %s" % result.answers[0]["suite"])
    return check


def check_no_ems(result):
    expect("extended_master_secret in the ServerHello",
           [one.has_ems for one in result.connections], [False, False])
    expect("resumed", [one["resumed"] for one in result.answers], [0, 0])


def check_small(result):
    connection = result.connections[0]
    if connection.longest > SMALL_MAX or connection.protected < 4 or \
            len(result.answers[0]["body"]) <= 512:
        say_no("%d protected records, the longest of %d bytes" % (connection.protected,
                                                                  connection.longest))


def check_nothing(_):
    pass


class Feature:
    def __init__(self, name, versions, check=check_nothing, cert="p256", num=1, client=(),
                 **wish):
        self.name = name
        self.versions = versions
        self.check = check
        self.cert = cert
        self.num = num
        self.client = client
        self.wish = wish


def chain(kind, name, prefix):
    return Feature("chain of " + name, BOTH, check_scheme(prefix), cert=kind)


FEATURES = [
    Feature("1.3", ("1.3",)),
    Feature("1.2", ("1.2",)),
    Feature("HelloRetryRequest, only P-256", ("1.3",), check_retry("secp256r1"), group="P-256"),
    Feature("HelloRetryRequest, only P-384", ("1.3",), check_retry("secp384r1"), group="P-384"),
    Feature("HelloRetryRequest, only P-521", ("1.3",), check_retry("secp521r1"), group="P-521"),
    Feature("resumption in 1.3", ("1.3",), check_resumed, num=2, resume=True),
    Feature("resumption in 1.2", ("1.2",), check_resumed, num=2, resume=True),
    Feature("client certificate, RSA", BOTH, check_client("alice"), client=("alice",),
            required=True),
    Feature("client certificate, EC", BOTH, check_client("bob"), client=("bob",), required=True),
    Feature("KeyUpdate by the server", ("1.3",), key_update=True),
    Feature("1.2, the server's preference, RSA (PSS)", ("1.2",), check_scheme("rsa_pss_rsae_"),
            cert="rsa2048", preference=True),
    chain("p256", "ECDSA P-256", "ecdsa_secp256r1_sha256"),
    chain("p384", "ECDSA P-384", "ecdsa_"),
    chain("p521", "ECDSA P-521", "ecdsa_"),
    chain("rsa2048", "RSA 2048", "rsa_p"),
    chain("rsa3072", "RSA 3072", "rsa_p"),
    chain("rsa4096", "RSA 4096", "rsa_p"),
    Feature("ChaCha20 only", BOTH, check_suite("CHACHA20"), suite="chacha20"),
    Feature("AES-256 only", BOTH, check_suite("AES_256_GCM"), suite="aes256"),
    Feature("no extended_master_secret", ("1.2",), check_no_ems, num=2, no_ems=True),
    Feature("512-byte fragments", BOTH, check_small, cert="rsa2048",
            client=("--max-record", "512"), small=True),
]


# ---- one exchange

def probe(words):
    return subprocess.Popen([os.path.join(BUILD, "interop", "probe")] + words,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def answers_of(process):
    try:
        text = process.communicate(timeout=60)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise Broken("the probe does not end")
    return [json.loads(line) if line.startswith("{") else say_no(line)
            for line in text.splitlines()]


def client_words(feature, version):
    words = ["client", "--cacert", os.path.join(PLACE, feature.cert + "-root.pem"),
             "--min", "1.2", "--max", "1.3" if feature.wish.get("either") else version]
    for one in feature.client:
        if one in ("alice", "bob"):
            words += ["--cert", os.path.join(PLACE, one + ".pem"),
                      "--key", os.path.join(PLACE, one + ".key")]
        else:
            words.append(one)
    return words


def exchange(server, feature, version):
    wish = dict(feature.wish, version=version, cert=os.path.join(PLACE, feature.cert))
    if "alice" in feature.client or "bob" in feature.client:
        wish["client_ca"] = os.path.join(PLACE, "clients.pem")
    server.start(wish)
    relay = Relay(server.address)
    try:
        # a long path: NSS's page is the request
        url = "https://localhost:%d/%s" % (relay.port, "x" * 1500 if wish.get("small") else "")
        words = client_words(feature, version)
        words += ["--connect-to", "127.0.0.1:%d" % relay.port] + ["get", "0", url] * feature.num
        process = probe(words)
        if isinstance(server, servers.OpenSSL) and wish.get("key_update"):
            server.answer_with_key_updates()
        answers = answers_of(process)
        expect("answers", len(answers), feature.num)
        for one in answers:
            expect("code", (one["code"], one["text"]), ("OK", ""))
            expect("status, version and verified", (one["status"], one["version"], one["verified"]),
                   (200, "TLSv" + version, 1))
        if wish.get("key_update") and isinstance(server, servers.Jsse):
            server.await_log("Produced KeyUpdate post-handshake message")
        seen = [] if wish.get("key_update") else server.seen(answers)
        return Result(answers, seen, relay.connections)
    finally:
        relay.close()
        server.stop()


class Table:
    def __init__(self):
        self.cells = {}  # (server, feature): text
        self.notes = []
        self.num_failed = 0

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
        return self.notes.index(text) + 1

    def fail(self, label, why):
        self.num_failed += 1
        lines = str(why).splitlines() or ["?"]
        print("FAIL %s: %s" % (label, lines[0]))
        for line in lines[1:12]:
            print("    " + line)

    def run_cell(self, server, feature):
        done, left = [], []
        for version in feature.versions:
            label = "%s, %s, %s" % (server.name, feature.name, version)
            try:
                feature.check(exchange(server, feature, version))
                done.append(version)
                print("ok " + label)
            except Cannot as why:
                left.append((version, "(%d)" % self.note(str(why))))
                print("ok %s: it cannot: %s" % (label, why))
            except (AssertionError, Broken, OSError, KeyError, IndexError) as why:
                self.fail(label, why)
                left.append((version, "FAILED"))
            sys.stdout.flush()
        if not left:
            text = "yes"
        elif done:
            text = "%s yes, %s no %s" % (done[0], left[0][0], left[0][1])
        else:
            text = "no " + ", ".join(sorted({note for _, note in left}))
        self.cells[server.name, feature.name] = text


HEAD = """# Interoperation

Written by `make interop`, which runs all of it; edit tests/interop/table.py instead. Each cell is an
exchange with that server, started for it: a page came over a verified connection, and the fact was
seen by our client (`httpsc_tls_facts`), on the way (a relay reads record headers and hellos), and in
what the server itself says of resumption and of the client. Where a cell is of both versions, "yes"
means both. What a server cannot do says why at the end.

"""


def write(path, table, rows, mutual_rows):
    lines = [HEAD]
    lines.append("| server | " + " | ".join(one.name for one in FEATURES) + " |\n")
    lines.append("|---" * (len(FEATURES) + 1) + "|\n")
    for row in rows:
        cells = [table.cells[row.name, one.name] for one in FEATURES]
        lines.append("| %s %s | %s |\n" % (row.name, row.version(), " | ".join(cells)))
    lines.append(mutual.TEXT)
    lines.append("| server | version | " + " | ".join(mutual.COLUMNS) + " |\n")
    lines.append("|---" * (len(mutual.COLUMNS) + 2) + "|\n")
    for row in mutual_rows:
        lines.append("| " + " | ".join(row) + " |\n")
    lines.append("\n## What they cannot do\n\n")
    for number, text in enumerate(table.notes, 1):
        lines.append("%d. %s\n" % (number, text))
    with open(path, "w") as file:
        file.write("".join(lines))
    print("wrote " + path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--write")
    parser.add_argument("--only", default="")
    parser.add_argument("--servers", default="")
    options = parser.parse_args()
    os.makedirs(PLACE, exist_ok=True)
    certificates.make(PLACE)
    table = Table()
    rows, mutual_rows = [], []
    for kind in servers.ALL:
        if options.servers not in kind.name:
            continue
        if not kind.is_there():
            table.fail(kind.name, "%s is not installed" % kind.program)
            continue
        server = kind(PLACE)
        rows.append(kind)
        for feature in FEATURES:
            if options.only in feature.name:
                table.run_cell(server, feature)
        if kind in servers.SIX and options.only in "mutual TLS":
            mutual_rows += mutual.run(server, PLACE, table, probe, answers_of)
    if options.write and table.num_failed == 0:
        write(options.write, table, rows, mutual_rows)
    return 1 if table.num_failed else 0


if __name__ == "__main__":
    sys.exit(main())
