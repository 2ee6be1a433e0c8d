"""Clients that go before they have their answer."""
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
from hostile_server import APPLICATION, KEY, TENANTS, collection
from http_side import Http, token
from qdrant_client import grpc as messages

PATH = "/collections/c/points"
POINTS = 200
# Changes by gRPC that wait for a lock of the collection c.
METHODS = (("/qdrant.Points/CreateFieldIndex", messages.CreateFieldIndexCollection(
                collection_name="c", field_name="left by gRPC", field_type=messages.FieldTypeKeyword).SerializeToString()),
           ("/qdrant.Points/Delete", messages.DeletePoints(
                collection_name="c", points=messages.PointsSelector(
                    points=messages.PointsIdsList(ids=[messages.PointId(num=1)]))).SerializeToString()))


def check_cancel(server, http):
    """A statement that waits for a lock ends when its client goes, and its session goes on."""
    server.equal("count", http.status("POST", f"{PATH}/count", KEY, {}), 200)
    pids = [pid for pid, _, _ in server.sessions()]
    with ThreadPoolExecutor() as pool, server.session() as locker, locker.transaction():
        locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")

        def is_waiting():
            return [kind for _, _, kind in server.sessions()] == ["Lock"]

        for hard in (False, True):
            begin = time.monotonic()
            Http(http.port).leave("POST", f"{PATH}/count", KEY, {},
                                  lambda: server.soon("the statement waits", is_waiting), hard)
            server.soon("the statement ends", lambda: [state for _, state, _ in server.sessions()] == ["idle"])
            server.true("within a second", time.monotonic() - begin < 1)
        # Those in the queue leave it: what they ask for is never executed.
        blocked = pool.submit(Http(http.port).status, "POST", f"{PATH}/count", KEY, {})
        server.soon("a statement waits", is_waiting)
        for point in range(1000, 1010):
            Http(http.port).leave("PUT", PATH, KEY, {"points": [{"id": point, "vector": [1, 1]}]}, lambda: None)
        time.sleep(0.3)
    server.equal("the one that waited", blocked.result(), 200)
    time.sleep(0.2)
    server.equal("nothing was written", server.sql.execute("SELECT count(*) FROM c WHERE NOT id IN (SELECT id FROM c_ids)"
                                                           ).fetchone()[0], 0)
    server.equal("the same sessions", [pid for pid, _, _ in server.sessions()], pids)
    server.equal("and the next request", http.status("POST", f"{PATH}/count", KEY, {}), 200)


def waiting(server):
    """How many sessions of the gateway wait for a lock."""
    return [kind for _, _, kind in server.sessions()].count("Lock")


def check_changes(server, http):
    """A change of points ends with its client, also if the client has said that it does not wait. Builds of indexes go on."""
    def written():
        return [row[0] for row in server.sql.execute("SELECT id::text FROM c WHERE id IN ('2001', '2002') ORDER BY id").fetchall()]

    def indexes():
        return list(Http(http.port).ask("GET", "/collections/c", KEY)[1]["result"]["payload_schema"])

    def leave(method, path, body, goes_on):
        with server.session() as locker, locker.transaction():
            locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
            Http(http.port).leave(method, path, KEY, body, lambda: server.soon(
                f"{path} waits", lambda: waiting(server) > 0))
            if goes_on:
                time.sleep(.5)
                server.true(f"{path} goes on", waiting(server) > 0)
            else:
                server.soon(f"{path} ends", lambda: waiting(server) == 0)

    leave("PUT", f"{PATH}?wait=true", {"points": [{"id": 2001, "vector": [1, 1]}]}, False)
    leave("PUT", PATH, {"points": [{"id": 2002, "vector": [1, 1]}]}, False)
    leave("PUT", "/collections/c/index?wait=true", {"field_name": "left", "field_schema": "integer"}, True)
    server.soon("an index", lambda: indexes() == ["left"])
    server.equal("changes of points", written(), [])
    http.ask("DELETE", "/collections/c/index/left?wait=true", KEY)


def check_order(server, http):
    """What is acknowledged stays: changes of the same point that were given up before it are not made behind it."""
    def point(value):
        return {"points": [{"id": 2003, "vector": [value, 1]}]}

    with ThreadPoolExecutor(1) as pool:
        with server.session() as locker, locker.transaction():
            locker.execute("LOCK TABLE c IN SHARE MODE")
            for value in (1, 2, 3):
                Http(http.port).leave("PUT", PATH, KEY, point(value), lambda: server.soon(
                    "a change waits", lambda: waiting(server) > 0))
                server.soon("it is given up", lambda: waiting(server) == 0)
            acknowledged = pool.submit(http.status, "PUT", PATH, KEY, point(4))
            server.soon("the next one waits", lambda: waiting(server) > 0)
        server.equal("it is acknowledged", acknowledged.result(), 200)
    server.soon("all sessions are idle", lambda: {state for _, state, _ in server.sessions()} == {"idle"})
    server.equal("its value", http.ask("GET", f"{PATH}/2003", KEY)[1]["result"]["vector"], [4, 1])
    http.ask("POST", f"{PATH}/delete", KEY, {"points": [2003]})


