"""Streams of points by WebSocket: what they have, whom they refuse, and what happens when nobody reads."""
import contextlib
import re
import struct
import time

from hostile_server import KEY, READ_KEY, collection
from http_side import token
from websocket_side import CLOSE, PING, PONG, Refused, WebSocket, framed

POINTS = 250
MOST = 250  # streams of a thread, and as many without a key


def ids(answers):
    """The ids of each message."""
    return [[point["id"] for point in answer["result"]["points"]] for answer in answers]


def check_streams(server, http, port):
    with WebSocket(port, key=KEY) as stream:
        answers = stream.ask({"collection": "s", "scroll": {"with_vector": True}})
        whole = http.ask("POST", "/collections/s/points/scroll", KEY, {"limit": POINTS, "with_vector": True})[1]["result"]["points"]
        server.equal("all points", [point for answer in answers for point in answer["result"]["points"]], whole)
        server.equal("their messages", [(len(one["result"]["points"]), one["result"]["next_page_offset"], one["done"], one["status"])
                                        for one in answers], [(100, 101, False, "ok"), (100, 201, False, "ok"), (50, None, True, "ok")])
        some = {"filter": {"must": [{"key": "n", "range": {"gt": 10}}]}, "offset": 100, "limit": 7, "with_payload": False}
        server.equal("a part", ids(stream.ask({"collection": "s", "scroll": some, "batch": 3})),
                     [[100, 101, 102], [103, 104, 105], [106]])
        server.equal("nothing", [(one["result"], one["done"]) for one in stream.ask({"collection": "s", "scroll": {"offset": 9999}})],
                     [({"points": [], "next_page_offset": None}, True)])
        order = {"order_by": {"key": "n", "direction": "desc"}, "limit": 5}
        server.equal("by a key", ids(stream.ask({"collection": "s", "scroll": order, "batch": 4})), [[250, 249, 248, 247], [246]])
        query = {"query": [1, 0], "limit": 5, "with_payload": True}
        answers = stream.ask({"collection": "s", "query": query, "batch": 2})
        found = http.ask("POST", "/collections/s/points/query", KEY, query)[1]["result"]["points"]
        server.equal("a query", [point for answer in answers for point in answer["result"]["points"]], found)
        server.equal("its messages", [(len(one["result"]["points"]), one["done"]) for one in answers], [(2, False), (2, False), (1, True)])
        server.true("the first has the time of the statement", answers[0]["time"] > min(one["time"] for one in answers[1:]))
        stream.send(b"are you there", PING)
        server.equal("a ping", stream.frame(), (PONG, b"are you there"))
        stream.send(struct.pack(">H", 1000), CLOSE)
        server.equal("the end", stream.frame(), (CLOSE, struct.pack(">H", 1000)))
    request = {"collection": "s", "scroll": {"limit": 2}}
    with WebSocket(port, "/vecext/ws/query-stream?timeout=5", key=KEY, early=framed(request)) as stream:
        server.equal("a message right behind the header", ids([stream.answer()]), [[1, 2]])


def check_refusals(server, http, port):
    request = {"collection": "s", "scroll": {"limit": 1}}
    for what, path, key, expected in (("a wrong key", "/ws/query-stream", "wrong", 401), ("another route", "/collections", KEY, 200),
                                      ("a wrong time limit", "/ws/query-stream?timeout=0", KEY, 422)):
        try:
            WebSocket(port, path, key).close()
            found = 101
        except Refused as refused:
            found = refused.args[0]
        server.equal(f"WebSocket with {what}", found, expected)
    for what, lines in (("an old version", ("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 8")),
                        ("no key", ("Sec-WebSocket-Version: 13",))):
        head = "\r\n".join(("GET /ws/query-stream HTTP/1.1", "Host: x", "Connection: Upgrade, close", "Upgrade: websocket", *lines))
        server.true(f"a handshake with {what}", http.send_raw(head.encode() + b"\r\n\r\n").startswith(b"HTTP/1.1 426 "))
    server.equal("without WebSocket", http.ask("GET", "/ws/query-stream"), (426, b"This is a WebSocket"))
    with WebSocket(port, key=READ_KEY) as stream:
        server.equal("the key to read", ids(stream.ask(request)), [[1]])
    with WebSocket(port) as stream:  # as a browser, which cannot send headers
        server.equal("a key in the first message", [one["result"] for one in stream.ask({"api_key": KEY})], [True])
        server.equal("what it admits", ids(stream.ask(request)), [[1]])
    other = token({"access": [{"collection": "other", "access": "r"}]}, KEY)
    for what, key, message, status, code in (
            ("without a key", None, request, 401, 1008), ("with a wrong key", None, {"api_key": "wrong"}, 401, 1008),
            ("with the token of another collection", other, request, 403, 1008),
            ("with a token that has expired", None, {"api_key": token({"exp": 1}, KEY)}, 403, 1008),
            ("of a missing collection", KEY, {"collection": "none", "scroll": {}}, 404, 1008),
            ("of nothing", KEY, {"collection": "s"}, 400, 1008), ("of both", KEY, {**request, "query": {}}, 400, 1008),
            ("that is not JSON", KEY, "{", 400, 1008), ("without points in a batch", KEY, {**request, "batch": 0}, 422, 1008),
            ("of a wrong filter", KEY, {"collection": "s", "scroll": {"filter": {"nonsense": 1}}}, 400, 1008)):
        with WebSocket(port, key=key) as stream:
            stream.send(message)
            answer = stream.answer()
            server.equal(f"a stream {what}", (answer.get("code"), bool(answer["status"]["error"]), stream.answer()), (status, True, code))
    for what, bytes_, code in (("a large message without a key", framed("x" * 100000), 1009),
                               ("a message that is not masked", framed(request, is_masked=False), 1002),
                               ("a text that is not UTF-8", framed(b"\xff\xfe"), 1007)):
        with WebSocket(port) as stream:
            stream.socket.sendall(bytes_)
            server.equal(what, stream.answer(), code)
    with WebSocket(port, key=KEY) as stream:
        stream.send(b"\x00", 2)
        server.equal("a binary message", stream.answer(), 1003)


