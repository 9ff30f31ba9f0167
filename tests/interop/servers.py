"""The servers of the interoperation table, one way to start each, and what they saw.

A wish is what a server is to be started with:

    version     "1.3" or "1.2": this one alone
    cert        name of a chain of certificates.py: NAME.pem, NAME.key, NAME-rest.pem (without the
                leaf), NAME.p12
    group       "P-256", "P-384" or "P-521": this one alone
    suite       "chacha20" or "aes256": these alone
    client_ca   a file: clients are asked for certificates, and these are who may vouch for them
    required    they must show one
    preference  the server chooses by its own order
    no_ems      without extended_master_secret
    keep        connections are kept
    key_update  a KeyUpdate is sent
    resume      sessions are resumed
    small       records of at most 512 bytes, where the client asks for it

A server that cannot do what is wished raises Cannot, with the reason as a sentence's part.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Cannot(Exception):
    """The server has no way to do that."""


class Broken(Exception):
    """The server did not start, or not in time."""


def await_true(condition, what, seconds=30):
    for _ in range(seconds * 50):
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise Broken("timed out: " + what)


def is_newer(source, made):
    return not os.path.exists(made) or os.path.getmtime(source) > os.path.getmtime(made)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Server:
    """One program. address is where it listens, for socket.connect."""

    name = ""
    program = ""
    cannot = {}  # wish: why not

    def __init__(self, place):
        self.place = place
        self.process = None
        self.address = None
        self.log = os.path.join(place, self.program + ".log")

    @classmethod
    def is_there(cls):
        return shutil.which(cls.program) is not None

    @classmethod
    def version(cls):
        raise NotImplementedError

    def start(self, wish):
        for what, why in self.cannot.items():
            if wish.get(what):
                raise Cannot(why)
        open(self.log, "w").close()
        self.launch(wish)

    def launch(self, wish):
        raise NotImplementedError

    def spawn(self, command, env=None, stdin=subprocess.DEVNULL):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.place, stdin=stdin, stdout=log, stderr=subprocess.STDOUT,
                env=dict(os.environ, **(env or {})))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdin is not None:
                self.process.stdin.close()
            self.process = None

    def read_log(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def await_log(self, pattern, seconds=30):
        def look():
            if self.process.poll() is not None:
                raise Broken("%s ended:\n%s" % (self.program, self.read_log()[:2000]))
            return re.search(pattern, self.read_log())

        return await_true(look, "%s: %s" % (self.program, pattern), seconds)

    def listens(self):
        """Accepts a connection, on self.address."""
        def look():
            if self.process.poll() is not None:
                raise Broken("%s ended:\n%s" % (self.program, self.read_log()[:2000]))
            try:
                with socket.create_connection(self.address, 1):
                    return True
            except OSError:
                return False

        await_true(look, self.program + " listens")

    def seen(self, answers):
        """What the server says of each request: dicts of resumed and client (the commonName, or
        ""), and of connection (a number) where it can tell. answers are the probe's."""
        lines = [json.loads(line) for line in self.read_log().splitlines() if line.startswith('{"connection"')]
        return lines[-len(answers):]


SUITES_12 = {
    "chacha20": "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305",
    "aes256": "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384",
}
SUITES_13 = {"chacha20": "TLS_CHACHA20_POLY1305_SHA256", "aes256": "TLS_AES_256_GCM_SHA384"}


