"""A client of WebSocket by a socket of the test's own, so that it can be wrong, slow, or gone."""
import base64
import contextlib
import hashlib
import json
import os
import socket
import struct

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Refused(Exception):
    """The answer to a request for a WebSocket that is not one: its status and its text."""


class WebSocket:
    """A conversation. With little `room`, what is not read soon stays at the gateway."""

    def __init__(self, port, path="/ws/query-stream", key=None, context=None, room=None, early=b"", headers=()):
        self.socket = socket.socket()
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        nonce = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {nonce}", "Sec-WebSocket-Version: 13", *([f"api-key: {key}"] if key else []), *headers]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + early)
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.headers = head.decode().lower()
        proof = base64.b64encode(hashlib.sha1(nonce.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
        if " 101 " not in self.headers or proof.lower() not in self.headers:
            status = int(head.split()[1])
            self.socket.close()
            raise Refused(status)

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("closed")
        self.buffer += part

    def take(self, size):
        while len(self.buffer) < size:
            self.more()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def frame(self):
        """(kind, content) of the next frame, all of a message"""
        first, size = self.take(2)
        if size > 125:
            size = struct.unpack(">H" if size == 126 else ">Q", self.take(2 if size == 126 else 8))[0]
        content = self.take(size)
        if not first & 0x80:
            raise ValueError("a message in several frames")
        return first & 0x0f, content

    def send(self, message, kind=TEXT, is_masked=True):
        self.socket.sendall(framed(message, kind, is_masked))

    def answer(self):
        """The next message, or the code that the gateway closes with. Pings are answered."""
        while True:
            kind, content = self.frame()
            if kind == PING:
                self.send(content, PONG)
            elif kind == CLOSE:
                with contextlib.suppress(OSError):  # it may have closed the connection, too
                    self.send(content, CLOSE)
                return struct.unpack(">H", content[:2])[0] if content else None
            elif kind == TEXT:
                return json.loads(content)

    def ask(self, message):
        """All messages that answer one: up to the last of them, or to the code of the end."""
        self.send(message)
        answers = []
        while not answers or not (isinstance(answers[-1], int) or answers[-1].get("done")):
            answers.append(self.answer())
        return answers

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def framed(message, kind=TEXT, is_masked=True):
    data = message if isinstance(message, bytes) else (message if isinstance(message, str) else json.dumps(message)).encode()
    bit, size = 0x80 if is_masked else 0, len(data)
    head = bytes([0x80 | kind]) + (bytes([bit | size]) if size < 126 else bytes([bit | 126]) + struct.pack(">H", size) if size < 65536
                                   else bytes([bit | 127]) + struct.pack(">Q", size))
    if not is_masked:
        return head + data
    mask = os.urandom(4)
    spread = (mask * (size // 4 + 1))[:size]
    return head + mask + (int.from_bytes(data, "big") ^ int.from_bytes(spread, "big")).to_bytes(size, "big")
