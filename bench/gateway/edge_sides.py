"""The ways in which edge.py asks: each makes the requests of a filter and an ef beforehand, sends one of them, and decodes the answer only if it is
asked for ids."""
import json
import socket
import struct

import psycopg
import qdrant_edge as edge

LIMIT = 10


class Edge:
    """Qdrant's engine in this process."""

    def __init__(self, shard, queries):
        self.shard, self.queries, self.requests, self.answer = shard, queries.tolist(), [], None

    @staticmethod
    def condition(key, match=None, range=None):  # pylint: disable=redefined-builtin
        return edge.FieldCondition(key, match=match and edge.MatchValue(**match), range=range and edge.RangeFloat(**range))

    def prepare(self, conditions, ef):
        shared = {"limit": LIMIT, "params": edge.SearchParams(hnsw_ef=ef),
                  "filter": edge.Filter(must=[self.condition(**one) for one in conditions]) if conditions else None}
        self.requests = [edge.QueryRequest(query=edge.Query.Nearest(query), **shared) for query in self.queries]

    def ask(self, number):
        self.answer = self.shard.query(self.requests[number])

    def ids(self):
        return [point.id for point in self.answer]


def request_of(conditions, ef, **members):
    """A request in JSON, without its vector."""
    request = {**members, "limit": LIMIT}
    if conditions:
        request["filter"] = {"must": conditions}
    if ef:
        request["params"] = {"hnsw_ef": ef}
    return request


class Libpq:
    """The statement that the gateway sends, prepared, by a connection of libpq; the vector is in binary."""

    STATEMENT = b"SELECT id, score, payload, vectors, order_value FROM vecext.query($1, $2::jsonb, $3)"

    def __init__(self, conninfo, collection, queries):
        with psycopg.connect(conninfo) as session:
            oid = session.execute("SELECT 'vector'::regtype::oid").fetchone()[0]
        self.collection, self.request, self.answer = collection.encode(), b"", None
        self.vectors = [self.array_of(query, oid) for query in queries]
        self.connection = psycopg.pq.PGconn.connect(conninfo.encode())
        self.check(self.connection.prepare(b"query", self.STATEMENT))

    @staticmethod
    def array_of(query, oid):
        """The binary form of an array of one vector."""
        element = struct.pack(">hh", len(query), 0) + query.astype(">f4").tobytes()
        return struct.pack(">iiIiii", 1, 0, oid, 1, 1, len(element)) + element

    def check(self, result):
        if result.status not in (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK):
            raise RuntimeError(result.error_message)
        return result

    def prepare(self, conditions, ef):
        request = request_of(conditions, ef, query={"$dense": 0}, with_payload=False)
        self.request = json.dumps(request).encode()

    def ask(self, number):
        self.answer = self.check(self.connection.exec_prepared(b"query", (self.collection, self.request, self.vectors[number]),
                                                               (0, 0, 1), 0))

    def ids(self):
        return [int(self.answer.get_value(row, 0)) for row in range(self.answer.ntuples)]


class Rest:
    """The gateway by HTTP, by bytes on a socket that stays open."""

    def __init__(self, port, collection, queries):
        self.path, self.queries, self.requests, self.answer = f"/collections/{collection}/points/query", queries.tolist(), [], b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def prepare(self, conditions, ef):
        texts = [json.dumps(request_of(conditions, ef, query=query)) for query in self.queries]
        self.requests = [f"POST {self.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode()
                         for text in texts]

    def ask(self, number):
        self.socket.sendall(self.requests[number])
        data = self.socket.recv(1 << 16)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self.socket.recv(1 << 16)
        begin = data.lower().index(b"content-length:") + 15
        size = end + 4 + int(data[begin:data.index(b"\r", begin)])
        while len(data) < size:
            data += self.socket.recv(1 << 16)
        if not data.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(data)
        self.answer = data[end + 4:]

    def ids(self):
        return [point["id"] for point in json.loads(self.answer)["result"]["points"]]


def varint(value):
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes([*parts, value])