class OpenSSL(Server):
    name = "OpenSSL s_server"
    program = "openssl"

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "version"], capture_output=True, text=True).stdout
        return text.split()[1]

    def launch(self, wish):
        cert = wish["cert"]
        self.address = ("127.0.0.1", free_port())
        command = ["openssl", "s_server", "-accept", "127.0.0.1:%d" % self.address[1],
                   "-cert", cert + ".pem", "-key", cert + ".key",
                   "-cert_chain", cert + "-rest.pem",
                   "-tls" + wish["version"].replace(".", "_")]
        env = {}
        if wish.get("group"):
            command += ["-groups", wish["group"]]
        if wish.get("suite"):
            command += ["-cipher", SUITES_12[wish["suite"]],
                        "-ciphersuites", SUITES_13[wish["suite"]]]
        if wish.get("client_ca"):
            command += ["-Verify" if wish.get("required") else "-verify", "3",
                        "-verify_return_error", "-CAfile", wish["client_ca"]]
        if wish.get("preference"):
            command += ["-serverpref"]
        if wish.get("no_ems"):
            conf = os.path.join(self.place, "no_ems.cnf")
            with open(conf, "w") as file:
                file.write("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\n"
                           "system_default = every\n[every]\n"
                           "Options = -ExtendedMasterSecret\n")
            env["OPENSSL_CONF"] = conf
        if wish.get("keep"):
            raise Cannot("s_server ends each connection")
        if wish.get("key_update"):
            self.spawn(command + ["-msg"], env, subprocess.PIPE)
        else:
            self.spawn(command + ["-www"], env)
        self.await_log(r"ACCEPT")

    def say(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def answer_with_key_updates(self):
        """The request is there; two KeyUpdates, one that asks for ours, and a page between."""
        page = "a page between\n" * 20
        await_true(lambda: "GET / HTTP/1.1" in self.read_log(), "the request")
        self.say("K\n")
        self.await_log(r"<<< TLS 1.3, Handshake \[length 0005\], KeyUpdate")
        self.say("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (2 * len(page), page))
        time.sleep(0.3)  # what comes as one line is taken as one, and is no command then
        self.say("k\n")
        await_true(lambda: self.read_log().count(
            ">>> TLS 1.3, Handshake [length 0005], KeyUpdate") == 2, "two KeyUpdates")
        self.say(page)

    def seen(self, answers):
        result = []
        for answer in answers:
            subject = re.search(r"^ +Subject: .*CN ?= ?(\S+)$", answer["body"], re.M)
            result.append({"resumed": "\nReused, TLS" in answer["body"],
                           "client": subject.group(1) if subject else "",
                           "ems": "Extended master secret: yes" in answer["body"]})
        return result


class GnuTLS(Server):
    name = "gnutls-serv"
    program = "gnutls-serv"
    cannot = {"key_update": "gnutls-serv has no command that sends a KeyUpdate",
              "keep": "gnutls-serv ends each connection"}

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "--version"], capture_output=True, text=True).stdout
        return text.split()[1]

    def launch(self, wish):
        cert = wish["cert"]
        priority = "NORMAL:-VERS-ALL:+VERS-TLS" + wish["version"]
        if wish.get("group"):
            priority += ":-GROUP-ALL:+GROUP-SECP%sR1" % wish["group"][2:]
        if wish.get("suite"):
            priority += ":-CIPHER-ALL:+" + {"chacha20": "CHACHA20-POLY1305",
                                            "aes256": "AES-256-GCM"}[wish["suite"]]
        if wish.get("preference"):
            priority += ":%SERVER_PRECEDENCE"
        if wish.get("no_ems"):
            priority += ":%NO_SESSION_HASH"
        self.address = ("127.0.0.1", free_port())
        command = ["gnutls-serv", "--http", "--port", str(self.address[1]),
                   "--x509certfile", cert + ".pem", "--x509keyfile", cert + ".key",
                   "--priority", priority]
        if wish.get("client_ca"):
            command += ["--x509cafile", wish["client_ca"], "--verify-client-cert"]
            if wish.get("required"):
                command += ["--require-client-cert"]
        else:
            command += ["--disable-client-cert"]
        self.spawn(command)
        self.await_log(r"IPv4.*done")
        self.listens()

    def seen(self, answers):
        def look():
            blocks = self.read_log().split("* Accepted connection")[1:]
            told = [one for one in blocks if "- Channel bindings" in one]
            return told if len(told) >= len(answers) else None

        result = []
        for one in await_true(look, "gnutls-serv writes its log")[-len(answers):]:
            subject = re.search(r"^\s*Subject: CN=([^,\n]+)", one, re.M)
            result.append({"resumed": "This is a resumed session" in one,
                           "client": subject.group(1) if subject else ""})
        return result


