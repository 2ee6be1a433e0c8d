"""More requests than the queue takes, bodies of more bytes than are held, a disk that is full, more connections than the process may have open."""
import asyncio
import collections
import gzip
import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from hostile_grpc import begin
from hostile_server import KEY, LOGIN, collection
from http_side import Http
from load_client import LoadConnection

WAITING = 1000  # requests that wait for a connection, at most
WAIT = 5  # seconds that a request waits
COUNT = ("POST", "/collections/c/points/count", {}, (("api-key", KEY),))


async def crowd(server, port):
    """[(status, Retry-After, seconds)] of requests that find one connection, and a table that is locked for longer than they wait."""
    connections = [await LoadConnection.open(port) for _ in range(WAITING + 21)]

    async def timed(connection):
        begin_ = time.monotonic()
        answer = await connection.ask(*COUNT)
        return answer.status, answer.headers.get("retry-after"), time.monotonic() - begin_

    with server.session() as locker:
        with locker.transaction():
            locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
            first = asyncio.create_task(timed(connections[0]))
            await asyncio.sleep(.2)
            others = await asyncio.gather(*[timed(connection) for connection in connections[1:]])
        answers = [await first, *others]
    for connection in connections:
        connection.close()
    return answers


def check_queue(server, port):
    answers = asyncio.run(crowd(server, port))
    server.equal("answers", collections.Counter(answer[:2] for answer in answers), {(200, None): 1, (503, "1"): WAITING + 20})
    refused = sorted(seconds for status, _, seconds in answers if status == 503)
    server.true(f"those above the queue's length are refused at once: {refused[19]}", refused[19] < WAIT - 1)
    server.true(f"those in the queue wait: {refused[20]} to {refused[-1]}", WAIT - .5 < refused[20] <= refused[-1] < WAIT + 3)


BODY_MEMORY = 64 << 20  # bytes
LARGE = b'{"filter":{"must":[{"key":"a","match":{"value":"' + b"x" * (30 << 20) + b'"}}]}}'


def resident(process):
    """Bytes of memory that a process has."""
    with open(f"/proc/{process.pid}/status", encoding="utf8") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))


def check_body_memory(server):
    """Bodies that wait take so many bytes at most, whether they come compressed, as they are, in part or by gRPC."""
    def grpc_status(channel):
        upsert = b"\x0a\x01c\x12" + b"\x80\x80\x80\x0f" + bytes(30 << 20)  # a field of 30 MB
        return begin(channel, "/qdrant.Points/Count", upsert).code()

    with server.ending_gateway("--threads", "1", "--connections", "1", "--max-body-memory", str(BODY_MEMORY)) as (gateway, http), \
            ThreadPoolExecutor(41) as pool, grpc.insecure_channel(f"localhost:{gateway.grpc_port}") as channel:
        server.equal("a large body", http.status("POST", COUNT[1], KEY, LARGE), 200)
        compressed = {"Content-Encoding": "gzip"}

        def answer(body, headers):
            client = Http(gateway.port)
            return client.status("POST", COUNT[1], KEY, body, headers), client.headers.get("Retry-After")

        for way, body, headers, number in (("compressed", gzip.compress(LARGE), compressed, 40), ("as they are", LARGE, {}, 12)):
            with server.session() as locker, locker.transaction():
                locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
                first = pool.submit(Http(gateway.port).status, "POST", COUNT[1], KEY, {})
                server.soon("the connection is taken", lambda: "Lock" in [kind for _, _, kind in server.sessions()])
                asked = [pool.submit(answer, body, headers) for _ in range(number)]
                server.soon(f"bodies {way}: most are refused before the wait ends", lambda: sum(one.done() for one in asked) >= number - 2, WAIT - 1)
                server.equal("by 503", collections.Counter(one.result() for one in asked if one.done()).keys(), {(503, "1")})
                server.true(f"memory is bounded: {resident(gateway.process) >> 20} MB", resident(gateway.process) < 8 * BODY_MEMORY)
            server.equal("the first", first.result(), 200)
            server.true("the others have an answer", all(one.result()[0] in (200, 503) for one in asked))
            server.equal(f"behind bodies {way}", http.status("POST", COUNT[1], KEY, body, headers), 200)
        parts = [socket.create_connection(("localhost", gateway.port), timeout=5) for _ in range(3)]
        for part in parts:
            part.sendall(f"POST {COUNT[1]} HTTP/1.1\r\nHost: x\r\napi-key: {KEY}\r\nContent-Length: {len(LARGE)}\r\n\r\n".encode())
        for part in parts[:2]:
            part.sendall(LARGE[:-1])
        server.soon("two bodies have come but for a byte", lambda: answer(LARGE[:5 << 20], {})[0] == 503)
        server.equal("none by gRPC", grpc_status(channel), grpc.StatusCode.UNAVAILABLE)
        server.equal("small ones are answered", http.status("POST", COUNT[1], KEY, {}), 200)
        for part in parts:
            part.close()
        server.soon("their memory is free", lambda: answer(LARGE, {})[0] == 200)
        server.true("also by gRPC", grpc_status(channel) != grpc.StatusCode.UNAVAILABLE)


