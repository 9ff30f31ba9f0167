"""Credentials never cross.

    credentials.py CLIENT CERTS TABLE [--write]

Runs CLIENT (credentials.c) against servers and a proxy of its own, which log what they were sent.
Every way of getting from one server to another is taken with every kind of credential; each row
says what has to be on the wire, and is held against the logs. Prints "ok NAME" or "FAIL NAME: why"
a row, and compares the table with the file TABLE (docs/CREDENTIALS.md), or writes it.
"""
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.parse

CLIENT, CERTS, TABLE = sys.argv[1:4]
SECRETS = {  # what is looked for in the logs, by name
    'Authorization': 'authorization', 'Cookie': 'cookie', 'X-Api-Key': 'x-api-key',
    'X-Mine': 'x-mine', 'Proxy-Authorization': 'proxy-authorization', 'certificate': None,
}


class Server:
    """An HTTP/1.1 server on a port of its own, that does what the path says, and logs."""

    def __init__(self, name, tls=False):
        self.name, self.tls, self.log, self.num = name, tls, [], 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.context = None
        if tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(CERTS + '/good.pem', CERTS + '/good.key')
            self.context.load_verify_locations(CERTS + '/ca.pem')
            self.context.verify_mode = ssl.CERT_OPTIONAL
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            stream, _ = self.listener.accept()
            with self.lock:
                self.num += 1
                number = self.num
            threading.Thread(target=self.serve, args=(stream, number), daemon=True).start()

    def serve(self, stream, number):
        certificate = None
        try:
            stream.settimeout(20)
            if self.context is not None:
                stream = self.context.wrap_socket(stream, server_side=True)
                peer = stream.getpeercert()
                if peer:
                    certificate = 'shown'
            while self.one(stream, number, certificate):
                pass
        except (OSError, ValueError, ssl.SSLError):
            pass
        try:
            stream.close()
        except OSError:
            pass

    def one(self, stream, number, certificate):
        head = b''
        while b'\r\n\r\n' not in head:
            more = stream.recv(1)
            if not more:
                return False
            head += more
        lines = head.decode('latin1').split('\r\n')
        method, target, _ = lines[0].split(' ')
        fields = {}
        for line in lines[1:]:
            if line:
                name, value = line.split(':', 1)
                fields.setdefault(name.lower(), []).append(value.strip())
        entry = {'method': method, 'target': target, 'fields': fields, 'connection': number,
                 'certificate': certificate}
        with self.lock:
            self.log.append(entry)
        return self.answer(stream, entry)

    def answer(self, stream, entry):
        parts = urllib.parse.urlsplit(entry['target'])
        query = urllib.parse.parse_qs(parts.query)
        fields, status = [], 200
        challenge = {'digest': 'Digest realm="r", nonce="n%s", qop="auth"' % self.name,
                     'basic': 'Basic realm="r"'}.get(parts.path.split('/')[1])
        if challenge and 'authorization' not in entry['fields']:
            status = 401
            fields.append('WWW-Authenticate: ' + challenge)
        else:
            if 'cookie' in query:
                fields.append('Set-Cookie: ' + query['cookie'][0])
            if 'to' in query:
                status = 302
                fields.append('Location: ' + query['to'][0])
        text = 'HTTP/1.1 %d Go\r\n%sContent-Length: 0\r\n\r\n' % (
            status, ''.join(f + '\r\n' for f in fields))
        stream.sendall(text.encode('latin1'))
        return True


class Proxy(Server):
    """Forwards http://, and tunnels; asks for nothing."""

    def answer(self, stream, entry):
        if entry['method'] == 'CONNECT':
            port = int(entry['target'].rsplit(':', 1)[1])
            far = socket.create_connection(('127.0.0.1', port))
            stream.sendall(b'HTTP/1.1 200 OK\r\n\r\n')
            far.settimeout(20)
            back = threading.Thread(target=self.copy, args=(far, stream), daemon=True)
            back.start()
            self.copy(stream, far)
            return False
        parts = urllib.parse.urlsplit(entry['target'])
        far = socket.create_connection(('127.0.0.1', parts.port))
        path = parts.path + ('?' + parts.query if parts.query else '')
        # every field goes on but the proxy's own, so that what else came shows in the server's log
        lines = ['%s %s HTTP/1.1' % (entry['method'], path or '/')]
        for name, values in entry['fields'].items():
            lines += ['%s: %s' % (name, v) for v in values if name != 'proxy-authorization']
        far.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode('latin1'))
        head = b''
        while b'\r\n\r\n' not in head:
            head += far.recv(4096)
        stream.sendall(head)
        far.close()
        return True

    @staticmethod
    def copy(one, other):
        try:
            while True:
                data = one.recv(65536)
                if not data:
                    break
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