class Nginx(Server):
    name = "nginx"
    program = "nginx"
    cannot = {"key_update": "nginx never sends a KeyUpdate"}

    @classmethod
    def is_there(cls):
        return shutil.which(cls.program, path=os.environ["PATH"] + ":/usr/sbin") is not None

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "-v"], capture_output=True, text=True).stderr
        return text.strip().split("/")[1]

    def launch(self, wish):
        cert = wish["cert"]
        self.access = os.path.join(self.place, "access.log")
        self.address = os.path.join(self.place, "nginx.socket")
        if os.path.exists(self.address):
            os.unlink(self.address)
        open(self.access, "w").close()
        lines = ["ssl_certificate %s.pem" % cert, "ssl_certificate_key %s.key" % cert,
                 "ssl_protocols TLSv" + wish["version"],
                 "keepalive_timeout " + ("60s" if wish.get("keep") else "0")]
        if wish.get("group"):
            lines.append("ssl_ecdh_curve " + wish["group"])
        if wish.get("suite"):
            lines.append("ssl_ciphers " + SUITES_12[wish["suite"]])
            lines.append("ssl_conf_command Ciphersuites " + SUITES_13[wish["suite"]])
        if wish.get("client_ca"):
            lines.append("ssl_client_certificate " + wish["client_ca"])
            lines.append("ssl_verify_client " + ("on" if wish.get("required") else "optional"))
        if wish.get("preference"):
            lines.append("ssl_prefer_server_ciphers on")
        if wish.get("no_ems"):
            lines.append("ssl_conf_command Options -ExtendedMasterSecret")
        body = "a page of nginx\\n" * 200
        conf = os.path.join(self.place, "nginx.conf")
        with open(conf, "w") as file:
            file.write("""daemon off; master_process off; pid %(place)s/nginx.pid;
error_log %(place)s/nginx-error.log; events { worker_connections 64; }
http {
    log_format seen escape=json '{"connection": $connection, "resumed": "$ssl_session_reused", '
                                '"client": "$ssl_client_s_dn"}';
    access_log %(access)s seen;
    client_body_temp_path %(place)s; proxy_temp_path %(place)s; fastcgi_temp_path %(place)s;
    uwsgi_temp_path %(place)s; scgi_temp_path %(place)s;
    server {
        listen unix:%(address)s ssl;
        %(lines)s;
        location / { return 200 "%(body)s"; }
        location /away { return 302 https://localhost:$arg_port/; }
    }
}
""" % {"place": self.place, "access": self.access, "address": self.address,
       "lines": ";\n        ".join(lines), "body": body})
        self.spawn(["nginx", "-p", self.place, "-c", conf],
                   {"PATH": os.environ["PATH"] + ":/usr/sbin"})
        await_true(lambda: os.path.exists(self.address) or self.process.poll() is not None,
                   "nginx listens")

    def seen(self, answers):
        def look():
            with open(self.access) as log:
                lines = log.read().splitlines()
            return lines if len(lines) >= len(answers) else None

        result = []
        for line in await_true(look, "nginx writes its log")[-len(answers):]:
            one = json.loads(line)
            name = re.search(r"CN=([^,]+)", one["client"])
            result.append({"connection": one["connection"], "resumed": one["resumed"] == "r",
                           "client": name.group(1) if name else ""})
        return result


class NSS(Server):
    name = "NSS selfserv"
    program = "selfserv"
    cannot = {"key_update": "selfserv has no command that sends a KeyUpdate",
              "no_ems": "selfserv cannot switch extended_master_secret off",
              "keep": "selfserv ends each connection"}

    @classmethod
    def version(cls):
        text = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libnss3-tools"],
                              capture_output=True, text=True).stdout
        return re.sub(r"^\d+:|[-+].*$", "", text) if text else "?"

    def launch(self, wish):
        cert = wish["cert"]
        database = os.path.join(self.place, "nss-%s-%d" % (os.path.basename(cert),
                                                           bool(wish.get("client_ca"))))
        if not os.path.exists(database):
            os.mkdir(database)
            self.prepare("certutil", "-N", "-d", "sql:" + database, "--empty-password")
            self.prepare("pk12util", "-i", cert + ".p12", "-d", "sql:" + database,
                         "-W", "password", "-K", "")
            if wish.get("client_ca"):
                self.prepare("certutil", "-A", "-d", "sql:" + database, "-n", "clients",
                             "-t", "CT,C,C", "-i", wish["client_ca"])
        self.address = ("127.0.0.1", free_port())
        version = "tls" + wish["version"]
        command = ["selfserv", "-d", "sql:" + database, "-p", str(self.address[1]), "-v", "-u",
                   "-L", "0", "-V", version + ":" + version,
                   "-n" if "rsa" in os.path.basename(cert) else "-e", "leaf"]
        if not wish.get("no_ems"):
            command += ["-G"]
        if wish.get("group"):
            command += ["-I", wish["group"].replace("-", "")]
        if wish.get("suite"):
            numbers = {"1.3": {"chacha20": ["1303"], "aes256": ["1302"]},
                       "1.2": {"chacha20": ["CCA9", "CCA8"], "aes256": ["C02C", "C030"]}}
            command += ["-c", "".join(":" + one
                                      for one in numbers[wish["version"]][wish["suite"]])]
        if wish.get("client_ca"):
            command += ["-r", "-r"] if wish.get("required") else ["-r"]
        self.spawn(command)
        self.await_log("About to call accept")

    def prepare(self, *command):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Broken("%s: %s" % (" ".join(command), done.stderr))

    def seen(self, answers):
        def look():
            told = self.told()
            return told if len(told) >= len(answers) else None

        return await_true(look, "selfserv writes its log")[-len(answers):]

    def told(self):
        result = []
        hits = 0
        for one in self.read_log().split("About to call accept"):
            count = re.search(r"selfserv: (\d+) cache hits", one)
            if count is None:
                continue
            name = re.search(r"subject DN: (?:.*,)?CN=([^,\n]+)", one)
            result.append({"resumed": int(count.group(1)) > hits,
                           "client": name.group(1) if name else ""})
            hits = int(count.group(1))
        return result


