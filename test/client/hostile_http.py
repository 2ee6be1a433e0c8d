"""Bodies that are compressed, too large, half there or not wanted; clients that are slow."""
import gzip
import json
import re
import socket
import time
import zlib

from hostile_server import KEY, READ_KEY, collection

PATH = "/collections/c/points"


def memory(gateway):
    """The most memory that the gateway has had, in MB."""
    with open(f"/proc/{gateway.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024


def check_encodings(server, gateway, http):
    body = json.dumps({"points": [{"id": 50, "vector": [1, 1], "payload": {"text": "x" * 5000}}]}).encode()
    before = memory(gateway)
    zeros = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(200)) + zeros.flush()
    for what, encoding, data, expected in (
            ("gzip", "gzip", gzip.compress(body), 200), ("GZIP", "GZIP", gzip.compress(body), 200),
            ("deflate", "deflate", zlib.compress(body), 200), ("identity", "identity", body, 200),
            ("not compressed", "gzip", body, 400), ("cut off", "gzip", gzip.compress(body)[:-9], 400),
            ("with a wrong sum", "gzip", gzip.compress(body)[:-8] + bytes(8), 400),
            ("with something behind", "gzip", gzip.compress(body) + b"{}", 400),
            ("br", "br", body, 415), ("zstd", "zstd", body, 415), ("two", "gzip, gzip", body, 415),
            ("a bomb of 200 MB", "gzip", bomb, 400), ("a bomb in a bomb", "gzip", gzip.compress(bomb), 400),
            ("above 32 MB", "gzip", gzip.compress(b" " * (32 << 20) + body, 1), 400),
            ("below 32 MB", "gzip", gzip.compress(b" " * (31 << 20) + body, 1), 200)):
        status, answer = http.ask("PUT", PATH, KEY, data, {"Content-Encoding": encoding})
        server.equal(f"{what}: {answer}", status, expected)
        if "bomb" in what:  # its first 32 MB are read, into a text that doubles its room
            server.true(f"{what}: {before:.0f} to {memory(gateway):.0f} MB", memory(gateway) < before + 100)
        if status == 415:
            http.connection.close()


def check_answers(server, http):
    collection(http, "large", 1000)
    ask = ("POST", "/collections/large/points/scroll", KEY, {"limit": 1000})
    plain = http.ask(*ask)[1]["result"]
    for accepted, is_compressed in (("gzip", True), ("br, GZIP;q=0.5", True), ("identity", False), ("gzip;q=0", False),
                                    ("gzip;q=0.0, br", False), ("x-gzip", False)):
        _, answer = http.ask(*ask, headers={"Accept-Encoding": accepted})
        server.equal(f"Accept-Encoding {accepted}", http.headers.get("Content-Encoding"), "gzip" if is_compressed else None)
        answer = json.loads(gzip.decompress(answer)) if is_compressed else answer
        server.equal(f"the answer for {accepted}", answer["result"], plain)
    http.ask("GET", "/collections", KEY, headers={"Accept-Encoding": "gzip"})
    server.equal("a small answer", http.headers.get("Content-Encoding"), None)


def head(method, key, length, *more):
    lines = (f"{method} {PATH} HTTP/1.1", "Host: x", f"api-key: {key}", f"Content-Length: {length}", *more)
    return "\r\n".join((*lines, "", "")).encode()


