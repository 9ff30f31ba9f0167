"""A relay in front of a server, which looks at the TLS records that pass: what of a handshake is
in the clear, and how long records are."""
import select
import socket
import threading

HELLO_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
EXTENDED_MASTER_SECRET = 23


class Connection:
    """What was seen of one."""

    def __init__(self):
        self.pending = b""
        self.retries = 0       # HelloRetryRequests
        self.has_ems = False   # of the ServerHello
        self.is_changed = False  # the server sent ChangeCipherSpec
        self.longest = 0       # of the server's protected records, in bytes
        self.protected = 0     # how many

    def look(self, piece):
        """At bytes from the server."""
        self.pending += piece
        while len(self.pending) >= 5:
            length = int.from_bytes(self.pending[3:5], "big")
            if len(self.pending) < 5 + length:
                break
            kind, body = self.pending[0], self.pending[5:5 + length]
            self.pending = self.pending[5 + length:]
            if kind == 20:
                self.is_changed = True
            elif kind == 23 or self.is_changed:
                self.protected += 1
                self.longest = max(self.longest, length)
            elif kind == 22 and body[:1] == b"\x02" and self.is_whole(body):
                self.server_hello(body[4:4 + int.from_bytes(body[1:4], "big")])

    @staticmethod
    def is_whole(body):
        return len(body) >= 4 + int.from_bytes(body[1:4], "big")

    def server_hello(self, hello):
        if hello[2:34] == HELLO_RETRY:
            self.retries += 1
        at = 35 + hello[34] + 3
        if at + 2 > len(hello):
            return
        at += 2
        while at + 4 <= len(hello):
            if int.from_bytes(hello[at:at + 2], "big") == EXTENDED_MASTER_SECRET:
                self.has_ems = True
            at += 4 + int.from_bytes(hello[at + 2:at + 4], "big")


class Relay:
    """Listens on self.port of 127.0.0.1; connections in the order in which they came."""

    def __init__(self, upstream):
        self.upstream = upstream
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            connection = Connection()
            self.connections.append(connection)
            threading.Thread(target=self.run, args=(client, connection), daemon=True).start()

    def run(self, client, connection):
        family = socket.AF_UNIX if isinstance(self.upstream, str) else socket.AF_INET
        with client, socket.socket(family) as server:
            try:
                server.connect(self.upstream)
                self.pump(client, server, connection)
            except OSError:
                pass

    @staticmethod
    def pump(client, server, connection):
        other = {client: server, server: client}
        open_ends = [client, server]
        while open_ends:
            for one in select.select(open_ends, [], [])[0]:
                piece = one.recv(65536)
                if not piece:
                    open_ends.remove(one)
                    other[one].shutdown(socket.SHUT_WR)
                    continue
                if one is server:
                    connection.look(piece)
                other[one].sendall(piece)