class Node(Server):
    name = "Node https"
    program = "node"
    cannot = {"key_update": "Node has no call that sends a KeyUpdate"}

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "--version"], capture_output=True, text=True).stdout
        return text.strip()[1:]

    def launch(self, wish):
        wish = dict(wish, key=wish["cert"] + ".key", cert=wish["cert"] + ".pem")
        self.spawn(["node", os.path.join(HERE, "server.js"), json.dumps(wish)])
        self.address = ("127.0.0.1", int(self.await_log(r"PORT (\d+)").group(1)))


class Go(Server):
    name = "Go crypto/tls"
    program = "go"
    cannot = {"key_update": "crypto/tls never sends a KeyUpdate",
              "small": "crypto/tls knows neither RFC 8449 nor max_fragment_length"}

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "version"], capture_output=True, text=True).stdout
        return text.split()[2][2:]

    @classmethod
    def has_ems(cls):
        return [int(one) for one in re.findall(r"\d+", cls.version())[:2]] >= [1, 21]

    def launch(self, wish):
        if wish.get("suite") and wish["version"] == "1.3":
            raise Cannot("crypto/tls does not let one choose the suites of 1.3")
        if wish.get("resume") and wish["version"] == "1.2" and not self.has_ems():
            raise Cannot("Go before 1.21 knows no extended_master_secret, without which we resume "
                         "no session of 1.2 (RFC 7627, 5.3)")
        program = os.path.join(self.place, "go-server")
        source = os.path.join(HERE, "server.go")
        if is_newer(source, program):
            cache = {"GOCACHE": os.path.join(self.place, "go-cache"), "GOFLAGS": "-mod=mod",
                     "GO111MODULE": "off", "GOPROXY": "off"}
            done = subprocess.run(["go", "build", "-o", program, source],
                                  env=dict(os.environ, **cache), capture_output=True, text=True)
            if done.returncode != 0:
                raise Broken(done.stderr)
        command = [program, "-cert", wish["cert"] + ".pem", "-key", wish["cert"] + ".key",
                   "-version", wish["version"]]
        for flag, name in (("group", "-group"), ("suite", "-suite"),
                           ("client_ca", "-client-ca")):
            if wish.get(flag):
                command += [name, wish[flag]]
        for flag in ("required", "keep", "preference"):
            if wish.get(flag):
                command += ["-" + flag]
        self.spawn(command)
        self.address = ("127.0.0.1", int(self.await_log(r"PORT (\d+)").group(1)))


class Jsse(Server):
    name = "Java JSSE"
    program = "java"
    cannot = {"keep": "the server of the tests ends each connection"}

    @classmethod
    def is_there(cls):
        return shutil.which("java") is not None and shutil.which("javac") is not None

    @classmethod
    def version(cls):
        text = subprocess.run([cls.program, "-version"], capture_output=True, text=True).stderr
        return text.split('"')[1]

    def launch(self, wish):
        source = os.path.join(HERE, "JsseServer.java")
        if is_newer(source, os.path.join(self.place, "JsseServer.class")):
            done = subprocess.run(["javac", "-d", self.place, source],
                                  capture_output=True, text=True)
            if done.returncode != 0:
                raise Broken(done.stderr)
        command = ["java", "-cp", self.place, "-XX:TieredStopAtLevel=1", "-Xshare:auto"]
        if wish.get("group"):
            command += ["-Djdk.tls.namedGroups=secp%sr1" % wish["group"][2:]]
        if wish.get("no_ems"):
            command += ["-Djdk.tls.useExtendedMasterSecret=false"]
        if wish.get("key_update"):
            command += ["-Djavax.net.debug=ssl:handshake"]
        command += ["JsseServer", "pkcs12=" + wish["cert"] + ".p12",
                    "version=" + wish["version"]]
        for name in ("suite", "client_ca", "required", "preference", "key_update"):
            if wish.get(name):
                command += ["%s=%s" % (name, wish[name])]
        self.spawn(command)
        self.address = ("127.0.0.1", int(self.await_log(r"PORT (\d+)").group(1)))


SIX = (OpenSSL, GnuTLS, Nginx, NSS, Node, Go)
ALL = SIX + (Jsse,)
