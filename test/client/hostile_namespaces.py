"""Namespaces: two of one collection, by one connection to PostgreSQL, and who administers them."""
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor

import grpc
from hostile_server import KEY, LOGIN, READ_KEY, TENANTS, collection
from http_side import Http, token
from websocket_side import WebSocket

A, B = "acme", "größer & co"
PATH = "/collections/spaces/points"
FUNCTIONS = ("create_namespace", "get_namespace", "list_namespaces", "delete_namespace", "update_namespace_quotas", "update_namespace_status",
             "update_namespace_tier", "update_namespace_metadata", "namespace_stats", "aggregate_stats")
ADMIN = "/admin/namespaces"
B_PATH = f"{ADMIN}/gr%C3%B6%C3%9Fer%20%26%20co"


def of(namespace, **claims):
    return token({"namespace": namespace, **claims}, KEY)


def named(namespace):
    """The header, whose bytes are UTF-8."""
    return {"x-namespace": namespace.encode()}


def seen(http, key, headers=None):
    """What a request sees of the points, in different ways."""
    return [http.ask("POST", f"{PATH}/count", key, {}, headers)[1]["result"]["count"],
            len(http.ask("POST", f"{PATH}/scroll", key, {"limit": 100}, headers)[1]["result"]["points"]),
            len(http.ask("POST", f"{PATH}/query", key, {"query": [1, 1], "limit": 100}, headers)[1]["result"]["points"])]


def points(*ids):
    return {"points": [{"id": i, "vector": [i, 1], "payload": {"n": i}} for i in ids]}


def prepare(server, http):
    functions = ", ".join(f"vecext.{name}" for name in FUNCTIONS)
    server.sql.execute(f"GRANT EXECUTE ON FUNCTION {functions} TO {LOGIN}")
    server.sql.execute("SELECT vecext.grant_namespace(%s::regrole, '*')", (LOGIN,))
    collection(http, "spaces", 0)
    status, answer = http.ask("POST", "/collections/spaces/snapshots", KEY)
    server.equal("a snapshot of before", status, 200)
    server.sql.execute("SELECT vecext.enable_namespaces('spaces')")
    return answer["result"]["name"]


def check_administration(server, http):
    made = {"id": A, "name": "Acme", "tier": "unlimited", "quotas": {"max_batch_size": 50}, "metadata": {"plan": [1, None]}}
    status, answer = http.ask("POST", ADMIN, KEY, made)
    result = answer["result"]
    server.equal("made", (status, result["id"], result["name"], result["tier"], result["status"], result["metadata"]),
                 (200, A, "Acme", "unlimited", "active", made["metadata"]))
    server.equal("its quotas", {name: quota for name, quota in result["quotas"].items() if quota is not None}, {"max_batch_size": 50})
    server.equal("made once more", http.status("POST", ADMIN, KEY, made), 409)
    server.equal("made with an id alone", http.status("POST", ADMIN, KEY, {"id": B}), 200)
    for what, body, expected in (("no id", {}, 400), ("an empty id", {"id": ""}, 400), ("a number", {"id": 1}, 400), ("a star", {"id": "*"}, 400),
                                 ("a long id", {"id": "x" * 256}, 400), ("a control character", {"id": "a\n"}, 400),
                                 ("another tier", {"id": "c", "tier": "gold"}, 400), ("another quota", {"id": "c", "quotas": {"max": 1}}, 400),
                                 ("no quotas", {"id": "c", "quotas": [1]}, 400), ("a quota of text", {"id": "c", "quotas": {"max_vectors": "1"}}, 400),
                                 ("a negative quota", {"id": "c", "quotas": {"max_vectors": -1}}, 400),
                                 ("no metadata", {"id": "c", "metadata": 1}, 400), ("another member", {"id": "c", "quota": {}}, 400)):
        server.equal(what, http.status("POST", ADMIN, KEY, body), expected)
    server.equal("the list", [one["id"] for one in http.ask("GET", ADMIN, KEY)[1]["result"]["namespaces"]], [A, B])
    server.equal("an id with an umlaut", http.ask("GET", B_PATH, KEY)[1]["result"]["tier"], "free")
    for part, body, expected in (("tier", {"tier": "pro"}, 200), ("tier", {"tier": "gold"}, 400), ("tier", {}, 400),
                                 ("quotas", {"max_vectors": 7, "max_requests_per_second": None}, 200), ("quotas", {"more": 7}, 400),
                                 ("quotas", [], 400), ("metadata", {"a": 1}, 200), ("metadata", 5, 400),
                                 ("status", {"status": "read_only"}, 200), ("status", {"status": "asleep"}, 400),
                                 ("status", {"status": "active"}, 200)):
        server.equal(f"{part} {body}", http.status("PUT", f"{B_PATH}/{part}", KEY, body), expected)
    result = http.ask("GET", B_PATH, KEY)[1]["result"]
    server.equal("what has changed", [result["tier"], result["status"], result["metadata"], result["quotas"]["max_vectors"],
                                      result["quotas"]["max_requests_per_second"]], ["pro", "active", {"a": 1}, 7, None])
    for method, path, body in (("GET", "", None), ("DELETE", "", None), ("PUT", "/quotas", {}), ("PUT", "/status", {"status": "active"}),
                               ("PUT", "/tier", {"tier": "pro"}), ("PUT", "/metadata", {}), ("GET", "/stats", None)):
        for name in ("nobody", "NOBODY", "acme%20", "%27", "x" * 5000):
            server.equal(f"{method} {name[:9]}{path}", http.status(method, f"{ADMIN}/{name}{path}", KEY, body), 404)


