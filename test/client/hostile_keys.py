"""Keys and tokens."""
import hashlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

from hostile_server import KEY, OTHER_KEY, READ_KEY, collection
from http_side import token, url64

QUERY = {"query": [1, 1], "limit": 3}

# A request, and who may make it of: r (a token for reads of everything), a list's r, prw, rw, and nothing of the collection.
# A number behind that is the status for those who may, if it is not 200.
REQUESTS = [
    ("GET", "/collections/c", None, "r lr lp lw"),
    ("GET", "/collections/c/exists", None, "r lr lp lw"),
    ("GET", "/collections/c/aliases", None, "r lr lp lw"),
    ("GET", "/collections/c/points/1", None, "r lr lp lw"),
    ("POST", "/collections/c/points", {"ids": [1]}, "r lr lp lw"),
    ("POST", "/collections/c/points/scroll", {}, "r lr lp lw"),
    ("POST", "/collections/c/points/count", {}, "r lr lp lw"),
    ("POST", "/collections/c/facet", {"key": "n"}, "r lr lp lw"),
    ("POST", "/collections/c/points/query", QUERY, "r lr lp lw"),
    ("POST", "/collections/c/points/query/batch", {"searches": [QUERY]}, "r lr lp lw"),
    ("POST", "/collections/c/points/query/groups", {**QUERY, "group_by": "n"}, "r lr lp lw"),
    ("POST", "/collections/c/points/search", {"vector": [1, 1], "limit": 1}, "r lr lp lw"),
    ("POST", "/collections/c/points/recommend", {"positive": [1], "limit": 1}, "r lr lp lw"),
    ("POST", "/collections/c/points/search/matrix/pairs", {}, "r lr lp lw"),
    ("PUT", "/collections/c/points", {"points": [{"id": 9, "vector": [1, 1]}]}, "lp lw"),
    ("POST", "/collections/c/points/payload", {"payload": {"x": 1}, "points": [1]}, "lp lw"),
    ("PUT", "/collections/c/points/payload", {"payload": {"n": 1}, "points": [1]}, "lp lw"),
    ("POST", "/collections/c/points/payload/delete", {"keys": ["x"], "points": [1]}, "lp lw"),
    ("POST", "/collections/c/points/payload/clear", {"points": [9]}, "lp lw"),
    ("PUT", "/collections/c/points/vectors", {"points": [{"id": 9, "vector": [1, 2]}]}, "lp lw"),
    ("POST", "/collections/c/points/vectors/delete", {"points": [9], "vector": [""]}, "lp lw"),
    ("POST", "/collections/c/points/delete", {"points": [9]}, "lp lw"),
    ("POST", "/collections/c/points/batch", {"operations": [{"delete": {"points": [9]}}]}, "lp lw"),
    ("PUT", "/collections/c/index", {"field_name": "n", "field_schema": "integer"}, "lw"),
    ("DELETE", "/collections/c/index/n", None, "lw"),
    ("PUT", "/collections/c/vectors/v", {"dense": {"size": 2, "distance": "Dot"}}, "lw"),
    ("DELETE", "/collections/c/vectors/v", None, "lw"),
    ("PATCH", "/collections/c", {"metadata": {"a": 1}}, ""),
    ("PUT", "/collections/fresh", {"vectors": {"size": 2, "distance": "Dot"}}, ""),
    ("DELETE", "/collections/c", None, ""),
    ("POST", "/collections/aliases", {"actions": [{"delete_alias": {"alias_name": "none"}}]}, ""),
    ("GET", "/collections/c/snapshots", None, "r lr lw"),
    ("POST", "/collections/c/snapshots", None, "lw"),
    ("GET", "/collections/c/snapshots/gone.snapshot", None, "r lr lw", 404),
    ("DELETE", "/collections/c/snapshots/gone.snapshot", None, "lw", 404),
    ("PUT", "/collections/c/snapshots/recover", {"location": "file:///gone.snapshot"}, ""),
    ("POST", "/collections/c/snapshots/upload", b"", ""),
    ("GET", "/snapshots", None, "r"),
    ("POST", "/snapshots", None, ""),
    ("GET", "/snapshots/gone.snapshot", None, ""),
    ("DELETE", "/snapshots/gone.snapshot", None, ""),
    ("GET", "/vecext/access", None, "r lr lp lw lx"),
    ("GET", "/vecext/collections", None, "r lr lp lw lx"),
    ("GET", "/vecext/collections/c/health", None, "r lr lp lw"),
    ("POST", "/vecext/collections/c/query_plan", QUERY, "r lr lp lw"),
    ("POST", "/vecext/collections/c/recall", {}, "r lr lp lw"),
    ("POST", "/vecext/collections/c/hybrid_search", {"vector": [1, 1]}, "r lr lp lw"),
    ("GET", "/vecext/replication", None, "r"),
    ("GET", "/vecext/sql", None, "r"),
    ("POST", "/vecext/sql/look", None, "r"),
    ("POST", "/vecext/sql/change", None, ""),
    ("GET", "/admin/namespaces", None, ""),
    ("POST", "/admin/namespaces", {"id": "a"}, ""),
    ("DELETE", "/admin/namespaces/a", None, ""),
    ("PUT", "/admin/namespaces/a/quotas", {}, ""),
    ("GET", "/admin/stats", None, ""),
    ("GET", "/collections/c/cluster", None, "r lr lp lw"),
    ("GET", "/collections/c/shards", None, "r lr lp lw"),
    ("GET", "/collections/c/optimizations", None, "r lr lp lw"),
    ("GET", "/cluster", None, "r"),
    ("GET", "/metrics", None, "r"),
    ("GET", "/telemetry", None, "r lr lp lw lx"),
    ("GET", "/quotas", None, "r"),
    ("DELETE", "/issues", None, ""),
    ("GET", "/collections", None, "r lr lp lw lx"),
    ("GET", "/aliases", None, "r lr lp lw lx"),
]


