"""Roles: two tenants of one collection, by one connection to PostgreSQL."""
import itertools
import random
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from hostile_server import DATABASE, KEY, LOGIN, READ_KEY, STRANGER, TENANTS, collection
from http_side import Http, token

PLANTED_TYPES = ("text", "int4", "int8", "jsonb", "name")
PLANTED_OPERATORS = ("||", "->", "->>", "#>>", "-", "+", "*", "/", "%", "=", "<>", "<", ">", "<=", ">=", "~", "~~", "?")
PLANTED_DOMAINS = ("vector", "halfvec", "sparsevec")
PLANTED_FUNCTIONS = ("to_jsonb(text)", "to_jsonb(int4[])", "to_jsonb(float8[])", "jsonb_agg(jsonb)", "format(text, name, text)",
                     *(f"jsonb_build_object(text, text, text, {parameters}, text, bigint, text, text)" for parameters in ("text[]", "jsonb")),
                     "jsonb_build_object(text, int8, text, int8, text, numeric, text, numeric, text, numeric)")


def tenant(role):
    return token({"role": role}, KEY)


def counts(http, key):
    """What a key sees of the 20 points, in different ways."""
    path = "/collections/shared/points"
    answers = [http.ask("POST", f"{path}/count", key, {})[1]["result"]["count"],
               len(http.ask("POST", f"{path}/scroll", key, {"limit": 100})[1]["result"]["points"]),
               len(http.ask("POST", f"{path}/query", key, {"query": [1, 1], "limit": 100})[1]["result"]["points"]),
               len(http.ask("POST", f"{path}/query", key, {
                   "query": [1, 1], "limit": 100, "filter": {"must": {"key": "n", "range": {"gte": 0}}}})[1]["result"]["points"]),
               sum(hit["count"] for hit in http.ask("POST", "/collections/shared/facet", key,
                                                    {"key": "tenant"})[1]["result"]["hits"])]
    return answers


def prepare(server, http):
    collection(http, "shared", 20, payload=lambda i: {"n": i, "tenant": TENANTS[i % 4 == 0]})
    http.ask("PUT", "/collections/shared/index", KEY, {"field_name": "n", "field_schema": "integer"})
    server.sql.execute("ALTER TABLE shared ENABLE ROW LEVEL SECURITY")
    for role in TENANTS:
        server.sql.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON shared TO {role}")
        server.sql.execute(f"CREATE POLICY own_{role} ON shared TO {role} USING (payload ->> 'tenant' = '{role}')")


def check_tenants(server, http):
    a, b = (tenant(role) for role in TENANTS)
    for _ in range(3):
        server.equal("the tenant of 15", counts(http, a), [15] * 5)
        server.equal("the tenant of 5", counts(http, b), [5] * 5)
        server.equal("the gateway itself", counts(http, KEY), [20] * 5)
    path = "/collections/shared/points"
    foreign = {"points": [{"id": 100, "vector": [1, 1], "payload": {"tenant": TENANTS[1]}}]}
    server.equal("a point of another", http.status("PUT", path, a, foreign), 403)
    server.equal("one's own point", http.status("PUT", path, b, foreign), 200)
    server.equal("no deletion of another's", http.status("POST", f"{path}/delete", a, {"points": [100]}), 200)
    server.equal("it is there", http.status("GET", f"{path}/100", b), 200)
    server.equal("but not for the other", http.status("GET", f"{path}/100", a), 404)
    server.equal("one's own deletion", http.status("POST", f"{path}/delete", b, {"points": [100]}), 200)
    server.equal("no right to drop", http.status("DELETE", "/collections/shared", a), 403)


def check_refusals(server, http):
    for role in ("nobody_of_that_name", STRANGER, "postgres", "none", "NONE", LOGIN + '"', "a; RESET ROLE", "x" * 1000, " "):
        server.equal(f"role {role[:40]!r}", http.status("GET", "/collections", tenant(role)), 403)
    for claims in ({}, {"role": ""}, {"access": "r"}):
        server.equal(f"no role: {claims}", http.status("GET", "/collections", token(claims, KEY)), 403)
    server.equal("a role of another type", http.status("GET", "/collections", token({"role": 1}, KEY)), 401)


