"""Mutual TLS with resumption: an identity never rides on another one's session or connection, by
the server's word. Clients of one process take turns: alice (RSA), bob (EC), nobody."""
import os

from relay import Relay
from servers import Broken, Cannot

TURNS = 3
NAMES = ["alice", "bob", ""]

TEXT = """
## Mutual TLS with resumption

Three clients of one process take turns at one server, three times: alice (RSA), bob (EC) and nobody.
The server's own log, or page, says who came each time, and whether a session was resumed or which
connection it was. First each request has a connection of its own: after the first turn all are
resumed, and always by whom the session is of. Then, where the server keeps connections, each client
has one, and no other ever comes over it. In between, sessions of one client are exported and offered
to the next, which takes none. Last, one client alone: alice, who is redirected to another origin,
where she is nobody, and goes there again as herself.

"""
COLUMNS = ["sessions", "connections", "sessions of another", "redirected"]


def expect(what, got, wanted):
    if got != wanted:
        raise AssertionError("%s:\n%r, not\n%r" % (what, got, wanted))


def words_of(place, name, version, port):
    words = ["client", "--cacert", os.path.join(place, "p256-root.pem"), "--max", version,
             "--connect-to", "127.0.0.1:%d" % port]
    if name:
        words += ["--cert", os.path.join(place, name + ".pem"),
                  "--key", os.path.join(place, name + ".key")]
    return words


def talk(server, place, version, probe, answers_of, make_words, num_redirects=0, **wish):
    """The probe's answers, those of requests alone, and what the server saw of each request."""
    server.start(dict(wish, version=version, cert=os.path.join(place, "p256"),
                      client_ca=os.path.join(place, "clients.pem")))
    relay = Relay(server.address)
    try:
        answers = answers_of(probe(make_words(relay.port)))
        pages = [one for one in answers if "carried" not in one]
        for one in pages:
            expect("code", (one["code"], one["text"]), ("OK", ""))
            expect("verified", (one["verified"], one["version"]), (1, "TLSv" + version))
        return answers, pages, server.seen(pages + pages[:num_redirects])
    finally:
        relay.close()
        server.stop()


def turns(place, version, port, carry):
    words = []
    for name in NAMES + NAMES[:1]:  # the last is alice once more
        words += words_of(place, name, version, port)
    for turn in range(TURNS):
        for number in range(len(NAMES)):
            words += ["get", str(number), "https://localhost:%d/" % port]
        if carry and turn == 0:
            words += ["carry", "0", "1", "carry", "1", "2", "carry", "2", "0"]
        if carry and turn == 1:
            words += ["carry", "0", "3", "get", "3", "https://localhost:%d/" % port]
    return words


def sessions(server, place, version, probe, answers_of):
    _, pages, seen = talk(server, place, version, probe, answers_of,
                             lambda port: turns(place, version, port, False), resume=True)
    resumed = [turn > 0 for turn in range(TURNS) for _ in NAMES]
    expect("who came, says the server", [one["client"] for one in seen], NAMES * TURNS)
    expect("resumed, says the server", [one["resumed"] for one in seen], resumed)
    expect("resumed", [bool(one["resumed"]) for one in pages], resumed)
    expect("certificates sent", [one["sent"] for one in pages][:3], [1, 1, 0])
    return "kept apart"


def connections(server, place, version, probe, answers_of):
    _, pages, seen = talk(server, place, version, probe, answers_of,
                             lambda port: turns(place, version, port, False), keep=True)
    expect("who came, says the server", [one["client"] for one in seen], NAMES * TURNS)
    expect("reused", [one["reused"] for one in pages], [0] * 3 + [1] * 3 * (TURNS - 1))
    owners = {}
    for one in seen:
        owners.setdefault(one["connection"], set()).add(one["client"])
    expect("who came over each connection", sorted(map(sorted, owners.values())),
           sorted([name] for name in NAMES))
    return "kept apart"


def carried(server, place, version, probe, answers_of):
    answers, _, seen = talk(server, place, version, probe, answers_of,
                                   lambda port: turns(place, version, port, True), resume=True)
    expect("some carried over", [one["carried"] > 0 for one in answers if "carried" in one],
           [False, False, False, True])
    expect("who came, says the server", [one["client"] for one in seen],
           NAMES * 2 + NAMES[:1] + NAMES)
    expect("resumed, says the server", [one["resumed"] for one in seen][6], True)
    return "refused"


def redirected(server, place, version, probe, answers_of):
    if server.name != "nginx":
        raise Cannot("this server is not made to redirect")

    def words(port):
        here = "https://localhost:%d/" % port
        there = "https://127.0.0.1:%d/away?port=%d" % (port, port)
        return words_of(place, "alice", version, port) + \
            ["get", "0", here, "get", "0", there] * TURNS

    for keep in (False, True):
        seen = talk(server, place, version, probe, answers_of, words, TURNS, keep=keep)[2]
        expect("who came, says the server", [one["client"] for one in seen],
               ["alice", "alice", ""] * TURNS)
        if keep:
            owners = {}
            for one in seen:
                owners.setdefault(one["connection"], set()).add(one["client"])
            expect("clients of a connection", {len(one) for one in owners.values()}, {1})
    return "kept apart"


def run(server, place, table, probe, answers_of):
    rows = []
    for version in ("1.3", "1.2"):
        row = [server.name, version]
        for column, play in zip(COLUMNS, (sessions, connections, carried, redirected)):
            label = "mutual TLS, %s, %s, %s" % (server.name, version, column)
            try:
                row.append(play(server, place, version, probe, answers_of))
                print("ok " + label)
            except Cannot as why:
                row.append("no (%d)" % table.note(str(why)))
                print("ok %s: it cannot: %s" % (label, why))
            except (AssertionError, Broken, OSError, KeyError, IndexError) as why:
                row.append("FAILED")
                table.fail(label, why)
        rows.append(row)
    return rows