def listed(access, name="c"):
    return token({"access": [{"collection": name, "access": access}]}, KEY)


def check_keys(server, http):
    for key, expected in ((None, 401), ("", 401), ("write", 401), (KEY + " x", 401), (KEY, 200), (OTHER_KEY, 200),
                          (READ_KEY, 200), (hashlib.sha256(READ_KEY.encode()).hexdigest(), 401)):
        status, body = http.ask("GET", "/collections", key)
        server.equal(f"key {key!r}", status, expected)
        if status == 401:
            server.true("401 is plain text", isinstance(body, bytes))
    server.equal("Bearer", http.status("GET", "/collections", headers={"Authorization": f"Bearer {KEY}"}), 200)
    server.equal("Basic", http.status("GET", "/collections", headers={"Authorization": f"Basic {KEY}"}), 401)
    server.equal("a key for reads", http.status("PUT", "/collections/x", READ_KEY, {}), 403)
    for path in ("/", "/healthz", "/livez", "/readyz"):
        server.equal(f"{path} without a key", http.status("GET", path), 200)
    for path in ("/healthz/../collections", "//collections", "/collections/", "/healthz/collections", "/COLLECTIONS"):
        server.equal(f"{path} without a key", http.status("GET", path), 401)


def check_tokens(server, http):
    now = int(time.time())
    unsigned = url64(b'{"alg":"none"}') + "." + url64(b"{}") + "."
    for what, text, expected in (
            ("a token", token({}, KEY), 200), ("of the other key", token({}, OTHER_KEY), 200),
            ("of the key for reads", token({}, READ_KEY), 403), ("of another key", token({}, "x"), 403),
            ("expired", token({"exp": now - 60}, KEY), 403), ("in the grace", token({"exp": now - 10}, KEY), 200),
            ("alg none", unsigned, 401), ("alg none, signed", token({}, KEY, {"alg": "none"}), 401),
            ("HS512", token({}, KEY, {"alg": "HS512"}, hashlib.sha512), 401),
            ("RS256", token({}, KEY, {"alg": "RS256"}), 401), ("bad base64", token({}, KEY) + "!", 401),
            ("claims are no object", token([], OTHER_KEY), 403), ("bad access", token({"access": "x"}, OTHER_KEY), 403),
            ("50 kB", token({"sub": "x" * 37000}, KEY), 200), ("50 kB of dots", "." * 50000, 401),
            ("a header above the limit", "x" * 70000, 400)):
        server.equal(what, http.status("GET", "/collections", text), expected)
        http.connection.close()


def check_access(server, http):
    tokens = {"r": token({"access": "r"}, KEY), "lr": listed("r"), "lp": listed("prw"), "lw": listed("rw"),
              "lx": listed("rw", "other")}
    for method, path, body, allowed, *status_if_allowed in REQUESTS:
        expected, = status_if_allowed or [200]
        for who, text in tokens.items():
            status, answer = http.ask(method, path, text, body)
            server.equal(f"{who}: {method} {path} {str(answer)[:200]}", status, expected if who in allowed.split() else 403)