def check_keys(server, http):
    """Who may not administer, and who may not choose."""
    listed = [{"collection": "spaces", "access": "rw"}]
    for key in (READ_KEY, token({"access": "r"}, KEY), token({"access": listed}, KEY), of(A), of(A, access="m"), of(A, access=listed)):
        for method, path, body in (("GET", ADMIN, None), ("POST", ADMIN, {"id": "mine"}), ("GET", f"{ADMIN}/{A}", None),
                                   ("DELETE", f"{ADMIN}/{A}?force=true", None), ("PUT", f"{ADMIN}/{A}/quotas", {"max_vectors": None}),
                                   ("PUT", f"{ADMIN}/{A}/status", {"status": "active"}), ("PUT", f"{ADMIN}/{A}/tier", {"tier": "unlimited"}),
                                   ("PUT", f"{ADMIN}/{A}/metadata", {}), ("GET", f"{ADMIN}/{A}/stats", None), ("GET", "/admin/stats", None)):
            server.equal(f"{method} {path}", http.status(method, path, key, body), 403)
    for wanted in (B, "ACME", "acm", "acme2", "*"):
        server.equal(f"{wanted} with a token of {A}", http.status("POST", f"{PATH}/count", of(A), {}, named(wanted)), 403)
    for claims in (b'{"namespace": ""}', b'{"namespace": null}', b'{"namespace": 1}', b'{"namespace": "a", "namespace": "b"}'):
        server.equal(f"claims {claims}", http.status("POST", f"{PATH}/count", token(claims, KEY), {}), 401)
    for method, path, body in (("DELETE", "/collections/spaces", None), ("PUT", "/collections/mine", {"vectors": {"size": 2, "distance": "Dot"}}),
                               ("PUT", "/collections/spaces/index", {"field_name": "n", "field_schema": "integer"}),
                               ("DELETE", "/collections/spaces/vectors/v", None), ("POST", "/collections/spaces/snapshots", None),
                               ("GET", "/collections/spaces/snapshots", None), ("POST", "/collections/aliases", {"actions": []})):
        server.equal(f"{method} {path} for all tenants", http.status(method, path, of(A), body), 403)