def check_snapshots(server, http):
    """A file has all rows, so a role that does not see them gets none."""
    path, a = "/collections/shared/snapshots", tenant(TENANTS[0])
    name = http.ask("POST", path, KEY)[1]["result"]["name"]
    server.equal("no snapshot of one's own", http.status("POST", path, a), 403)
    for method, target in (("GET", f"{path}/{name}"), ("DELETE", f"{path}/{name}"), ("GET", "/snapshots/gone.snapshot"),
                           ("DELETE", "/snapshots/gone.snapshot"), ("GET", "/collections/gone/snapshots/gone.snapshot")):
        server.equal(f"{method} {target} by a tenant", http.status(method, target, a), 403)
    server.equal("recovery by a tenant", http.status("PUT", f"{path}/recover", a, {"location": f"file:///{name}"}), 403)
    server.sql.execute("ALTER TABLE shared DISABLE ROW LEVEL SECURITY")
    server.equal("a role that sees all rows", http.status("GET", f"{path}/{name}", a), 200)
    server.sql.execute("ALTER TABLE shared ENABLE ROW LEVEL SECURITY")
    server.equal("the gateway's own role", http.status("DELETE", f"{path}/{name}", KEY), 200)


def check_taken_name(server, http):
    """Who takes the name of a collection has no right to the snapshots of the one that had it."""
    path, a = "/collections/former", tenant(TENANTS[0])
    collection(http, "former", 3)
    name = http.ask("POST", f"{path}/snapshots", KEY)[1]["result"]["name"]
    server.equal("the name is free", http.status("DELETE", path, KEY), 200)
    server.sql.execute(f"GRANT CREATE ON SCHEMA public TO {TENANTS[0]}")
    server.equal("it is taken", http.status("PUT", path, a, {"vectors": {"size": 2, "distance": "Dot"}}), 200)
    server.equal("its list", http.status("GET", f"{path}/snapshots", a), 200)
    for method in ("GET", "DELETE"):
        server.equal(f"{method} of the old rows", http.status(method, f"{path}/snapshots/{name}", a), 403)
    server.equal("recovery of the old rows",
                 http.status("PUT", f"{path}/snapshots/recover", a, {"location": f"file:///{name}"}), 403)
    own = http.ask("POST", f"{path}/snapshots", a)[1]["result"]["name"]
    server.equal("one's own rows", http.status("GET", f"{path}/snapshots/{own}", a), 200)
    server.equal("it is dropped", http.status("DELETE", path, a), 200)
    server.sql.execute(f"REVOKE CREATE ON SCHEMA public FROM {TENANTS[0]}")


def check_leaks(server, gateway, http):
    """A role ends with its request, whatever ends that."""
    dice, path = random.Random(1), "/collections/shared/points"
    asked = [("POST", f"{path}/query", {"query": [1, 1, 1]}),                      # an error of the server
             ("POST", f"{path}/count?timeout=1", {}),                             # with another call ahead
             ("POST", f"{path}/query", {"query": [1, 1], "limit": 100}),
             ("POST", f"{path}/query", {"query": [1, 1], "filter": {"must": 5}}),  # refused
             ("PUT", path, {"points": [{"id": 1, "vector": [1, 1], "payload": {"tenant": "x"}}]})]
    for i in range(150):
        method, target, body = dice.choice(asked)
        key = tenant(dice.choice((*TENANTS, STRANGER)))
        if dice.random() < 0.5:
            Http(gateway.port).leave(method, target, key, body, lambda: None, hard=dice.random() < 0.5)
        else:
            http.ask(method, target, key, body)
        if i % 10 == 9:
            server.equal("the gateway's own role", http.ask("POST", f"{path}/count", KEY, {})[1]["result"]["count"], 20)
    # A role is also given back while another request waits for the connection.
    def ask(key):
        own = Http(gateway.port)
        return {own.ask("POST", f"{path}/count", key, {})[1]["result"]["count"] for _ in range(30)}

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(ask, (tenant(TENANTS[0]), tenant(TENANTS[1]), KEY)))
    server.equal("tenants at the same time", found, [{15}, {5}, {20}])


