"""Connections of HTTP that are cheap enough for a thousand of them in one process."""
import asyncio
import json


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class LoadConnection(asyncio.Protocol):
    """Asks one request after the other. `answer` raises ConnectionError if the gateway closes the connection before."""

    def __init__(self):
        self.bytes, self.waiting, self.transport = b"", None, None

    @classmethod
    async def open(cls, port):
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("closed without an answer"))

    def data_received(self, data):
        self.bytes += data
        end = self.bytes.find(b"\r\n\r\n")
        if end < 0:
            return
        lines = self.bytes[:end].decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        size = end + 4 + int(headers.get("content-length", 0))
        if len(self.bytes) >= size and self.waiting:
            answer = Answer(int(lines[0].split()[1]), headers, self.bytes[end + 4:size])
            self.bytes = self.bytes[size:]
            self.waiting.set_result(answer)

    async def ask(self, method, path, body=None, headers=()):
        if self.transport.is_closing():
            raise ConnectionError("the connection is closed")
        text = b"" if body is None else json.dumps(body).encode()
        self.waiting = asyncio.get_running_loop().create_future()
        lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Content-Length: {len(text)}", *(": ".join(header) for header in headers)]
        self.transport.write("\r\n".join((*lines, "", "")).encode() + text)
        return await asyncio.wait_for(self.waiting, 60)

    def close(self):
        self.transport.close()


async def ask_once(port, method, path, body=None):
    """An answer by a connection of its own."""
    connection = await LoadConnection.open(port)
    try:
        return await connection.ask(method, path, body)
    finally:
        connection.close()