def check_few_go_on(server, http, gateway):
    """A quarter of the connections may go on without clients. The others are free for other requests."""
    def index(number):
        return {"field_name": f"left{number}", "field_schema": "integer"}

    def others_answer():
        server.equal("another collection", Http(http.port).status("POST", "/collections/other/points/count", KEY, {}), 200)
        server.equal("/readyz", Http(http.port).status("GET", "/readyz"), 200)

    collection(http, "other")
    with server.session() as locker, locker.transaction():
        locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
        for number in range(5):
            Http(http.port).leave("PUT", "/collections/c/index?wait=true", KEY, index(number), lambda: server.soon(
                "it waits", lambda: waiting(server) == min(number, 1) + 1))
            server.soon("one goes on", lambda: waiting(server) == 1)
        others_answer()
        with grpc.insecure_channel(f"localhost:{gateway.grpc_port}") as channel:
            for method, message in METHODS:
                call = channel.unary_unary(method).future(message, timeout=.5, metadata=(("api-key", KEY),))
                server.equal(f"{method} within its deadline", call.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
                server.soon("one goes on", lambda: waiting(server) == 1)
        others_answer()
    server.soon("all sessions are idle", lambda: {state for _, state, _ in server.sessions()} == {"idle"})
    indexes = http.ask("GET", "/collections/c", KEY)[1]["result"]["payload_schema"]
    server.equal("the index that went on", list(indexes), ["left0"])
    http.ask("DELETE", "/collections/c/index/left0", KEY)
    http.ask("DELETE", "/collections/other", KEY)


def check_pool(server, http):
    """Soon the pools have all of their connections, apart from the one that answers, and the server has what they count."""
    def counts():
        return dict(line.split() for line in http.ask("GET", "/metrics", KEY)[1].decode().splitlines()
                    if line.startswith("vecext_pool_"))

    def kept():
        return int(counts()["vecext_pool_connections"])

    def busy():
        now = counts()
        return int(now["vecext_pool_connections"]) - int(now["vecext_pool_connections_idle"])

    # A session is idle a moment before its connection is back in the pool.
    server.soon("all connections are idle but the one that answers", lambda: busy() <= 1)
    server.equal("sessions", len(server.sessions()), kept())
    server.equal("requests that wait", counts()["vecext_pool_waiting"], "0")
    server.equal("locks", server.sql.execute("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                                             " WHERE application_name = %s", (APPLICATION,)).fetchone()[0], 0)


def check_random(server, http, requests, connections):
    """Requests that are left at any time, by several threads, with roles. Nothing stays of them."""
    tenants = [token({"role": role}, KEY) for role in TENANTS]

    def set_both(value):
        """Changes two points in one request."""
        return {"operations": [{"set_payload": {"payload": {"v": value}, "points": [point]}} for point in (1, 2)]}

    def work(number):
        """Returns the answers that are wrong."""
        wrong = []
        dice, own = random.Random(number), Http(http.port)
        for i in range(requests // 8):
            key = dice.choice([*tenants, KEY])
            query = dice.choice([{"query": [1, 1], "limit": 100}, {"query": dice.randint(1, 9), "limit": 5},
                                 {"query": [1, 1], "limit": 3, "with_vector": True}])
            way = dice.choice([("query", key, query), ("query", key, query), ("batch", KEY, set_both(1000 * number + i))])
            pause = dice.choice([0, 0, 0, 0.0002, 0.0005, 0.001, 0.002])
            own.leave("POST", f"{PATH}/{way[0]}", *way[1:], lambda: time.sleep(pause), hard=dice.random() < 0.5)
            if dice.random() < 0.1:
                key, expected = dice.choice([(KEY, POINTS), (tenants[0], POINTS // 2)])
                status, answer = own.ask("POST", f"{PATH}/count", key, {})
                if status != 200 or answer["result"]["count"] != expected:
                    wrong.append((status, answer, expected))
        return wrong

    done = threading.Event()

    def lock_now_and_then():
        """So that statements and the queue wait for longer than their clients."""
        while not done.wait(0.2):
            with server.session() as locker, locker.transaction():
                locker.execute("LOCK TABLE c IN ACCESS EXCLUSIVE MODE")
                time.sleep(0.2)

    with ThreadPoolExecutor(9) as pool:
        locking = pool.submit(lock_now_and_then)
        try:
            wrong = [answer for answers in pool.map(work, range(8)) for answer in answers]
        finally:
            done.set()
        locking.result()
    server.equal("answers between them", wrong[:3], [])
    server.soon("all sessions are idle", lambda: {state for _, state, _ in server.sessions()} == {"idle"})
    values = server.sql.execute("SELECT payload ->> 'v' FROM c WHERE id IN ('1', '2')").fetchall()
    server.true(f"both points have been changed by the same request: {values}", values[0] == values[1] != (None,))
    server.true(f"at most {connections} sessions", len(server.sessions()) <= connections)
    check_pool(server, http)
    for _ in range(2 * connections):
        server.equal("the role of each session", http.ask("POST", f"{PATH}/count", KEY, {})[1]["result"]["count"], POINTS)


def run(server):
    options = ("--api-key", KEY, "--role-claim", "role")
    with server.gateway(*options, "--threads", "1", "--connections", "1") as (_, http):
        collection(http, "c", POINTS, payload=lambda i: {"tenant": TENANTS[i % 2]})
        server.sql.execute("CREATE TABLE c_ids AS SELECT id FROM c")
        server.sql.execute("ALTER TABLE c ENABLE ROW LEVEL SECURITY")
        for role in TENANTS:
            server.sql.execute(f"GRANT SELECT ON c TO {role}")
            server.sql.execute(f"CREATE POLICY own_{role} ON c TO {role} USING (payload ->> 'tenant' = '{role}')")
        check_cancel(server, http)
        check_changes(server, http)
    with server.gateway(*options, "--threads", "1", "--connections", "4") as (gateway, http):
        check_order(server, http)
        check_few_go_on(server, http, gateway)
    with server.gateway(*options, "--threads", "2", "--connections", "3") as (_, http):
        check_random(server, http, server.options.disconnects, 6)