def plant(server, role):
    """Makes operators and functions of a role's own, whose arguments fit those of the gateway's statements better than what
    PostgreSQL has, and types with the names of vecext's in a schema that comes before vecext's."""
    server.sql.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    server.sql.execute("CREATE TABLE loot (who text); GRANT INSERT ON loot TO public;"
                       f"CREATE SCHEMA planted AUTHORIZATION {role}; GRANT CREATE, USAGE ON SCHEMA planted TO {LOGIN};"
                       f"ALTER ROLE {LOGIN} IN DATABASE {DATABASE} SET search_path = planted, public")
    with server.session() as thief:
        thief.execute(f"SET ROLE {role}")
        body = "LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.loot VALUES (current_user); RETURN NULL; END $$"
        for left, right in itertools.product(PLANTED_TYPES, repeat=2):
            thief.execute(f"CREATE FUNCTION public.planted({left}, {right}) RETURNS text {body};" + "".join(
                f"CREATE OPERATOR public.{name} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = public.planted);"
                for name in PLANTED_OPERATORS))
        for function in PLANTED_FUNCTIONS:
            thief.execute(f"CREATE FUNCTION public.{function} RETURNS jsonb {body}")
        for name in PLANTED_DOMAINS:
            thief.execute(f"CREATE FUNCTION planted.is_sound(public.{name}) RETURNS bool {body};"
                          f"CREATE DOMAIN planted.{name} AS public.{name} CHECK (planted.is_sound(VALUE) IS NULL)")


def check_planted(server):
    """The gateway's statements run no code of a role that may create functions in a schema of the search path."""
    role = TENANTS[0]
    plant(server, role)
    with tempfile.TemporaryDirectory() as folder, server.gateway("--api-key", KEY, "--snapshots", folder) as (_, http):
        collection(http, "planted", 3)
        collections, own = "/collections/planted", "/vecext/collections/planted"
        name = http.ask("POST", f"{collections}/snapshots", KEY)[1]["result"]["name"]
        asked = [("GET", "/metrics", None), ("GET", collections, None), ("GET", f"{collections}/memory", None),
                 ("GET", f"{collections}/optimizations", None), ("GET", "/vecext/collections", None), ("GET", own, None),
                 ("GET", f"{own}/health", None), ("GET", "/vecext/replication", None),
                 ("POST", f"{own}/query_plan", {"query": [.1, .2]}), ("POST", f"{own}/recall", {}),
                 ("POST", f"{own}/hybrid_search", {"vector": [1, 1e-60]}), ("POST", f"{collections}/points/query", {"query": [1, 1]}),
                 ("POST", f"{collections}/facet", {"key": "n"}),
                 ("PUT", f"{collections}/snapshots/recover", {"location": f"file:///{name}"}),
                 ("POST", f"{collections}/points/payload/delete", {"keys": ["n"], "points": [1]})]
        for method, path, body in asked:
            status, answer = http.ask(method, path, KEY, body)
            server.equal(f"{method} {path} beside what was planted", (status, answer if status != 200 else None), (200, None))
    server.equal("whose code has run", server.sql.execute("SELECT DISTINCT who FROM loot").fetchall(), [])
    server.sql.execute(f"DROP OWNED BY {role} CASCADE; DROP TABLE loot; ALTER ROLE {LOGIN} IN DATABASE {DATABASE} RESET search_path")


def check_claim_of_gateway(server):
    """A claim that has a meaning of its own does not name roles: a token with a namespace would not be bound to it."""
    ended = subprocess.run([server.options.program, "--http-port", "0", "--role-claim", "namespace"], capture_output=True, text=True, timeout=10)
    server.true("a claim of the gateway", ended.returncode != 0 and "has another meaning" in ended.stdout + ended.stderr)


def run(server):
    check_claim_of_gateway(server)
    keys = ("--api-key", KEY, "--read-only-api-key", READ_KEY)
    one = ("--threads", "1", "--connections", "1")
    with tempfile.TemporaryDirectory() as folder, \
            server.gateway(*keys, *one, "--role-claim", "role", "--snapshots", folder) as (gateway, http):
        prepare(server, http)
        check_tenants(server, http)
        check_snapshots(server, http)
        check_taken_name(server, http)
        check_refusals(server, http)
        check_leaks(server, gateway, http)
        server.equal("connections", len(server.sessions()), 1)
    with server.gateway(*keys, *one, "--read-role", TENANTS[1], "--write-role", TENANTS[0]) as (_, http):
        count = ("POST", "/collections/shared/points/count")
        for key, expected in ((KEY, 15), (READ_KEY, 5), (token({"access": "r"}, KEY), 5), (token({}, KEY), 15),
                              (token({"access": [{"collection": "shared", "access": "r"}]}, KEY), 5),
                              (token({"access": [{"collection": "shared", "access": "prw"}]}, KEY), 15)):
            server.equal("a role by access", http.ask(*count, key, {})[1]["result"]["count"], expected)
    check_planted(server)
