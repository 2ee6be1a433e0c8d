"""gRPC: clients that go before they have their answer, and TLS."""
import shutil
import signal
import socket
import struct
import tempfile
import time
from pathlib import Path

import grpc
from hostile_http import memory
from hostile_server import KEY, collection
from hostile_tls import authority, certificate, handshake
from http_side import client_context
from qdrant_client import QdrantClient, models

COUNT = b"\x0a\x01c"  # CountPoints of the collection c


def begin(channel, method, message, **options):
    """A call that is under way. Its message and its answer are bytes."""
    return channel.unary_unary(method).future(message, metadata=(("api-key", KEY), *options.pop("metadata", ())), **options)


def check_leave(server, port):
    """A statement that waits for a lock ends when its client goes, in whatever way, and its session goes on."""
    address = f"localhost:{port}"
    with grpc.insecure_channel(address) as channel:
        begin(channel, "/qdrant.Points/Count", COUNT).result()
        pids = [pid for pid, _, _ in server.sessions()]
        with server.session() as locker, locker.transaction():
            locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")

            def leave(what, own, timeout, go):
                call = begin(own, "/qdrant.Points/Count", COUNT, timeout=timeout)
                server.soon("the statement waits", lambda: [kind for _, _, kind in server.sessions()] == ["Lock"])
                start = time.monotonic()
                go(call)
                server.soon(f"the statement ends: {what}", lambda: [state for _, state, _ in server.sessions()] == ["idle"])
                server.true("within a second", time.monotonic() - start < 1)

            leave("reset", channel, 20, lambda call: call.cancel())
            leave("deadline", channel, 0.5, lambda call: call.exception())
            other = grpc.insecure_channel(address, options=(("grpc.use_local_subchannel_pool", 1),))
            leave("closed", other, 20, lambda call: other.close())
            # One in the queue leaves it: what it asks for is never executed.
            blocked = begin(channel, "/qdrant.Points/Count", COUNT)
            server.soon("a statement waits", lambda: [kind for _, _, kind in server.sessions()] == ["Lock"])
            dropping = begin(channel, "/qdrant.Collections/Delete", COUNT)
            time.sleep(0.1)
            dropping.cancel()
            time.sleep(0.3)
        server.true("the one before it", blocked.result())
        server.equal("the same sessions", [pid for pid, _, _ in server.sessions()], pids)
        server.true("and the next request", begin(channel, "/qdrant.Points/Count", COUNT).result())


def check_parts(server, gateway):
    """A message of 30 MB in parts of two bytes, each of which is a hundred in memory."""
    before = memory(gateway)
    options = (("grpc.max_send_message_length", -1),)
    with grpc.insecure_channel(f"localhost:{gateway.grpc_port}", options=options) as channel:
        call = begin(channel, "/qdrant.Points/Upsert", b"\x0a\x01c" + b"\x1a\x00" * (4 << 20))
        server.equal("too many parts", (call.code(), "too many parts" in call.details()), (grpc.StatusCode.INVALID_ARGUMENT, True))
    server.true(f"memory: {before:.0f} to {memory(gateway):.0f} MB", memory(gateway) < before + 400)


def check_headers(server, port):
    """Headers of few bytes that mean many: a field of 3.5 kB that is repeated by its number, 15,000 times."""
    def frame(kind, flags, stream, data=b""):
        return struct.pack(">I", len(data))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + data

    def request(stream, *fields):
        return frame(1, 5, stream, b"\x83\x86\x04\x02/x\x01\x01h" + b"".join(fields))  # POST, http, /x, host h

    def resets(count):
        """The streams that the gateway has ended, until so many are, or it closes the connection."""
        nonlocal data
        found = []
        while len(found) < count and (part := connection.recv(65536)):
            data += part
            while len(data) >= 9 and len(data) >= 9 + (size := int.from_bytes(data[:3], "big")):
                found += [int.from_bytes(data[5:9], "big")] if data[3] == 3 else []
                data = data[9 + size:]
        return found

    data, again = b"", b"\xbe" * 15000
    with socket.create_connection(("localhost", port), timeout=5) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0))
        connection.sendall(request(1, b"\x40\x01x\x7f\xad\x1a" + b"a" * 3500))
        connection.sendall(b"".join(request(stream, again) for stream in (3, 5, 7, 9)) + request(11))
        server.equal("large headers end their streams alone, and a refusal that of its request", sorted(resets(6)), [1, 3, 5, 7, 9, 11])


