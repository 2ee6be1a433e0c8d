"""SIGTERM while requests are under way: they have their answers, and no more are accepted."""
import fcntl
import http.client
import re
import signal
import socket
import struct
import subprocess
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from hostile_grpc import COUNT, begin
from hostile_server import DATABASE, KEY, LOGIN, collection
from http_side import Http
from websocket_side import WebSocket

COUNT_PATH = "/collections/c/points/count"
GOAWAY = 7


@contextmanager
def locked(server):
    with server.session() as locker, locker.transaction():
        locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
        yield


def statements(server):
    """How many wait for the lock."""
    return [kind for _, _, kind in server.sessions()].count("Lock")


def goaways(port, then):
    """The last streams that GOAWAY names, of a connection without requests, until it ends."""
    with socket.create_connection(("localhost", port), timeout=5) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
        then()
        data = b""
        while part := connection.recv(65536):
            data += part
    last = []
    while data:
        size, kind = int.from_bytes(data[:3], "big"), data[3]
        if kind == GOAWAY:
            last.append(struct.unpack(">II", data[9:17]))
        data = data[9 + size:]
    return last


def is_refused(port):
    try:
        socket.create_connection(("localhost", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


@contextmanager
def begun(port):
    """A request of which half is sent. Returns what sends the rest and reads all that comes back."""
    with socket.create_connection(("localhost", port), timeout=10) as connection:
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHo")

        def finish():
            connection.sendall(b"st: x\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(65536), b""))

        yield finish


def check_drain(server):
    with server.ending_gateway("--threads", "1", "--connections", "2") as (gateway, client), ThreadPoolExecutor() as pool:
        collection(client, "c")
        idle = Http(gateway.port)
        server.equal("before", idle.status("GET", "/readyz"), 200)
        channel = grpc.insecure_channel(f"localhost:{gateway.grpc_port}")
        with locked(server), begun(gateway.port) as finish:
            running = Http(gateway.port)
            counted = pool.submit(running.ask, "POST", COUNT_PATH, KEY, {})
            called = begin(channel, "/qdrant.Points/Count", COUNT)
            server.soon("both statements wait", lambda: statements(server) == 2)
            health = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=20)
            server.equal("it serves", next(health), b"\x08\x01")
            idle_grpc = pool.submit(goaways, gateway.grpc_port, lambda: time.sleep(.1))
            time.sleep(.2)
            gateway.process.send_signal(signal.SIGTERM)
            for port in (gateway.port, gateway.grpc_port):
                server.soon("nothing is accepted", lambda port=port: is_refused(port))
            server.equal("GOAWAY: the notice, and the last stream", idle_grpc.result(), [(2**31 - 1, 0), (0, 0)])
            server.equal("those that watch its health learn that it does not serve", (next(health), health.code()), (b"\x08\x02", grpc.StatusCode.UNAVAILABLE))
            server.equal("an idle connection is closed", idle.connection.sock.recv(1), b"")
            answer = finish()
            server.true(f"a request that had begun is answered: {answer}", answer.startswith(b"HTTP/1.1 503 "))
            server.true("and the connection ends behind its answer", b"\r\nConnection: close\r\n" in answer)
            server.equal("requests under way go on", (counted.done(), called.done(), gateway.process.poll()), (False, False, None))
        server.equal("their answers", (counted.result()[0], called.code()), (200, grpc.StatusCode.OK))
        server.equal("the connection ends", running.headers.get("Connection"), "close")
        server.equal("and so does the gateway", gateway.process.wait(5), 0)
        channel.close()


def check_websockets(server):
    """A WebSocket that waits for a request is closed as other idle connections are, and one that answers ends behind its answer."""
    with server.ending_gateway("--threads", "1", "--connections", "2") as (gateway, client):
        collection(client, "c")
        with WebSocket(gateway.port, key=KEY) as idle, WebSocket(gateway.port, key=KEY) as busy:
            with locked(server):
                busy.send({"collection": "c", "scroll": {}})
                server.soon("the statement waits", lambda: statements(server) == 1)
                start = time.monotonic()
                gateway.process.send_signal(signal.SIGTERM)
                server.equal("the one that waits", idle.answer(), 1001)
                server.true("is closed soon", time.monotonic() - start < 2)
            server.equal("the one that answers", (len(busy.answer()["result"]["points"]), busy.answer()), (3, 1001))
        server.equal("the gateway ends", gateway.process.wait(5), 0)


def started(server, http_port, grpc_port):
    """(status, output) of a gateway that ends at once, or None if it runs."""
    try:
        done = subprocess.run([server.options.program, "--http-port", str(http_port), "--grpc-port", str(grpc_port)], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=2, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.returncode, re.findall("cannot listen on .*", done.stdout)


def check_port(server):
    """Two gateways by mistake: the second one says what is wrong, and the first one serves."""
    with server.ending_gateway() as (gateway, client):
        for ports, used in (((gateway.port, 0), gateway.port), ((0, gateway.grpc_port), gateway.grpc_port)):
            server.equal("a second gateway", started(server, *ports), (1, [f"cannot listen on 127.0.0.1:{used}: Address already in use"]))
        server.equal("the first one", client.status("GET", "/readyz"), 200)
    server.equal("one port for both", started(server, gateway.port, gateway.port)[0], 1)
    server.equal("one behind it", started(server, gateway.port, gateway.grpc_port), None)


def check_limit(server):
    """What takes longer than the limit is given up, in the server, too."""
    with server.ending_gateway("--shutdown-limit", "1") as (gateway, client), locked(server), ThreadPoolExecutor() as pool:
        answers = [pool.submit(Http(gateway.port).status, "POST", COUNT_PATH, KEY, {}) for _ in range(3)]
        called = begin(channel := grpc.insecure_channel(f"localhost:{gateway.grpc_port}"), "/qdrant.Points/Count", COUNT)
        server.soon("statements wait", lambda: statements(server) == 4)
        start = time.monotonic()
        gateway.process.send_signal(signal.SIGTERM)
        server.equal("the gateway ends", gateway.process.wait(5), 0)
        server.true("soon behind the limit", .9 < time.monotonic() - start < 3)
        server.true("without answers", all(isinstance(answer.exception(), (http.client.HTTPException, OSError)) for answer in answers))
        server.equal("nor one of gRPC", called.code(), grpc.StatusCode.UNAVAILABLE)
        server.soon("no statement is left", lambda: not server.sessions())
        channel.close()


def check_second_signal(server):
    with server.ending_gateway() as (gateway, _), locked(server), ThreadPoolExecutor() as pool:
        answer = pool.submit(Http(gateway.port).status, "POST", COUNT_PATH, KEY, {})
        server.soon("the statement waits", lambda: statements(server) == 1)
        gateway.process.send_signal(signal.SIGTERM)
        server.soon("nothing is accepted", lambda: is_refused(gateway.port))
        server.equal("it waits for the request", gateway.process.poll(), None)
        start = time.monotonic()
        gateway.process.send_signal(signal.SIGINT)
        server.equal("a second signal ends it", gateway.process.wait(5), 1)
        server.true("at once", time.monotonic() - start < .5)
        server.true("without an answer", answer.exception())


@contextmanager
def silent(server, shutdown_limit):
    """A program whose log nobody reads, so that all its threads wait for that."""
    process = subprocess.Popen([server.options.program, "--postgres", f"dbname={DATABASE} user={LOGIN}", "--http-port", "0", "--grpc-port", "0",
                                "--log-level", "debug", "--shutdown-limit", str(shutdown_limit)], text=True, bufsize=1, stdout=subprocess.PIPE)
    port = next(int(found[1]) for line in process.stdout if (found := re.search(r"listening on http://\S+:(\d+)", line)))
    size = fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)

    def filled():
        return struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, bytes(4)))[0]

    is_full = False
    try:
        for _ in range(2000):
            with socket.create_connection(("localhost", port), timeout=2) as connection:
                connection.sendall(b"GET /collections/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                try:
                    connection.recv(4096)
                except TimeoutError:
                    is_full = filled() > size - 500  # a line has fewer bytes
                    if is_full:
                        break
        server.true("the log is full", is_full)
        yield process
    finally:
        process.kill()


def check_silent_output(server):
    with silent(server, 1) as process:
        process.send_signal(signal.SIGTERM)
        server.equal("a program whose log nobody reads ends", process.wait(10), 1)

    def ends_by_another_signal():
        process.send_signal(signal.SIGTERM)
        return process.poll() == 1

    with silent(server, 60) as process:
        server.soon("and does at a second signal", ends_by_another_signal)


def run(server):
    check_port(server)
    check_drain(server)
    check_websockets(server)
    check_limit(server)
    check_second_signal(server)
    check_silent_output(server)