def check_points(server, http):
    server.equal("points of one", http.status("PUT", PATH, of(A), points(*range(1, 16))), 200)
    server.equal("points of the other, with the same ids", http.status("PUT", PATH, KEY, points(1, 2, 3), named(B)), 200)
    for _ in range(3):
        for what, key, headers, count in (("a token", of(A), None, 15), ("and the header", of(A), named(A), 15), ("the other token", of(B), None, 3),
                                          ("the header", KEY, named(A), 15), ("the other header", READ_KEY, named(B), 3),
                                          ("none", KEY, None, 0), ("an empty header", KEY, {"x-namespace": ""}, 0)):
            server.equal(what, seen(http, key, headers), [count] * 3)
    found = http.ask("POST", "/vecext/collections/spaces/hybrid_search", of(B), {"vector": [1, 1], "limit": 100})[1]["result"]["points"]
    server.equal("a hybrid search", sorted(point["id"] for point in found), [1, 2, 3])
    server.equal("a point of another", http.status("GET", f"{PATH}/15", of(B)), 404)
    server.equal("no deletion of it", http.status("POST", f"{PATH}/delete", of(B), {"points": [15]}), 200)
    server.equal("it is there", http.status("GET", f"{PATH}/15", of(A)), 200)
    server.true("a point of no namespace", http.status("PUT", PATH, KEY, points(99)) >= 400)
    for name in ("nobody", "x" * 3000, "'; RESET ALL; --"):
        server.equal(f"namespace {name[:9]}", http.status("POST", f"{PATH}/count", KEY, {}, named(name)), 404)
    server.equal("bytes that are no text", http.status("POST", f"{PATH}/count", KEY, {}, {"x-namespace": b"\xff"}), 400)
    stats = http.ask("GET", f"{ADMIN}/{A}/stats", KEY)[1]["result"]
    server.equal("stats", (stats["id"], stats["status"], stats["vectors"]), (A, "active", 15))
    server.equal("stats of all", http.ask("GET", "/admin/stats", KEY)[1]["result"]["namespaces"], 2)


def check_quotas(server, http):
    server.equal("a batch above the quota", http.status("PUT", PATH, of(A), points(*range(1, 52))), 429)
    server.equal("without Retry-After", http.headers.get("Retry-After"), None)
    status, answer = http.ask("PUT", PATH, of(B), points(*range(11, 16)))
    server.equal("vectors above the quota", (status, "max_vectors" in answer["status"]["error"]), (429, True))
    server.equal("none of them is there", seen(http, of(B)), [3] * 3)
    http.ask("PUT", f"{B_PATH}/quotas", KEY, {"max_requests_per_second": 2})
    found = set()

    def ask():
        found.add((http.status("POST", f"{PATH}/count", of(B), {}), http.headers.get("Retry-After")))
        return len(found) > 1

    server.soon("a request above the rate, and one below", ask)
    server.equal("their answers", found, {(200, None), (429, "1")})
    http.ask("PUT", f"{B_PATH}/quotas", KEY, {"max_requests_per_second": None})
    for status, read, write in (("suspended", 403, 403), ("read_only", 200, 403), ("pending_deletion", 403, 403), ("active", 200, 200)):
        http.ask("PUT", f"{B_PATH}/status", KEY, {"status": status})
        server.equal(status, (http.status("POST", f"{PATH}/count", of(B), {}), http.status("PUT", PATH, of(B), points(1))), (read, write))
        server.equal("the other", seen(http, of(A)), [15] * 3)


def check_leaks(server, gateway, http):
    """A namespace ends with its request, whatever ends that."""
    dice = random.Random(1)
    asked = [("POST", f"{PATH}/query", {"query": [1, 1, 1]}),                      # an error of the server
             ("POST", f"{PATH}/count?timeout=1", {}),                             # with another call ahead
             ("POST", f"{PATH}/query", {"query": [1, 1], "limit": 100}),
             ("POST", f"{PATH}/query", {"query": [1, 1], "filter": {"must": 5}}),  # refused
             ("PUT", PATH, points(1))]
    for i in range(150):
        method, target, body = dice.choice(asked)
        key = of(dice.choice((A, B, "nobody")))
        if dice.random() < 0.5:
            Http(gateway.port).leave(method, target, key, body, lambda: None, hard=dice.random() < 0.5)
        else:
            http.ask(method, target, key, body)
        if i % 10 == 9:
            server.equal("no namespace", seen(http, KEY), [0] * 3)
    def ask(key):
        own = Http(gateway.port)
        return {own.ask("POST", f"{PATH}/count", key, {})[1]["result"]["count"] for _ in range(30)}

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(ask, (of(A), of(B), KEY)))
    server.equal("namespaces at the same time", found, [{15}, {3}, {0}])
    server.equal("connections", len(server.sessions()), 1)


def check_streams(server, port):
    """The namespace of a stream holds for each of its batches."""
    request = {"collection": "spaces", "scroll": {}, "batch": 4}
    for what, key, headers, expected in (("a token", of(A), (), 15), ("the header", KEY, (f"x-namespace: {A}",), 15), ("none", KEY, (), 0)):
        with WebSocket(port, key=key, headers=headers) as stream:
            server.equal(f"a stream of {what}", sum(len(one["result"]["points"]) for one in stream.ask(request)), expected)
    with WebSocket(port) as stream:
        stream.ask({"api_key": of(A)})
        server.equal("a token in a message", sum(len(one["result"]["points"]) for one in stream.ask(request)), 15)
    with WebSocket(port, headers=("x-namespace: other",)) as stream:
        failure, code = stream.ask({"api_key": of(A)})
        server.equal("a token of another", (failure["code"], code), (403, 1008))