def check_number(server, gateway, http, port):
    """More streams than a thread has, with keys and without, are refused until others have ended."""
    def opened(key):
        """A stream, once those of the checks before have ended."""
        for _ in range(100):
            with contextlib.suppress(Refused):
                return WebSocket(port, key=key)
            time.sleep(.1)
        raise Refused(503)

    streams = [opened(key) for key in (KEY, None) for _ in range(MOST)]
    for key in (KEY, None):
        try:
            WebSocket(port, key=key).close()
            refused = None
        except Refused as error:
            refused = error.args[0]
        server.equal(f"one stream more with the key {key}", refused, 503)
    streams[-1].send({"api_key": KEY})
    server.equal("a key that comes later, too", (streams[-1].answer().get("code"), streams[-1].answer()), (503, 1013))
    server.equal("other requests", http.status("GET", "/collections/s", KEY), 200)
    server.equal("streams that are open", ids(streams[0].ask({"collection": "s", "scroll": {"limit": 1}})), [[1]])
    for stream in streams:
        stream.close()

    def is_open():
        try:
            WebSocket(port, key=KEY).close()
        except Refused:
            return False
        return True

    server.soon("places are free again", is_open)
    server.true("what a stream fails with is logged", re.search(r"\[error\].* WebSocket /ws/query-stream 503 .* id=\w+", gateway.output.text()))


def transactions(http):
    """How many the gateway has made."""
    return int(re.search(rb"^vecext_transaction_duration_seconds_count (\d+)", http.ask("GET", "/metrics", KEY)[1], re.MULTILINE)[1])


def check_flow(server, http, port):
    """Points that are not read are not fetched, and a client that goes is not worked for."""
    collection(http, "large", 100, payload=lambda i: {"text": "x" * 100000})
    before = transactions(http)
    with WebSocket(port, key=KEY, room=4096) as stream:
        stream.send({"collection": "large", "scroll": {}, "batch": 1})
        time.sleep(0.5)
        server.true("points wait for a client that does not read", 1 < transactions(http) - before < 90)
        answers = [stream.answer() for _ in range(100)]
        server.equal("all of them come", [answer["result"]["points"][0]["id"] for answer in answers], list(range(1, 101)))
        server.true("and are fetched", transactions(http) - before >= 100)
    http.ask("DELETE", "/collections/large", KEY)
    for what, leave in (("closes", lambda stream: stream.close()),
                        ("says that it goes", lambda stream: stream.send(struct.pack(">H", 1000), CLOSE))):
        with server.session() as locker, locker.transaction():
            locker.execute("LOCK TABLE s IN ACCESS EXCLUSIVE MODE")
            with WebSocket(port, key=KEY) as stream:
                stream.send({"collection": "s", "scroll": {}})
                server.soon("the statement waits", lambda: "Lock" in [kind for _, _, kind in server.sessions()])
                start = time.monotonic()
                leave(stream)
                server.soon(f"the statement ends when its client {what}",
                            lambda: [state for _, state, _ in server.sessions()] == ["idle"])
                server.true("within a second", time.monotonic() - start < 1)
    server.equal("the next request", http.status("GET", "/collections/s", KEY), 200)


def run(server):
    with server.gateway("--api-key", KEY, "--read-only-api-key", READ_KEY, "--threads", "1", "--connections", "1") as (gateway, http):
        collection(http, "s", POINTS)
        http.ask("PUT", "/collections/s/index", KEY, {"field_name": "n", "field_schema": "integer"})
        check_streams(server, http, gateway.port)
        check_refusals(server, http, gateway.port)
        check_flow(server, http, gateway.port)
        check_number(server, gateway, http, gateway.port)
        http.ask("DELETE", "/collections/s", KEY)