a, b = Server('a'), Server('b')
s, t = Server('s', True), Server('t', True)
p = Proxy('p')
HTTP_A = 'http://a.wild.test:%d' % a.port
HTTP_B = 'http://b.wild.test:%d' % b.port
SUB_B = 'http://www.a.wild.test:%d' % b.port
PORT_B = 'http://a.wild.test:%d' % b.port
HTTPS_S = 'https://a.wild.test:%d' % s.port
HTTPS_T = 'https://b.wild.test:%d' % t.port
HTTPS_PORT = 'https://a.wild.test:%d' % t.port
HOSTS = ['%s:%d:127.0.0.1' % (urllib.parse.urlsplit(u).hostname, urllib.parse.urlsplit(u).port)
         for u in (HTTP_A, HTTP_B, SUB_B, PORT_B, HTTPS_S, HTTPS_T, HTTPS_PORT)]
SERVER_OF = {HTTP_A: a, HTTP_B: b, SUB_B: b, PORT_B: b, HTTPS_S: s, HTTPS_T: t, HTTPS_PORT: t}

process = subprocess.Popen([CLIENT, ','.join(HOSTS)], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, text=True)
rows, num_failed = [], 0


def say(command):
    process.stdin.write(command + '\n')
    process.stdin.flush()
    answer = process.stdout.readline().split()
    if len(answer) != 3:
        print('FAIL credentials: the client died at: ' + command)
        sys.exit(1)
    return answer


def seen(server, since):
    """The names of the secrets in each request that a server got since then."""
    out = []
    for entry in server.log[since:]:
        names = [n for n, f in SECRETS.items() if f is not None and f in entry['fields']]
        if entry['certificate']:
            names.append('certificate')
        out.append(names)
    return out


def tell(each):
    return '; '.join(', '.join(names) if names else 'nothing' for names in each) or 'not asked'


def row(group, crossing, given, wire, expected, code, expected_code='OK'):
    """wire and expected: lists of (server's name, list of lists of names)."""
    global num_failed
    name = re.sub(r'[^a-z0-9]+', '-', ('%s %s %s' % (group, crossing, given)).lower()).strip('-')
    if wire != expected or code != expected_code:
        num_failed += 1
        print('FAIL %s: %s, %s, not %s, %s' % (name, code, wire, expected_code, expected))
    else:
        print('ok ' + name)
    rows.append((group, crossing, given,
                 ' / '.join('%s: %s' % (n, tell(e)) for n, e in wire)))


def client(**keys):
    say('client A ' + ' '.join('%s=%s' % i for i in dict(ca=CERTS + '/ca.pem', **keys).items()))


def run(servers, command):
    marks = [len(x.log) for x in servers]
    code = say(command)
    return code, [(x.name, seen(x, m)) for x, m in zip(servers, marks)]


# ---- redirects

CERTIFICATE = dict(cert=CERTS + '/clientauth.pem', key=CERTS + '/clientauth.key')
#        given,                  client's options, request's, secret, first path, URL's user
GIVEN = [
    ('user:password@ of the URL', {}, '', 'Authorization', '/', 'u:p@'),
    ('Basic', {}, 'auth=basic user=u password=p', 'Authorization', '/', ''),
    ('Bearer', {}, 'auth=bearer token=t', 'Authorization', '/', ''),
    ('Digest, when asked', {}, 'auth=digest user=u password=p', 'Authorization', '/digest', ''),
    ('any, when asked for Basic', {}, 'auth=any user=u password=p', 'Authorization', '/basic', ''),
    ('field Authorization', {}, 'field=Authorization:Basic_x', 'Authorization', '/', ''),
    ('field Cookie', {}, 'field=Cookie:a=1', 'Cookie', '/', ''),
    ('field X-Api-Key', {}, 'field=X-Api-Key:k', 'X-Api-Key', '/', ''),
    ('field X-Mine of secret_names', {}, 'field=X-Mine:k secret=x-mine', 'X-Mine', '/', ''),
    ('the jar', {'cookies': 1}, '', 'Cookie', '/', ''),
    ('client certificate', CERTIFICATE, '', 'certificate', '/', ''),
]
CROSSINGS = [
    ('same origin (nothing crosses)', HTTP_A, HTTP_A, 'all'),
    ('same origin, https', HTTPS_S, HTTPS_S, 'all'),
    ('another port', HTTP_A, PORT_B, 'host'),
    ('another port, https', HTTPS_S, HTTPS_PORT, 'host'),
    ('another host', HTTP_A, HTTP_B, 'none'),
    ('another host, https', HTTPS_S, HTTPS_T, 'none'),
    ('a host below', HTTP_A, SUB_B, 'none'),
    ('http to https', HTTP_A, HTTPS_S, 'host'),
    ('https to http (allow_downgrade)', HTTPS_S, HTTP_A, 'host'),
]