def field(number, value):
    """A field of a message: an integer, a double, or bytes."""
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at, value, shift = at + 1, value | (byte & 0x7f) << shift, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    """[(number, integer or bytes)] of a message"""
    at, found = 0, []
    while at < len(data):
        tag, at = read_varint(data, at)
        kind = tag & 7
        if kind in (0, 2):
            value, at = read_varint(data, at)
        if kind:
            size = {1: 8, 5: 4}.get(kind) or value
            value, at = data[at:at + size], at + size
        found.append((tag >> 3, value))
    return found


class Grpc:
    """The gateway by gRPC, by frames of HTTP/2 that are made by hand, one stream after the other."""

    DATA, HEADERS, SETTINGS, PING, WINDOW = 0, 1, 4, 6, 8
    END_STREAM, ACK, END_HEADERS = 1, 1, 4

    def __init__(self, port, collection, queries):
        self.collection, self.vectors, self.requests = collection, [query.astype("<f4").tobytes() for query in queries], []
        self.stream, self.data, self.answer = 1, b"", b""
        pairs = ((":method", "POST"), (":scheme", "http"), (":path", "/qdrant.Points/Query"), (":authority", "localhost"),
                 ("content-type", "application/grpc"), ("te", "trailers"))
        self.headers = b"".join(b"\x10" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode() for name, value in pairs)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        window = struct.pack(">I", 1 << 30)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.frame(self.SETTINGS, 0, 0, b"\0\4" + window)
                            + self.frame(self.WINDOW, 0, 0, window))

    @staticmethod
    def frame(kind, flags, stream, payload):
        return struct.pack(">BHBBI", len(payload) >> 16, len(payload) & 0xffff, kind, flags, stream) + payload

    @staticmethod
    def condition(key, match=None, range=None):  # pylint: disable=redefined-builtin
        message = field(1, key)
        if match:
            value = match["value"]
            number = 3 if isinstance(value, bool) else 2 if isinstance(value, int) else 1
            message += field(2, field(number, value))
        if range:
            message += field(3, field(4, float(range["lte"])))
        return field(2, field(1, message))  # must, field

    def prepare(self, conditions, ef):
        rest = field(8, LIMIT)
        if conditions:
            rest += field(5, b"".join(self.condition(**one) for one in conditions))
        if ef:
            rest += field(6, field(1, ef))
        messages = [field(1, self.collection) + field(3, field(1, field(2, field(1, vector)))) + rest for vector in self.vectors]
        self.requests = [b"\0" + struct.pack(">I", len(message)) + message for message in messages]

    def read_frame(self):
        """(kind, flags, payload)"""
        while len(self.data) < 9 or len(self.data) < 9 + int.from_bytes(self.data[:3], "big"):
            self.data += self.socket.recv(1 << 16)
        end = 9 + int.from_bytes(self.data[:3], "big")
        kind, flags, payload = self.data[3], self.data[4], self.data[9:end]
        self.data = self.data[end:]
        return kind, flags, payload

    def ask(self, number):
        self.socket.sendall(self.frame(self.HEADERS, self.END_HEADERS, self.stream, self.headers)
                            + self.frame(self.DATA, self.END_STREAM, self.stream, self.requests[number]))
        self.answer, is_over = b"", False
        while not is_over:
            kind, flags, payload = self.read_frame()
            is_over = kind in (self.DATA, self.HEADERS) and flags & self.END_STREAM
            if kind == self.DATA:
                self.answer += payload
            elif kind in (self.SETTINGS, self.PING) and not flags & self.ACK:
                self.socket.sendall(self.frame(kind, self.ACK, 0, payload if kind == self.PING else b""))
        self.stream += 2
        if len(self.answer) < 5:
            raise RuntimeError("gRPC: an error")

    def ids(self):
        """Of points, which are field 1 of the answer, the number in the id, which is field 1."""
        points = [fields(value) for number, value in fields(self.answer[5:]) if number == 1]
        return [fields(value)[0][1] for point in points for number, value in point if number == 1]