def check_value_exists(server, http):
    """The point that a token wants is one of its namespace."""
    wanted = {"value_exists": {"collection": "spaces", "matches": [{"key": "n", "value": 15}]}}
    server.equal("a token with its point", http.status("POST", f"{PATH}/count", of(A, **wanted), {}), 200)
    server.equal("a token with the point of another", http.status("POST", f"{PATH}/count", of(B, **wanted), {}), 401)


def check_grpc(server, port):
    def call(method, message, key=KEY, *metadata):
        call = channel.unary_unary(method).future(message, metadata=(("api-key", key), *metadata))
        return call.code().name, b"" if call.code() != grpc.StatusCode.OK else call.result(), dict(call.trailing_metadata())

    def text(number, value):
        return bytes((number << 3 | 2, len(value))) + value

    count, get = text(1, b"spaces") + b"\x18\x01", "/vecext.Namespaces/Get"
    with grpc.insecure_channel(f"localhost:{port}") as channel:
        for what, key, metadata, expected in (("a token", of(A), (), 15), ("metadata", KEY, (("x-namespace", A),), 15), ("none", KEY, (), 0)):
            _, answer, _ = call("/qdrant.Points/Count", count, key, *metadata)
            server.true(f"{what}: {answer}", answer.startswith(b"\x0a\x02\x08" + bytes((expected,)) if expected else b"\x0a\x00"))
        for request, part in ((b"\x3a\x00", b"vecext.Namespaces"), (text(4, b"vecext.Namespaces"), b"CreateNamespaceRequest")):
            answers = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")(
                iter([request]), metadata=(("api-key", KEY),))
            server.true(f"reflection has {part}", part in next(answers))
        server.equal("another", call("/qdrant.Points/Count", count, of(A), ("x-namespace", "other"))[0], "PERMISSION_DENIED")
        server.equal("nobody", call("/qdrant.Points/Count", count, KEY, ("x-namespace", "nobody"))[0], "NOT_FOUND")
        code, answer, _ = call(get, text(1, A.encode()))
        server.true(f"one: {code} {answer}", all(part in answer for part in (b"acme", b"Acme", b"unlimited", b"active", b"max_batch_size", b"plan")))
        for key in (READ_KEY, of(A)):
            server.equal("who may not", call(get, text(1, A.encode()), key)[0], "PERMISSION_DENIED")
        for method, message, expected in (
                ("Get", text(1, b"nobody"), "NOT_FOUND"), ("Create", text(1, A.encode()), "ALREADY_EXISTS"), ("Create", b"", "INVALID_ARGUMENT"),
                ("Create", text(1, b"third") + text(3, b"pro") + text(4, text(1, b"max_vectors") + text(2, b"\x18\x05")), "OK"),
                ("Create", text(1, b"fourth") + text(4, text(1, b"more") + text(2, b"\x18\x05")), "INVALID_ARGUMENT"),
                ("UpdateQuotas", text(1, b"third") + text(2, text(1, b"max_vectors") + text(2, b"\x08\x00")), "OK"),
                ("UpdateStatus", text(1, b"third") + text(2, b"suspended"), "OK"), ("UpdateTier", text(1, b"third") + text(2, b"free"), "OK"),
                ("UpdateMetadata", text(1, b"third") + text(2, text(1, b"k") + text(2, b"\x20\x01")), "OK"),
                ("GetStats", text(1, b"third"), "OK"), ("GetAggregateStats", b"", "OK"), ("List", b"", "OK")):
            code, answer, _ = call(f"/vecext.Namespaces/{method}", message)
            server.equal(f"{method}: {answer}", code, expected)
        server.equal("suspended", call("/qdrant.Points/Count", count, KEY, ("x-namespace", "third"))[0], "PERMISSION_DENIED")
        call("/vecext.Namespaces/UpdateStatus", text(1, b"third") + text(2, b"active"))
        call("/vecext.Namespaces/UpdateQuotas", text(1, b"third") + text(2, text(1, b"max_requests_per_second") + text(2, b"\x18\x00")))
        code, _, trailers = call("/qdrant.Points/Count", count, KEY, ("x-namespace", "third"))
        server.equal("above the rate", (code, trailers.get("retry-after")), ("RESOURCE_EXHAUSTED", "1"))
        server.equal("it is removed", call("/vecext.Namespaces/Delete", text(1, b"third") + b"\x10\x01")[1][:2], b"\x08\x01")