def first_sees(kind, url):
    secret, path = kind[3], kind[4]
    if secret == 'certificate' and not url.startswith('https'):
        return [[]]
    if kind[0] == 'the jar':
        return [[]]
    return [[], [secret]] if path != '/' else [[secret]]


def second_sees(kind, how, url):
    """Only the same origin gets what the first got; the jar goes by hosts (RFC 6265bis, 8.5)."""
    secret, path = kind[3], kind[4]
    if kind[0] == 'the jar':
        return [[secret]] if how in ('all', 'host') else [[]]
    if how == 'all':
        if secret == 'certificate' and not url.startswith('https'):
            return [[]]
        return [[secret]]
    return [[]]


for kind in GIVEN:
    for crossing, start, end, how in CROSSINGS:
        client(downgrade=1, **kind[1])
        path = kind[4]
        cookie = '&cookie=a=1' if kind[0] == 'the jar' else ''
        # the second challenges, too, where the first did: that must not be answered elsewhere
        to = end + path.rstrip('/') + '/end'
        url = '%s%s?to=%s%s' % (start.replace('://', '://' + kind[5]), path.rstrip('/') + '/go',
                                urllib.parse.quote(to, safe=''), cookie)
        one, other = SERVER_OF[start], SERVER_OF[end]
        if one is other:
            code, wire = run([one], 'get A %s %s' % (url, kind[2]))
            want = [(one.name, first_sees(kind, start) + second_sees(kind, how, end))]
        else:
            code, wire = run([one, other], 'get A %s %s' % (url, kind[2]))
            want = [(one.name, first_sees(kind, start)), (other.name, second_sees(kind, how, end))]
        status = '401' if path != '/' and how != 'all' else '200'
        row('redirect', crossing, kind[0], wire, want, code[0] + ' ' + code[1], 'OK ' + status)
    # to another origin and back: what was left behind does not come back
    client(**kind[1])
    back = HTTPS_S + '/end'
    over = HTTPS_T + '/go?to=' + urllib.parse.quote(back, safe='')
    cookie = '&cookie=a=1' if kind[0] == 'the jar' else ''
    url = '%s%s?to=%s%s' % (HTTPS_S.replace('://', '://' + kind[5]), kind[4].rstrip('/') + '/go',
                            urllib.parse.quote(over, safe=''), cookie)
    code, wire = run([s, t], 'get A %s %s' % (url, kind[2]))
    last = [['Cookie']] if kind[0] == 'the jar' else [[]]
    row('redirect', 'another host, and back', kind[0], wire,
        [('s', first_sees(kind, HTTPS_S) + last), ('t', [[]])], code[0])

# ---- proxies

PROXY = 'http://127.0.0.1:%d' % p.port
GIVEN_PROXY = dict(proxy=PROXY, proxy_user='pu', proxy_password='pp')
PA, AU = 'Proxy-Authorization', 'Authorization'


def quoted(url):
    return urllib.parse.quote(url, safe='')


client(**GIVEN_PROXY)
code, wire = run([p, a], 'get A %s/ auth=basic user=u password=p' % HTTP_A)
row('proxy', 'http:// by the proxy', 'Basic for both', wire, [('p', [[AU, PA]]), ('a', [[AU]])],
    code[0])