def code(port, credentials):
    """The status of a call on a connection of its own."""
    channel = (grpc.secure_channel if credentials else grpc.insecure_channel)(
        f"localhost:{port}", *([credentials] if credentials else []), options=(("grpc.use_local_subchannel_pool", 1),))
    with channel:
        return begin(channel, "/qdrant.Collections/List", b"", timeout=5).code().name


def h2_context(trusted):
    context = client_context(trusted)
    context.set_alpn_protocols(["h2"])
    return context


def check_round_trip(server, gateway, files):
    """Qdrant's client, with answers of several records of TLS."""
    client = QdrantClient(url=f"https://localhost:{gateway.port}", grpc_port=gateway.grpc_port, prefer_grpc=True, api_key=KEY,
                          check_compatibility=False, grpc_options=files)
    client.create_collection("t", models.VectorParams(size=2, distance=models.Distance.DOT))
    long = "x" * 1000000
    client.upsert("t", [models.PointStruct(id=i, vector=[i, 1], payload={"long": long}) for i in range(1, 4)])
    found = client.query_points("t", query=[1, 1], with_payload=True).points
    server.equal("an answer by TLS", [(point.id, point.payload["long"] == long) for point in found], [(3, True), (2, True), (1, True)])
    client.delete_collection("t")
    client.close()


def check_tls(server, folder):
    for name in ("ca", "stranger"):
        authority(folder, name)
    for issuer, name, subject in (("ca", "server", "first"), ("ca", "next", "second"), ("ca", "client", "client"),
                                  ("stranger", "foreign", "foreign")):
        certificate(folder, issuer, name, subject)
    trusted = str(folder / "ca.pem")

    def credentials(*own):
        return grpc.ssl_channel_credentials((folder / "ca.pem").read_bytes(), *[(folder / file).read_bytes() for file in own])

    roots = credentials()
    options = ("--api-key", KEY, "--tls-cert", str(folder / "server.pem"), "--tls-key", str(folder / "server.key"))
    with server.gateway(*options) as (gateway, _):
        port = gateway.grpc_port
        check_round_trip(server, gateway, {"root_certificates": (folder / "ca.pem").read_bytes()})
        server.equal("TLS", code(port, roots), "OK")
        server.equal("without TLS", code(port, None), "UNAVAILABLE")
        server.equal("ALPN", handshake(port, h2_context(trusted)), ("TLSv1.3", "h2", "first"))
        only_http = client_context(trusted)
        only_http.set_alpn_protocols(["http/1.1"])
        server.equal("ALPN of REST", handshake(port, only_http), None)
        for suffix in ("key", "pem"):
            shutil.copy(folder / f"next.{suffix}", folder / f"server.{suffix}")
        with grpc.secure_channel(f"localhost:{port}", roots) as kept:
            begin(kept, "/qdrant.Collections/List", b"").result()
            gateway.process.send_signal(signal.SIGHUP)
            server.soon("the next certificate", lambda: handshake(port, h2_context(trusted))[2] == "second")
            server.equal("a connection that was there", begin(kept, "/qdrant.Collections/List", b"").code().name, "OK")
    with server.gateway(*options, "--tls-ca", trusted) as (gateway, _):
        for what, own, expected in (("no certificate", (), "UNAVAILABLE"), ("one of another", ("foreign.key", "foreign.pem"), "UNAVAILABLE"),
                                    ("one of the authority", ("client.key", "client.pem"), "OK")):
            server.equal(what, code(gateway.grpc_port, credentials(*own)), expected)
        check_round_trip(server, gateway, {name: (folder / file).read_bytes() for name, file in (
            ("root_certificates", "ca.pem"), ("private_key", "client.key"), ("certificate_chain", "client.pem"))})


def run(server):
    with server.gateway("--api-key", KEY, "--threads", "1", "--connections", "1") as (gateway, http):
        collection(http, "c")
        check_leave(server, gateway.grpc_port)
        check_parts(server, gateway)
        check_headers(server, gateway.grpc_port)
    with tempfile.TemporaryDirectory() as name:
        check_tls(server, Path(name))