def check_server(server, http):
    """What is about the server is about all namespaces."""
    for method, path in (("GET", "/metrics"), ("GET", "/vecext/replication"), ("GET", "/vecext/sql"), ("POST", "/vecext/sql/any"), ("GET", "/cluster"),
                         ("GET", "/quotas"), ("GET", "/issues")):
        server.equal(f"{method} {path}", http.status(method, path, of(A), {} if method == "POST" else None), 403)
    server.true("telemetry without requests", "requests" not in http.ask("GET", "/telemetry?details_level=1", of(A))[1]["result"])


def check_snapshots(server, http, name):
    """A file has the points of all namespaces, also one from before there were any."""
    path = f"/collections/spaces/snapshots/{name}"
    for access in ("r", "rw"):
        key = of(A, access=[{"collection": "spaces", "access": access}])
        server.equal(f"download with {access}", http.status("GET", path, key), 403)
        server.equal(f"deletion with {access}", http.status("DELETE", path, key), 403)
        server.equal(f"with {access} of all", http.status("GET", path, token({"access": [{"collection": "spaces", "access": access}]}, KEY)), 200)


def check_policies(server, http):
    """A role that row-level security does not hold back would see all namespaces."""
    server.sql.execute(f"ALTER ROLE {LOGIN} BYPASSRLS")
    for what, key, headers in (("a token", of(A), None), ("the header", KEY, named(A))):
        status, answer = http.ask("POST", f"{PATH}/count", key, {}, headers)
        server.equal(f"{what}: {answer}", (status, "Row-level security" in str(answer)), (403, True))
    server.equal("without a namespace", http.status("POST", f"{PATH}/count", KEY, {}), 200)
    server.sql.execute(f"ALTER ROLE {LOGIN} NOBYPASSRLS")
    server.equal("held back again", seen(http, of(A)), [15] * 3)


def check_removal(server, http):
    server.equal("later", http.ask("DELETE", B_PATH, KEY)[1]["result"], {"removed": False})
    server.equal("its status", http.ask("GET", B_PATH, KEY)[1]["result"]["status"], "pending_deletion")
    server.equal("now", http.ask("DELETE", f"{ADMIN}/{A}?force=true", KEY)[1]["result"], {"removed": True})
    server.equal("it is gone", (http.status("GET", f"{ADMIN}/{A}", KEY), http.status("POST", f"{PATH}/count", of(A), {})), (404, 404))
    server.equal("a word for true", http.status("DELETE", f"{B_PATH}?force=yes", KEY), 400)


def run(server):
    keys = ("--api-key", KEY, "--read-only-api-key", READ_KEY, "--threads", "1", "--connections", "1")
    with tempfile.TemporaryDirectory() as folder, server.gateway(*keys, "--snapshots", folder) as (gateway, http):
        snapshot = prepare(server, http)
        check_administration(server, http)
        check_keys(server, http)
        check_points(server, http)
        check_quotas(server, http)
        check_leaks(server, gateway, http)
        check_streams(server, gateway.port)
        check_value_exists(server, http)
        check_grpc(server, gateway.grpc_port)
        check_server(server, http)
        check_snapshots(server, http, snapshot)
        check_policies(server, http)
        check_removal(server, http)
    # The role of a request may have one namespace, which no header changes.
    server.sql.execute("SELECT vecext.create_namespace('own', tier => 'unlimited')")
    server.sql.execute("SELECT vecext.grant_namespace(%s::regrole, 'own')", (TENANTS[0],))
    server.sql.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON spaces TO {TENANTS[0]}")
    with server.gateway(*keys, "--write-role", TENANTS[0]) as (_, http):
        server.equal("points of the role", http.status("PUT", PATH, KEY, points(1, 2)), 200)
        server.equal("whatever the header says", seen(http, KEY, named(B)), [2] * 3)
        server.equal("a role without the right", http.status("GET", ADMIN, KEY), 403)
    for role in (LOGIN, TENANTS[0]):
        server.sql.execute("SELECT vecext.revoke_namespace(%s::regrole)", (role,))