client(**GIVEN_PROXY)
code, wire = run([p, s], 'get A %s/ auth=basic user=u password=p' % HTTPS_S)
row('proxy', 'https:// in a tunnel', 'Basic for both', wire, [('p', [[PA]]), ('s', [[AU]])],
    code[0])

client(tunnel=1, **GIVEN_PROXY)
code, wire = run([p, a], 'get A %s/ auth=basic user=u password=p' % HTTP_A)
row('proxy', 'http:// in a tunnel', 'Basic for both', wire, [('p', [[PA]]), ('a', [[AU]])],
    code[0])

client(tunnel=1, cookies=1, **GIVEN_PROXY)
code, wire = run([p, a], 'get A %s/ field=Cookie:a=1' % HTTP_A)
row('proxy', 'http:// in a tunnel', 'field Cookie', wire, [('p', [[PA]]), ('a', [['Cookie']])],
    code[0])

client(**dict(GIVEN_PROXY, **CERTIFICATE))
code, wire = run([p, s], 'get A %s/' % HTTPS_S)
row('proxy', 'https:// in a tunnel', 'client certificate', wire,
    [('p', [[PA]]), ('s', [['certificate']])], code[0])

client(**GIVEN_PROXY)
code, wire = run([p, a, b], 'get A %s/go?to=%s auth=basic user=u password=p' %
                 (HTTP_A, quoted(HTTP_B + '/end')))
row('proxy', 'redirect to another host by the same proxy', 'Basic for both', wire,
    [('p', [[AU, PA], [PA]]), ('a', [[AU]]), ('b', [[]])], code[0])

client(**GIVEN_PROXY)
code, wire = run([p, a, s], 'get A %s/go?to=%s auth=basic user=u password=p' %
                 (HTTP_A, quoted(HTTPS_S + '/end')))
row('proxy', 'redirect from http:// to a tunnel', 'Basic for both', wire,
    [('p', [[AU, PA], [PA]]), ('a', [[AU]]), ('s', [[]])], code[0])

client(no_proxy='b.wild.test', **GIVEN_PROXY)
code, wire = run([p, a, b], 'get A %s/go?to=%s auth=basic user=u password=p' %
                 (HTTP_A, quoted(HTTP_B + '/end')))
row('proxy', 'redirect to where no proxy is used', 'Basic for both', wire,
    [('p', [[AU, PA]]), ('a', [[AU]]), ('b', [[]])], code[0])

client(no_proxy='a.wild.test', **GIVEN_PROXY)
code, wire = run([p, a, b], 'get A %s/go?to=%s auth=basic user=u password=p' %
                 (HTTP_A, quoted(HTTP_B + '/end')))
row('proxy', 'redirect from no proxy to the proxy', 'Basic for both', wire,
    [('p', [[PA]]), ('a', [[AU]]), ('b', [[]])], code[0])

client(proxy=PROXY)
code, wire = run([p, a], 'get A %s/ field=Proxy-Authorization:Basic_x' % HTTP_A)
row('proxy', 'http:// by the proxy', 'field Proxy-Authorization', wire,
    [('p', [[PA]]), ('a', [[]])], code[0])

client()
code, wire = run([a], 'get A %s/ field=Proxy-Authorization:Basic_x' % HTTP_A)
row('proxy', 'no proxy at all', 'field Proxy-Authorization', wire, [('a', [[]])], code[0])

# ---- reuse: the second request of each, and whether it came over the first one's connection


def reuse(crossing, given, servers, first, second, expected, reused):
    say(first)
    code, wire = run(servers, second)
    row('reuse', crossing, given, wire, expected, '%s, reused %s' % (code[0], code[2]),
        'OK, reused %d' % reused)


client()
reuse('same origin, no credentials any more', 'Basic', [a],
      'get A %s/ auth=basic user=u password=p' % HTTP_A, 'get A %s/' % HTTP_A, [('a', [[]])], 1)
client()
reuse('same origin, no credentials any more', 'Digest', [a],
      'get A %s/digest auth=digest user=u password=p' % HTTP_A, 'get A %s/' % HTTP_A,
      [('a', [[]])], 1)
client()
reuse('same origin, no field any more', 'field X-Api-Key', [a],
      'get A %s/ field=X-Api-Key:k' % HTTP_A, 'get A %s/' % HTTP_A, [('a', [[]])], 1)
client()
reuse('another port', 'Basic', [b], 'get A %s/ auth=basic user=u password=p' % HTTP_A,
      'get A %s/' % PORT_B, [('b', [[]])], 0)
