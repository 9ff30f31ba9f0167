"""Chains for the interoperation table, made with the openssl command: root, intermediate and leaf
of one kind of key each, and two clients.

    KIND.pem KIND.key KIND-rest.pem KIND.p12 KIND-root.pem   (p256, p384, p521, rsa2048 ...)
    alice.pem alice.key   RSA 2048, commonName alice
    bob.pem bob.key       EC P-256, commonName bob
    clients.pem           who vouches for both
"""
import os
import subprocess

KINDS = {"p256": ("EC", "P-256", "sha256"), "p384": ("EC", "P-384", "sha384"),
         "p521": ("EC", "P-521", "sha512"), "rsa2048": ("RSA", "2048", "sha256"),
         "rsa3072": ("RSA", "3072", "sha256"), "rsa4096": ("RSA", "4096", "sha512")}

CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n" \
     "subjectKeyIdentifier=hash\n"
LEAF = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n" \
       "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


def openssl(*args):
    done = subprocess.run(("openssl",) + args, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("openssl %s: %s" % (" ".join(args), done.stderr))


def issue(place, name, kind, common_name, extensions, issuer=None):
    family, size, digest = KINDS[kind]
    path = os.path.join(place, name)
    option = "ec_paramgen_curve:" if family == "EC" else "rsa_keygen_bits:"
    with open(path + ".cnf", "w") as conf:
        conf.write("[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n" + extensions)
    openssl("genpkey", "-algorithm", family, "-pkeyopt", option + size, "-out", path + ".key")
    command = ["req", "-x509", "-new", "-config", path + ".cnf", "-key", path + ".key",
               "-subj", "/CN=" + common_name, "-days", "30", "-" + digest, "-out", path + ".pem"]
    if issuer:
        command += ["-CA", os.path.join(place, issuer + ".pem"),
                    "-CAkey", os.path.join(place, issuer + ".key")]
    openssl(*command)


def read(place, name):
    with open(os.path.join(place, name)) as file:
        return file.read()


def write(place, name, text):
    with open(os.path.join(place, name), "w") as file:
        file.write(text)


def make(place):
    """Makes what is not there."""
    for kind in KINDS:
        if os.path.exists(os.path.join(place, kind + ".p12")):
            continue
        issue(place, kind + "-root", kind, kind + " root", CA)
        issue(place, kind + "-rest", kind, kind + " intermediate", CA, kind + "-root")
        issue(place, kind, kind, "localhost",
              LEAF + "extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n",
              kind + "-rest")
        write(place, kind + ".pem", read(place, kind + ".pem") + read(place, kind + "-rest.pem"))
        openssl("pkcs12", "-export", "-in", os.path.join(place, kind + ".pem"), "-inkey",
                os.path.join(place, kind + ".key"), "-name", "leaf", "-passout", "pass:password",
                "-out", os.path.join(place, kind + ".p12"))
    if not os.path.exists(os.path.join(place, "bob.pem")):
        issue(place, "clients", "p256", "the clients' root", CA)
        client = LEAF + "extendedKeyUsage=clientAuth\n"
        issue(place, "alice", "rsa2048", "alice", client, "clients")
        issue(place, "bob", "p256", "bob", client, "clients")
