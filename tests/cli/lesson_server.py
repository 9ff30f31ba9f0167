"""A server for the tests of the client and of the lessons: what nginx cannot be told to do.

    lesson_server.py CERT KEY DIRECTORY

Serves https on a port of its own, and prints "port N". Of each request DIRECTORY/log gets a line:
method, path, and the fields that are asked about, with | between them.

    /digest       RFC 7616, SHA-256: user "mufasa", password "Circle of Life"
    /file         the bytes of DIRECTORY/big, with ETag and ranges (If-Range, 416)
    /cut          the same, but cut in the middle where the whole was asked for
    /weak         the same with a weak ETag and no Last-Modified
    /busy/N       503 with Retry-After: 0 for the first N requests, then 200; /busy/N/date the same
                  with a date in the past; /lost/N closes the connection without a response instead
    /longbusy     503 with Retry-After: 100000; /none 404 without a byte
    /upload       the length and the SHA-256 of the body, chunked or not
    /multipart    each part: name, filename, type and length, as read by an independent parser
    /json         {"method": ..., "type": ..., "accept": ..., "body": ...}
    /set, /get    sets a cookie; tells the Cookie field
    /to/PATH      a redirect to /PATH; /away to /x of another origin, the server's IP address
    /gzip/N       N bytes, compressed where that is asked for
    /slow         a head, and then a byte every so often, for ever
    /drip         20,000 bytes, slowly
"""
import email
import email.policy
import gzip
import hashlib
import http.server
import json
import os
import ssl
import sys
import threading
import time

directory = sys.argv[3]
counts = {}
lock = threading.Lock()
nonce = hashlib.sha256(os.urandom(16)).hexdigest()


def count(path):
    with lock:
        counts[path] = counts.get(path, 0) + 1
        return counts[path]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def body(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', ''):
            out = b''
            while True:
                size = int(self.rfile.readline(), 16)
                out += self.rfile.read(size)
                self.rfile.readline()
                if size == 0:
                    return out
        return self.rfile.read(int(self.headers.get('Content-Length', 0)))

    def answer(self, status, body=b'', **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace('_', '-'), value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)

    def digest(self):
        given = self.headers.get('Authorization', '')
        fields = {}
        for part in given[7:].split(','):
            name, _, value = part.strip().partition('=')
            fields[name] = value.strip('"')
        a1 = sha256('mufasa:test@host:Circle of Life')
        a2 = sha256('%s:%s' % (self.command, self.path))
        wanted = sha256(':'.join([a1, nonce, fields.get('nc', ''), fields.get('cnonce', ''),
                                  'auth', a2]))
        if given.startswith('Digest ') and fields.get('response') == wanted:
            self.answer(200, b'welcome\n')
        else:
            self.answer(401, b'who are you?\n', WWW_Authenticate=(
                'Digest realm="test@host", qop="auth", algorithm=SHA-256, nonce="%s"' % nonce))

    def file(self, kind):
        with open(os.path.join(directory, 'big'), 'rb') as source:
            data = source.read()
        tag = '"%s"' % hashlib.sha256(data).hexdigest()[:16]
        asked = self.headers.get('Range', '')
        if self.headers.get('If-Range', tag) != tag:
            asked = ''
        fields = {'ETag': tag if kind != '/weak' else 'W/' + tag, 'Accept_Ranges': 'bytes'}
        if asked.startswith('bytes=') and asked.endswith('-'):
            first = int(asked[6:-1])
            if first >= len(data):
                self.answer(416, Content_Range='bytes */%d' % len(data))
                return
            fields['Content_Range'] = 'bytes %d-%d/%d' % (first, len(data) - 1, len(data))
            self.answer(206, data[first:], **fields)
        elif kind == '/cut':
            self.send_response(200)
            self.send_header('ETag', tag)
            self.send_header('Content-Length', str(len(data)))
            self.end_headers()
            self.wfile.write(data[:len(data) // 2])
            self.close_connection = True
        else:
            self.answer(200, data, **fields)

    def multipart(self, body):
        head = b'Content-Type: ' + self.headers['Content-Type'].encode() + b'\r\n\r\n'
        message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        out = ''
        for part in message.iter_parts():
            out += '%s|%s|%s|%d\n' % (
                part.get_param('name', header='content-disposition'), part.get_filename(),
                part['Content-Type'], len(part.get_payload(decode=True)))
        self.answer(200, out.encode())

    def run_request(self):
        body = self.body()
        fields = '|'.join(self.headers.get(name, '') for name in (
            'Range', 'If-Range', 'Cookie', 'Content-Type', 'Transfer-Encoding', 'Authorization'))
        with lock, open(os.path.join(directory, 'log'), 'a') as log:
            log.write('%s|%s|%s|%d\n' % (self.command, self.path, fields, len(body)))
        word = self.path.split('/')[1].split('?')[0]
        if word == 'digest':
            self.digest()
        elif word in ('file', 'cut', 'weak'):
            self.file('/' + word)
        elif word in ('busy', 'lost') and count(self.path) <= int(self.path.split('/')[2]):
            if word == 'lost':
                self.close_connection = True
            else:
                self.answer(503, b'busy\n', Retry_After=(
                    'Sun, 06 Nov 1994 08:49:37 GMT' if self.path.endswith('date') else '0'))
        elif word == 'none':
            self.answer(404)
        elif word == 'longbusy':
            self.answer(503, b'busy\n', Retry_After='100000')
        elif word == 'upload':
            self.answer(200, b'%d %s\n' % (len(body), hashlib.sha256(body).hexdigest().encode()))
        elif word == 'multipart':
            self.multipart(body)
        elif word == 'json':
            self.answer(200, json.dumps({
                'method': self.command, 'type': self.headers.get('Content-Type'),
                'accept': self.headers.get('Accept'),
                'body': json.loads(body) if body else None}).encode(),
                Content_Type='application/json')
        elif word == 'set':
            self.answer(200, b'set\n', Set_Cookie='taste=chocolate; Max-Age=3600; Path=/')
        elif word == 'get':
            self.answer(200, ('cookie=%s\n' % self.headers.get('Cookie', '')).encode())
        elif word == 'to':
            self.answer(302, Location='/' + self.path[4:])
        elif word == 'away':
            self.answer(302, Location='https://127.0.0.1:%d/x' % server.server_address[1])
        elif word == 'gzip':
            plain = b'a' * int(self.path.split('/')[2])
            if 'gzip' in self.headers.get('Accept-Encoding', ''):
                self.answer(200, gzip.compress(plain), Content_Encoding='gzip')
            else:
                self.answer(200, plain)
        elif word in ('slow', 'drip'):
            self.send_response(200)
            self.send_header('Content-Length', '1000000' if word == 'slow' else '20000')
            self.end_headers()
            for _ in range(100000 if word == 'slow' else 20):
                self.wfile.write(b'x' * (10 if word == 'slow' else 1000))
                time.sleep(0.1)
        else:
            self.answer(200, ('%s %s\n' % (self.command, self.path)).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = run_request


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256

    def finish_request(self, request, address):
        try:
            request = context.wrap_socket(request, server_side=True)
            super().finish_request(request, address)
        except (OSError, ValueError):
            pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server = Server(('127.0.0.1', 0), Handler)
server.daemon_threads = True
print('port %d' % server.server_address[1], flush=True)
server.serve_forever()