client()
reuse('another host on the same port', 'Basic', [b],
      'get A %s/ auth=basic user=u password=p' % PORT_B, 'get A %s/' % HTTP_B, [('b', [[]])], 0)
client(**CERTIFICATE)
reuse('same origin, https', 'client certificate', [s], 'get A %s/' % HTTPS_S,
      'get A %s/' % HTTPS_S, [('s', [['certificate']])], 1)
client(**CERTIFICATE)
say('client B ca=%s' % (CERTS + '/ca.pem'))
reuse('another client without the certificate', 'client certificate', [s],
      'get A %s/' % HTTPS_S, 'get B %s/' % HTTPS_S, [('s', [[]])], 0)
client()
say('client B ca=%s cert=%s key=%s' % (CERTS + '/ca.pem', CERTIFICATE['cert'],
                                       CERTIFICATE['key']))
reuse('another client with a certificate', 'client certificate', [s],
      'get A %s/' % HTTPS_S, 'get B %s/' % HTTPS_S, [('s', [['certificate']])], 0)
say('client A insecure=1 cookies=1')
say('client B ca=%s cookies=1' % (CERTS + '/ca.pem'))
reuse('a client that verifies, after one that does not', 'the jar', [s],
      'get A %s/?cookie=a=1' % HTTPS_S, 'get B %s/' % HTTPS_S, [('s', [[]])], 0)
client(cookies=1)
say('client B ca=%s cookies=1 max_tls=1.2' % (CERTS + '/ca.pem'))
reuse('a client with other TLS versions', 'the jar', [s],
      'get A %s/?cookie=a=1' % HTTPS_S, 'get B %s/' % HTTPS_S, [('s', [[]])], 0)
client(cookies=1)
reuse('same origin', 'the jar', [s], 'get A %s/?cookie=a=1' % HTTPS_S, 'get A %s/' % HTTPS_S,
      [('s', [['Cookie']])], 1)
client(cookies=1)
reuse('a Secure cookie to http://', 'the jar', [a],
      'get A %s/?cookie=a=1%%3B%%20Secure' % HTTPS_S, 'get A %s/' % HTTP_A, [('a', [[]])], 0)
say('client A ca=%s proxy=%s proxy_user=pu proxy_password=pp' % (CERTS + '/ca.pem', PROXY))
say('client B ca=%s proxy=%s' % (CERTS + '/ca.pem', PROXY))
reuse('another client without credentials for the proxy', 'Proxy-Authorization', [p, s],
      'get A %s/' % HTTPS_S, 'get B %s/' % HTTPS_S, [('p', [[]]), ('s', [[]])], 0)
say('client A ca=%s proxy=%s proxy_user=pu proxy_password=pp no_proxy=b.wild.test'
    % (CERTS + '/ca.pem', PROXY))
reuse('a host that no proxy is used for', 'Proxy-Authorization', [b], 'get A %s/' % HTTP_A,
      'get A %s/' % HTTP_B, [('b', [[]])], 0)

process.stdin.close()
process.wait()

# ---- the table

HEAD = '''# Credentials never cross

Written by `tests/interop/credentials.py --write`, and held against what the servers logged at every
test run. The servers: **a** and **b** speak http, **s** and **t** https, and ask for a client
certificate; **p** is a proxy. `a.wild.test` is the first host of every row; other ports, hosts and
schemes are where the crossing says. After a colon stands what a server got with each request it was
sent, from first to last: the names of all the credentials in it, or "nothing".

A challenge of the second server (Digest, any) goes unanswered where it is another origin. A jar goes
by hosts, not by origins: RFC 6265bis, 8.5 and 8.6 say that cookies know neither ports nor, without
`Secure`, schemes.

| | crossing | given | on the wire |
|---|---|---|---|
'''
text = HEAD + ''.join('| %s | %s | %s | %s |\n' % r for r in rows)
text += '\n%d rows.\n' % len(rows)
if '--write' in sys.argv:
    open(TABLE, 'w').write(text)
elif not os.path.exists(TABLE) or open(TABLE).read() != text:
    num_failed += 1
    print('FAIL credentials-table: %s is not what was seen; --write makes it anew' % TABLE)
else:
    print('ok credentials-table')
sys.exit(1 if num_failed else 0)
