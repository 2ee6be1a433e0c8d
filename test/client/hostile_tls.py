"""TLS: versions, client certificates, and a certificate that is replaced."""
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import warnings
from pathlib import Path

from hostile_server import KEY, collection
from http_side import Http, client_context
from websocket_side import WebSocket


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem")


def certificate(folder, issuer, name, subject):
    """A certificate for localhost that an authority has signed."""
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{name}.key", "-out", f"{name}.csr")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key",
            "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", f"{name}.pem")


def handshake(port, context):
    """(version, protocol, name of the certificate), or None if the handshake fails."""
    try:
        with socket.create_connection(("localhost", port), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                secure.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if not secure.recv(1):  # a client certificate is refused after the handshake of TLS 1.3
                    return None
                return secure.version(), secure.selected_alpn_protocol(), secure.getpeercert()["subject"][0][0][1]
    except (ssl.SSLError, ConnectionError):
        return None


def check_versions(server, gateway, trusted):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for low, high, expected in ((ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
                                    (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                                    (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, None)):
            context = client_context(trusted)
            context.set_ciphers("DEFAULT@SECLEVEL=0")
            context.minimum_version, context.maximum_version = low, high
            found = handshake(gateway.port, context)
            server.equal(f"{low} to {high}", found and found[0], expected)
    for offered, expected in ((["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1"), ([], None)):
        context = client_context(trusted)
        if offered:
            context.set_alpn_protocols(offered)
        server.equal(f"ALPN {offered}", handshake(gateway.port, context)[1], expected)
    context = client_context(trusted)
    context.set_alpn_protocols(["spdy/3"])
    server.equal("ALPN of another protocol", handshake(gateway.port, context), None)


def check_bytes(server, gateway, trusted):
    """What is not TLS ends its connection alone."""
    plain = Http(gateway.port)
    for data in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(100), b""):
        with socket.create_connection(("localhost", gateway.port), timeout=5) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            server.true(f"no answer to {data[:10]}", b"HTTP" not in connection.recv(1000))
    del plain
    server.equal("others go on", Http(gateway.port, client_context(trusted)).status("GET", "/collections", KEY), 200)


def check_stream(server, gateway, trusted):
    """A WebSocket by TLS, with messages of several records of TLS."""
    http = Http(gateway.port, client_context(trusted))
    collection(http, "s", 20, payload=lambda i: {"text": "x" * 50000})
    with WebSocket(gateway.port, key=KEY, context=client_context(trusted)) as stream:
        answers = stream.ask({"collection": "s", "scroll": {}, "batch": 7})
        server.equal("points by TLS", [len(point["payload"]["text"]) for one in answers for point in one["result"]["points"]], [50000] * 20)
    http.ask("DELETE", "/collections/s", KEY)


def check_reload(server, gateway, folder, trusted):
    kept = Http(gateway.port, client_context(trusted))
    server.equal("before", kept.status("GET", "/collections", KEY), 200)

    def subject():
        return handshake(gateway.port, client_context(trusted))[2]

    certificate(folder, "ca", "next", "second")
    for suffix in ("key", "pem"):
        shutil.copy(folder / f"next.{suffix}", folder / f"server.{suffix}")
    server.equal("before SIGHUP", subject(), "first")
    gateway.process.send_signal(signal.SIGHUP)
    server.soon("the next certificate", lambda: subject() == "second")
    server.equal("a connection that was there", kept.status("GET", "/collections", KEY), 200)
    (folder / "server.key").write_text("no key", encoding="ascii")
    gateway.process.send_signal(signal.SIGHUP)
    server.soon("a line of the log", lambda: "the certificate of TLS stays as it was" in gateway.output.text())
    server.equal("a file that cannot be used", subject(), "second")
    server.equal("and the connection", kept.status("GET", "/collections", KEY), 200)
    shutil.copy(folder / "next.key", folder / "server.key")


def run(server):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority(folder, "ca")
        authority(folder, "stranger")
        certificate(folder, "ca", "server", "first")
        certificate(folder, "ca", "client", "client")
        certificate(folder, "stranger", "foreign", "foreign")
        trusted = str(folder / "ca.pem")
        options = ("--api-key", KEY, "--tls-cert", str(folder / "server.pem"), "--tls-key", str(folder / "server.key"))
        with server.gateway(*options) as (gateway, _):
            check_versions(server, gateway, trusted)
            check_bytes(server, gateway, trusted)
            check_stream(server, gateway, trusted)
            check_reload(server, gateway, folder, trusted)
        with server.gateway(*options, "--tls-ca", trusted) as (gateway, _):
            for what, files, expected in (("no certificate", (), False), ("one of the authority", ("client",), True),
                                          ("one of another", ("foreign",), False)):
                context = client_context(trusted, *[str(folder / f"{file}.{suffix}") for file in files for suffix in ("pem", "key")])
                server.equal(what, handshake(gateway.port, context) is not None, expected)
        broken = subprocess.run([server.options.program, "--http-port", "0", "--tls-cert", trusted, "--tls-key", "none"],
                                capture_output=True, timeout=10)
        server.equal("a key that is not there", broken.returncode, 1)
        alone = subprocess.run([server.options.program, "--http-port", "0", "--tls-ca", trusted], capture_output=True, timeout=10)
        server.true("authorities without a certificate", alone.returncode != 0)