def check_names(server, http):
    """Lists, names within requests, and aliases."""
    for text, has_all in ((listed("r"), False), (READ_KEY, True)):
        telemetry = http.ask("GET", "/telemetry?details_level=1", text)[1]["result"]
        server.equal("requests in telemetry", "requests" in telemetry, has_all)
    collection(http, "other")
    for change in ("alias", "secret"):
        http.ask("POST", "/collections/aliases", KEY, {"actions": [{"create_alias": {
            "alias_name": change, "collection_name": "c" if change == "alias" else "other"}}]})
    one = listed("r")
    both = token({"access": [{"collection": name, "access": "r"} for name in ("c", "alias", "secret")]}, KEY)
    names = [entry["name"] for entry in http.ask("GET", "/collections", one)[1]["result"]["collections"]]
    server.equal("collections of a token", names, ["c"])
    server.equal("aliases of a token", http.ask("GET", "/aliases", one)[1]["result"]["aliases"], [])
    server.equal("aliases of a token with both", http.ask("GET", "/aliases", both)[1]["result"]["aliases"],
                 [{"alias_name": "alias", "collection_name": "c"}])
    path = "/collections/c/points/query"
    for name, text, expected in (("other", one, 403), ("c", one, 200), ("alias", one, 403), ("secret", both, 200),
                                 ('c"', one, 403), ("C", one, 403), ("public.other", one, 403), ('c"."other', one, 403)):
        there = {"lookup_from": {"collection": name}}
        for what, body in (("lookup_from", {"query": 1, **there}), ("prefetch", {"query": 1, "prefetch": {"query": 1, **there}}),
                           ("deep", {"query": 1, "prefetch": [{"query": 1, "prefetch": [{"query": 1, **there}]}]}),
                           ("twice", {"query": 1, "lookup_from": {"collection": "c"}, "prefetch": [{"query": 1, **there}]})):
            server.equal(f"{what} {name}", http.status("POST", path, text, body), expected)
        server.equal(f"batch {name}", http.status("POST", path + "/batch", text,
                                                  {"searches": [QUERY, {"query": 1, **there}]}), expected)
        server.equal(f"with_lookup {name}", http.status("POST", path + "/groups", text,
                                                        {**QUERY, "group_by": "n", "with_lookup": name}), expected)
    repeated = b'{"query": 1, "lookup_from": {"collection": "other"}, "lookup_from": null, "limit": 1}'
    server.equal("lookup_from twice", http.status("POST", path, one, repeated), 403)
    repeated = b'{"query": 1, "lookup_from": {"collection": "c", "collection": "other"}, "limit": 1}'
    server.equal("collection twice", http.status("POST", path, one, repeated), 403)
    server.equal("an alias alone", http.status("GET", "/collections/alias", one), 403)
    server.equal("an alias that is granted", http.status("GET", "/collections/alias", listed("r", "alias")), 200)


def check_value_exists(server, http):
    text = token({"value_exists": {"collection": "tokens", "matches": [{"key": "id", "value": "t1"}]}}, KEY)

    def statuses():
        return [http.status("GET", "/collections", text), http.status("GET", "/cluster", text),
                http.status("PUT", "/collections/c/points", text, {"points": [{"id": 77, "vector": [1, 1]}]})]

    server.equal("no collection of tokens", statuses(), [403] * 3)
    collection(http, "tokens", payload=lambda i: {"id": f"t{i}"})
    http.ask("POST", "/collections/tokens/points/delete", KEY, {"points": [1]})
    server.equal("no such token", statuses(), [401] * 3)
    server.equal("nothing was written", http.status("GET", "/collections/c/points/77", KEY), 404)
    http.ask("PUT", "/collections/tokens/points", KEY, {"points": [{"id": 1, "vector": [1, 1], "payload": {"id": "t1"}}]})
    server.equal("a token that exists", statuses(), [200] * 3)
    http.ask("POST", "/collections/tokens/points/delete", KEY, {"points": [1]})
    server.equal("a token that is revoked", statuses(), [401] * 3)


def statements_file(folder):
    """A file of two statements, one of which may write."""
    file = Path(folder) / "statements.sql"
    file.write_text("-- name: look\nSELECT 1 AS a\n-- name: change write\nSELECT 2 AS a\n", encoding="ascii")
    return str(file)


def check_empty(server):
    """A key that could not be read, as of a secret that is empty, does not open the gateway to everybody."""
    for name in ("api-key", "alt-api-key", "read-only-api-key", "api-key-sha256", "read-role", "role-claim", "statements"):
        variable = "VECEXTD_" + name.upper().replace("-", "_")
        for what, options, environment in ((variable, [], {variable: ""}), (f"--{name}", [f"--{name}", ""], {}),
                                           (f"{variable} beside a key", ["--alt-api-key", KEY], {variable: ""})):
            # An address of no machine: if it does start, it ends, too, but says something else.
            ended = subprocess.run([server.options.program, "--listen", "192.0.2.1", *options], env={**os.environ, **environment},
                                   text=True, capture_output=True, timeout=60)
            server.true(f"{what} is empty: it does not start", ended.returncode != 0)
            server.true(f"{what} is empty: it says so", f"{what.split(' ')[0]}: is " in ended.stderr and "empty" in ended.stderr)


def run(server):
    check_empty(server)
    keys = ("--api-key", KEY, "--alt-api-key", OTHER_KEY)
    with (tempfile.TemporaryDirectory() as name,
          server.gateway(*keys, "--read-only-api-key-sha256", hashlib.sha256(READ_KEY.encode()).hexdigest(), "--snapshots", name,
                         "--statements", statements_file(name)) as (_, http)):
        collection(http, "c")
        check_keys(server, http)
        check_tokens(server, http)
        check_access(server, http)
        check_names(server, http)
        check_value_exists(server, http)
    with server.gateway("--api-key-sha256", hashlib.sha256(KEY.encode()).hexdigest()) as (_, http):
        server.equal("a key by its digest", http.status("GET", "/collections", KEY), 200)
        server.equal("a token without its key", http.status("GET", "/collections", token({}, KEY)), 401)
        forged = token({}, hashlib.sha256(KEY.encode()).hexdigest())
        server.equal("a token signed with the digest", http.status("GET", "/collections", forged), 401)