def check_full_disk(server, gateway, http):
    """PostgreSQL's error of a full disk, which a trigger raises here."""
    server.sql.execute("CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS"
                       " $$BEGIN RAISE 'no space' USING ERRCODE = 'disk_full'; END$$")
    server.sql.execute("CREATE TRIGGER is_full BEFORE INSERT ON c EXECUTE FUNCTION is_full()")
    status, answer = http.ask("PUT", "/collections/c/points", KEY, {"points": [{"id": 9, "vector": [1, 1]}]})
    server.equal("a full disk", (status, list(answer["status"])), (507, ["error"]))
    upsert = b"\x0a\x01c\x1a\x12\x0a\x02\x08\x09\x22\x0c\x0a\x0a\x0a\x08\0\0\x80\x3f\0\0\x80\x3f"
    with grpc.insecure_channel(f"localhost:{gateway.grpc_port}") as channel:
        server.equal("by gRPC", begin(channel, "/qdrant.Points/Upsert", upsert).code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
    server.sql.execute("DROP FUNCTION is_full CASCADE")


def check_flood(server, gateway, http):
    """Connections above the limit of open files wait; those that are served go on."""
    server.equal("before", http.status("GET", "/collections", KEY), 200)
    old = resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, (100, old[1]))
    flood = [socket.create_connection(("localhost", port), timeout=5) for port in (gateway.port, gateway.grpc_port) for _ in range(150)]
    time.sleep(.3)
    server.equal("in a flood", http.status("GET", "/collections", KEY), 200)
    for connection in flood:
        connection.close()
    http.connection.close()
    start = time.monotonic()
    server.equal("behind it", http.status("GET", "/collections", KEY), 200)
    server.true("soon", time.monotonic() - start < 2)
    resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE, old)


def check_growth(server):
    """Where PostgreSQL has no connection left, a request waits for one that the gateway has, which opens more later."""
    server.soon("no session is left", lambda: not server.sessions())
    server.sql.execute(f"ALTER ROLE {LOGIN} CONNECTION LIMIT 1")
    with server.ending_gateway("--threads", "1", "--connections", "3") as (gateway, _), ThreadPoolExecutor() as pool:
        def count():
            return Http(gateway.port).status("POST", "/collections/c/points/count", KEY, {})

        def lock_and_count(sessions):
            with server.session() as locker, locker.transaction():
                locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
                asked = [pool.submit(count) for _ in range(3)]
                server.soon(f"sessions: {sessions}", lambda: len(server.sessions()) == sessions)
                time.sleep(.3)
            return [one.result() for one in asked]

        server.equal("a first one, as the server may refuse all of several sessions that begin at once", count(), 200)
        server.equal("one session serves all", lock_and_count(1), [200] * 3)
        for _ in range(3):
            time.sleep(1.1)  # then the pool tries to grow again
            asked = [pool.submit(count) for _ in range(2)]
            server.equal("one that was given back while the server refused another", [one.result() for one in asked], [200] * 2)
        server.sql.execute(f"ALTER ROLE {LOGIN} CONNECTION LIMIT -1")
        time.sleep(1)
        server.equal("the pool grows again", lock_and_count(3), [200] * 3)


def run(server):
    with server.gateway("--api-key", KEY, "--threads", "1", "--connections", "1") as (gateway, http):
        collection(http, "c")
        check_full_disk(server, gateway, http)
        check_flood(server, gateway, http)
        check_queue(server, http.port)
    check_body_memory(server)
    check_growth(server)
