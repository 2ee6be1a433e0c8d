"""A server that says nothing more, as one that is stopped, or whose host is away."""
import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from gateway_process import Gateway
from hostile_server import APPLICATION, DATABASE, KEY, LOGIN, collection
from http_side import Http

COUNT = "/collections/quiet/points/count"


class Relay:
    """Passes on what a client and the server say, as long as `talks` is set."""

    def __init__(self, info):
        self.server = f"{info.host}/.s.PGSQL.{info.port}" if info.host.startswith("/") else (info.host, info.port)
        self.talks = threading.Event()
        self.talks.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX if isinstance(self.server, str) else socket.AF_INET)
                server.connect(self.server)
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self.pass_on, args=ends, daemon=True).start()

    def pass_on(self, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.talks.wait()
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def open_two(relay, gateway):
    """Has two requests wait at the same time, so that the gateway opens two connections."""
    with ThreadPoolExecutor() as pool:
        relay.talks.clear()
        waiting = [pool.submit(Http(gateway.port).status, "POST", COUNT, KEY, {}) for _ in range(2)]
        time.sleep(0.1)
        relay.talks.set()
        for status in waiting:
            status.result()


def run(server):
    relay = Relay(server.sql.info)
    conninfo = f"host=127.0.0.1 port={relay.port} dbname={DATABASE} user={LOGIN} application_name='{APPLICATION}'"
    gateway = Gateway(server.options.program, conninfo, "--api-key", KEY, "--threads", "1", "--connections", "2", "--log-level", "debug")
    http = Http(gateway.port)
    collection(http, "quiet")
    open_two(relay, gateway)
    relay.talks.clear()
    start = time.monotonic()
    Http(gateway.port).leave("POST", COUNT, KEY, {}, lambda: time.sleep(0.2))
    status, answer = http.ask("POST", f"{COUNT}?timeout=1", KEY, {})
    server.equal("a server that says nothing", (status, answer["status"]["error"]), (408, "Timeout: PostgreSQL has not answered in time"))
    server.true("the time limit and a few seconds", 5 < time.monotonic() - start < 9)
    server.soon("requests given up, one of them without a timeout", lambda: gateway.output.text().count("/points/count 408") == 2)
    relay.talks.set()
    server.equal("the next request", http.status("POST", f"{COUNT}?timeout=1", KEY, {}), 200)
    http.ask("DELETE", "/collections/quiet", KEY)
    gateway.stop()
    relay.listener.close()
