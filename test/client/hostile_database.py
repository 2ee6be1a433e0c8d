"""What a database has of its own: triggers on the tables of collections, an encoding, a limit of time."""
import time
from concurrent.futures import ThreadPoolExecutor

from hostile_server import DATABASE, KEY, LOGIN, collection

NOISE = """CREATE FUNCTION noise() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE NOTICE '%', repeat('x', 100000); RETURN new; END$$"""
FAULT = """CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN INSERT INTO missing VALUES (1); RETURN new; END$$"""
CHANGE = "CREATE TRIGGER own BEFORE UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION"


def check_noise(server, http):
    """The server says more than sockets hold while it is sent more than they hold."""
    server.sql.execute(NOISE)
    server.sql.execute(f"{CHANGE} noise()")
    start = time.monotonic()
    changes = [{"set_payload": {"payload": {"text": "y" * 40000, "n": number}, "points": [1]}} for number in range(40)]
    server.equal("notices while a request is sent", http.status("POST", "/collections/mine/points/batch", KEY, {"operations": changes}), 200)
    server.true("without a wait", time.monotonic() - start < 10)
    server.sql.execute("DROP FUNCTION noise CASCADE")


def check_fault(server, http):
    """A table that a trigger misses is not the collection."""
    server.sql.execute(FAULT)
    server.sql.execute(f"{CHANGE} fault()")
    status, answer = http.ask("POST", "/collections/mine/points/payload", KEY, {"payload": {"a": 1}, "points": [1]})
    server.equal("a trigger misses a table", (status, "missing" in answer["status"]["error"], "mine" in answer["status"]["error"]), (500, True, False))
    server.sql.execute("DROP FUNCTION fault CASCADE")


def check_encoding(server):
    """Texts are UTF-8 for clients, whatever encoding the sessions of the database are to have."""
    server.sql.execute(f"ALTER DATABASE {DATABASE} SET client_encoding = 'LATIN1'")
    with server.ending_gateway() as (_, http):
        http.ask("PUT", "/collections/mine/points", KEY, '{"points": [{"id": 1, "vector": [1, 1], "payload": {"raw": "é日", "escaped": "\\u00e9"}}]}'.encode())
        payload = http.ask("GET", "/collections/mine/points/1", KEY)[1]["result"]["payload"]
        server.equal("a text comes back", payload, {"raw": "é日", "escaped": "é"})
    server.equal("and is the same in SQL", server.sql.execute("SELECT payload FROM mine WHERE id = 1").fetchone()[0], payload)
    server.sql.execute(f"ALTER DATABASE {DATABASE} RESET client_encoding")


def check_limit(server):
    """A request may lower the time limit of the database's sessions, and not raise it."""
    server.sql.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(0.3); RETURN new; END$$")
    server.sql.execute(f"{CHANGE} slow()")
    change = ("POST", "/collections/mine/points/payload?timeout=60", KEY)
    for limit, expected in (("50ms", 408), ("1min", 200), ("2min", 200), ("0", 200)):
        server.sql.execute(f"ALTER DATABASE {DATABASE} SET statement_timeout = '{limit}'")
        with server.ending_gateway() as (_, http):
            server.equal(f"a limit of {limit}", http.status(*change, {"payload": {"limit": limit}, "points": [2]}), expected)
    server.sql.execute(f"ALTER DATABASE {DATABASE} RESET statement_timeout")
    server.sql.execute("DROP FUNCTION slow CASCADE")


def check_notice(server, gateway, http):
    """What the server remarks on a request, with names of the client's choice, is not in the log."""
    key = '"x\n[2030-01-01 00:00:00.000] [error] of a client\nx"'
    server.equal("a key that no point has", http.status("POST", "/collections/mine/points/query/groups", KEY, {"query": [1, 1], "group_by": key}), 200)
    server.soon("the request is logged", lambda: "/points/query/groups 200" in gateway.output.text())
    server.true("but not its key", "of a client" not in gateway.output.text())


def check_replaced(server, http):
    """A request that waits while another collection takes the place of its own is about the new one."""
    collection(http, "mine")
    with ThreadPoolExecutor(1) as pool:
        with server.session() as other, other.transaction():
            other.execute(f"SET LOCAL ROLE {LOGIN}")
            other.execute("SELECT vecext.drop_collection('mine')")
            other.execute("""SELECT vecext.create_collection('mine', '{"size": 3, "distance": "dot"}')""")
            answer = pool.submit(http.ask, "GET", "/collections/mine", KEY)
            server.soon("it waits", lambda: "Lock" in [kind for _, _, kind in server.sessions()])
        status, description = answer.result()
    server.equal("the description", (status, status == 200 and description["result"]["config"]["params"]["vectors"]["size"]), (200, 3))


def run(server):
    with server.ending_gateway() as (gateway, http):
        collection(http, "mine")
        check_notice(server, gateway, http)
        check_replaced(server, http)
        collection(http, "mine")
        check_noise(server, http)
        check_fault(server, http)
    check_encoding(server)
    check_limit(server)
    server.sql.execute("SELECT vecext.drop_collection('mine')")