def check_unread_bodies(server, http):
    """The key decides before a byte of the body has come."""
    for what, data, expected in (
            ("an unknown key", head("PUT", "unknown", 30 << 20), b"401"),
            ("a key for reads", head("PUT", READ_KEY, 30 << 20), b"403"),
            ("an unknown key that asks", head("PUT", "unknown", 30 << 20, "Expect: 100-continue"), b"401"),
            ("a key that asks", head("PUT", READ_KEY, 100, "Expect: 100-continue"), b"403"),
            ("a key that asks in capitals", head("PUT", KEY, 100, "Expect: 100-Continue"), b"100"),
            ("a route that is unknown", head("PUT", KEY, 30 << 20).replace(b"/points", b"/nothing"), b"404"),
            ("no key is needed", b"GET /openapi.json HTTP/1.1\r\nHost: x\r\nContent-Length: 31457280\r\n\r\n", b"200"),
            ("too much", head("PUT", KEY, 33 << 20), b"400"), ("far too much", head("PUT", KEY, 1 << 62), b"400"),
            ("a negative length", head("PUT", KEY, -1), b"400"), ("no HTTP", b"\x16\x03\x01\x00\x05hello\r\n\r\n", b"400"),
            ("two lengths", head("PUT", KEY, 2, "Content-Length: 3"), b"400"),
            ("a length and chunks", head("PUT", KEY, 2, "Transfer-Encoding: chunked"), b"400"),
            ("another coding", head("PUT", KEY, 2).replace(b"Content", b"Transfer-Encoding: identity\r\nContent"), b"400"),
            ("a coding behind chunks", head("PUT", KEY, 2).replace(b"Content-Length: 2", b"Transfer-Encoding: chunked, gzip"), b"400")):
        begin = time.monotonic()
        with socket.create_connection(("localhost", http.port), timeout=5) as connection:
            connection.sendall(data)
            answer = connection.recv(65536)
        server.equal(f"{what}: {answer[:60]}", answer[9:12], expected)
        server.true(f"{what}: at once", time.monotonic() - begin < 1)
    # A small body that nobody wants is passed over, and the connection goes on.
    twice = (head("PUT", READ_KEY, 2) + b"{}") * 2 + head("GET", KEY, 0, "Connection: close")
    absolute = b"GET http://other:1/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    server.equal("an absolute target", http.send_raw(absolute)[9:12], b"200")
    server.equal("bodies that are passed over", re.findall(rb"HTTP/1.1 (\d+)", http.send_raw(twice)), [b"403", b"403", b"404"])
    chunked = head("PUT", KEY, 0, "Connection: close").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    server.equal("chunks", http.send_raw(chunked + b'e\r\n{"points": []}\r\n0\r\n\r\n')[9:12], b"200")
    server.equal("bad chunks", http.send_raw(chunked + b"zz\r\n", 1)[9:12], b"400")
    asking = head("PUT", KEY, 14, "Expect: 100-continue", "Connection: close")
    with socket.create_connection(("localhost", http.port), timeout=5) as connection:
        connection.sendall(asking)
        server.equal("100", connection.recv(100)[:12], b"HTTP/1.1 100")
        connection.sendall(b'{"points": []}')
        server.equal("and 200", connection.recv(100)[:12], b"HTTP/1.1 200")


def check_heads(server, http):
    """A HEAD has the header of the GET, and no body that the next answer would begin with."""
    ask = b"%s /healthz HTTP/1.1\r\nHost: x\r\nConnection: %s\r\n\r\n"
    answers = http.send_raw(ask % (b"HEAD", b"keep-alive") + ask % (b"GET", b"close"))
    first, second, body = answers.split(b"\r\n\r\n")
    server.true("HEAD", first.startswith(b"HTTP/1.1 200"))
    server.true("GET behind it", second.startswith(b"HTTP/1.1 200"))
    server.equal("the length of both", [re.search(rb"Content-Length: (\d+)", head)[1] for head in (first, second)],
                 [str(len(body)).encode()] * 2)


def check_slow_clients(server, http):
    slow = []
    for i in range(200):
        connection = socket.create_connection(("localhost", http.port), timeout=5)
        connection.sendall(head("PUT", KEY, 1000)[:20 + i] if i % 2 else head("PUT", KEY, 1000) + b'{"poi')
        slow.append(connection)
    begin = time.monotonic()
    server.equal("others beside slow clients", http.status("GET", "/collections", KEY), 200)
    server.true("have their answer soon", time.monotonic() - begin < 1)
    for connection in slow:
        connection.close()
    # A client that writes byte by byte has its answer.
    with socket.create_connection(("localhost", http.port), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head("PUT", KEY, 14, "Connection: close") + b'{"points": []}':
            connection.sendall(bytes([byte]))
        server.equal("byte by byte", connection.recv(100)[:12], b"HTTP/1.1 200")


def run(server):
    with server.gateway("--api-key", KEY, "--read-only-api-key", READ_KEY, "--threads", "1") as (gateway, http):
        collection(http, "c")
        check_encodings(server, gateway, http)
        check_answers(server, http)
        check_unread_bodies(server, http)
        check_heads(server, http)
        check_slow_clients(server, http)
