#!/usr/bin/env python3
"""Asks the gateway what is not about points: metrics, log, service routes, documents of what is served, the board, snapshots.

    test/client/gateway_service.py PROGRAM [--slow]

Needs the package qdrant-client, whose models the answers must suit, and a server, which libpq's variables name, with
vecext installed, whose pg_dump and pg_restore are in PATH. Takes some seconds, and prints what is wrong.
"""
import gzip
import hashlib
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from urllib.parse import quote

import grpc
import psycopg
from gateway_process import Output
from qdrant_client import QdrantClient, models

KEY, READ_KEY = "key of the test", "key to read"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
BOARD = pathlib.Path(__file__).parents[2] / "docker/grafana/vecextd.json"
COLLECTION = "gateway service ä"
PAUSE = 0.5  # seconds
FAULTS = []


def check(condition, what):
    if not condition:
        FAULTS.append(what)


class Server:
    """The program with keys and a log in JSON."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "--http-port", "0", "--grpc-port", "0", "--log-format", "json", "--log-level", "debug", "--api-key", KEY,
             "--read-only-api-key", READ_KEY, *options],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.grpc_port, self.port = (int(re.search(r":(\d+)$", json.loads(self.process.stdout.readline())["message"])[1])
                                     for _ in range(2))
        self.output = Output(self.process)

    def ask(self, method, path, body=None, key=KEY, **headers):
        """(status, headers, text)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        if key:
            headers["api-key"] = key
        data = body if isinstance(body, (str, bytes)) or body is None else json.dumps(body)
        connection.request(method, path, data, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def call(self, method, message, **metadata):
        """(code, metadata of the answer) of a method of gRPC"""
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc_port}") as channel:
            call = channel.unary_unary(method).future(
                message, metadata=[("api-key", KEY), *((name.replace("_", "-"), value) for name, value in metadata.items())])
            return call.code().value[0], dict(call.initial_metadata())

    def result(self, method, path, body=None):
        status, _, text = self.ask(method, path, body)
        check(status == 200, f"{method} {path}: {status} {text}")
        return json.loads(text).get("result")

    def stop(self):
        """Ends it, and returns the lines of its log."""
        self.process.terminate()
        self.process.wait(timeout=20)
        return [json.loads(line) for line in self.output.whole().splitlines()]


def samples(text):
    """[(name, labels, value)] of a text of Prometheus."""
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)+)\})? (\S+)', line)
        if not match:
            check(False, f"not a line of Prometheus: {line}")
            continue
        labels = dict(re.findall(r'([a-z]+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
        found.append((match[1], labels, float(match[3])))
    return found


def value(found, name, **labels):
    """The sum of the samples that have these labels, or None."""
    values = [number for sample, own, number in found if sample == name and labels.items() <= own.items()]
    return sum(values) if values else None


def requests_and_ids(server):
    path = f"/collections/{quote(COLLECTION, safe='')}"
    server.ask("DELETE", path)
    server.result("PUT", path, {"vectors": {"size": 2, "distance": "Dot"}})
    server.result("PUT", f"{path}/points?wait=true",
                  {"points": [{"id": number, "vector": [number, 1]} for number in range(7)]})
    status, headers, _ = server.ask("POST", f"{path}/points/query", {"query": [1, 1]}, x_request_id="mine-1")
    check((status, headers["x-request-id"]) == (200, "mine-1"), f"id of the client: {status} {headers}")
    _, headers, _ = server.ask("POST", f"{path}/points/query", {"query": [1, 1]}, x_request_id='not "sane"', traceparent=TRACE)
    check(re.fullmatch("[0-9a-f]{16}", headers["x-request-id"]), f"id that was made: {headers}")
    check(server.ask("POST", f"{path}/points/query", {"query": [1, 1, 1]})[0] == 400, "a wrong dimension")
    check(server.ask("POST", "/collections/missing/points/query", {"query": [1]})[0] == 404, "a missing collection")
    for target, expected in ((path, 200), ("/collections/missing", 404)):
        check(server.ask("POST", f"{target}/points/batch", {"operations": []})[0] == expected, f"a batch of nothing: {target}")
    for limit in (2**31 // 1000, 2**63):
        check(server.ask("POST", f"{path}/points/count?timeout={limit}", {})[0] == 200, f"a limit of {limit} s")
    for parameters, said in (("wait=maybe", "`true` or `false`"), ("wait=", "`true` or `false`"), ("ordering=bogus", "`bogus`"), ("ordering=", "``"),
                             ("consistency=nonsense", "read consistency"), ("consistency=0", "read consistency"), ("timeout=x", "digit")):
        status, _, text = server.ask("PUT", f"{path}/points?{parameters}", {"points": [{"id": 1, "vector": [1, 1]}]})
        check(status == 400 and said in text and "Deserialize error in query parameters: " in text, f"{parameters}: {status} {text}")
    for parameters in ("wait=false&ordering=strong", "ordering=medium", "consistency=", "consistency=2", "consistency=quorum&timeout=9"):
        status, _, text = server.ask("POST", f"{path}/points/count?{parameters}", {})
        check(status == 200, f"{parameters}: {status} {text}")
    check(server.ask("GET", "/secret-path/x")[0] == 404, "a missing route")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", f"{path}/points/count")
    for header, text in [("api-key", KEY), ("x-request-id", "paused-1"), ("Content-Length", "2")]:
        connection.putheader(header, text)
    connection.endheaders()
    time.sleep(PAUSE)
    connection.send(b"{}")
    answer = connection.getresponse()
    check(answer.status == 200 and json.loads(answer.read())["time"] < PAUSE, "the time of an answer begins before its request has come")
    check(server.ask("GET", "/healthz", key=None)[0] == 200, "healthz")
    code, answered = server.call("/qdrant.Collections/List", b"", x_request_id="mine-2")
    check((code, answered.get("x-request-id")) == (0, "mine-2"), f"id of gRPC: {code} {answered}")
    check(server.call("/qdrant.Points/Count", b"\x0a\x01x", traceparent=TRACE)[0] == 5, "a missing collection by gRPC")
    check(server.call("/secret-path/x", b"")[0] == 12, "a missing method")


def metrics(server):
    check(server.ask("GET", "/metrics", key=None)[0] == 401, "metrics without a key")
    status, headers, text = server.ask("GET", "/metrics", key=READ_KEY)
    check(status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4"), f"metrics: {status} {headers}")
    check("secret-path" not in text and "missing" not in text, "metrics have a path of a request")
    found = samples(text)
    query = {"method": "POST", "endpoint": "/collections/{collection_name}/points/query"}
    for name, labels, expected in [
            ("rest_responses_total", query | {"status": "200"}, 2),
            ("rest_responses_total", query | {"status": "404"}, 1),
            ("rest_responses_total", {"endpoint": "unknown", "status": "404"}, 1),
            ("grpc_responses_total", {"endpoint": "/qdrant.Collections/List", "status": "0"}, 1),
            ("grpc_responses_total", {"endpoint": "/qdrant.Points/Count", "status": "5"}, 1),
            ("grpc_responses_duration_seconds_count", {"endpoint": "unknown", "status": "12"}, 1),
            ("rest_responses_duration_seconds_count", query | {"status": "200"}, 2),
            ("rest_responses_duration_seconds_bucket", query | {"status": "200", "le": "+Inf"}, 2),
            ("vecext_points_written_total", {}, 7),
            ("vecext_sql_errors_total", {"sqlstate": "42P01"}, 2),
            ("vecext_postgres_up", {}, 1),
            ("vecext_pool_waiting", {}, 0),
            ("collection_vectors", {"collection": COLLECTION}, None),
            ("vecext_collection_status", {"id": COLLECTION}, 1)]:
        number = value(found, name, **labels)
        check(number is not None if expected is None else number == expected, f"{name} {labels} is {number}, not {expected}")
    check((value(found, "vecext_storage_bytes", id=COLLECTION, part="vector_index") or 0) > 0, "storage bytes")
    check((value(found, "collections_total") or 0) >= 1, "collections_total")
    names = {name for name, _, _ in found} | {name for name in re.findall(r"^# TYPE (\S+)", text, re.M)}
    for panel in json.loads(BOARD.read_text())["panels"]:
        for target in panel.get("targets", []):
            for name in re.findall(r"\b(?:rest|grpc|vecext|collections?|memory|process|app)_[a-z_]+\b", target["expr"]):
                check(name in names or name in ("collection_name",), f"the board asks for {name}, which there is not")


def selectors(server):
    """What a list of points beside a filter means, ids that cannot be, zeros of sparse vectors, large bounds."""
    path, of_two = "/collections/selectors", {"filter": {"must": [{"has_id": [2]}]}}
    large = 2**64 - 1
    server.ask("DELETE", path)
    server.result("PUT", path, {"vectors": {"v": {"size": 1, "distance": "Dot"}}, "sparse_vectors": {"s": {}},
                                "optimizers_config": {"max_segment_size": large}, "strict_mode_config": {"max_query_limit": large}})
    config = server.result("GET", path)["config"]
    check((config["optimizer_config"]["max_segment_size"], config["strict_mode_config"]["max_query_limit"]) == (large, large),
          f"large numbers: {config}")
    sparse = {"indices": [3, 1], "values": [0.0, 2.0]}
    server.result("PUT", f"{path}/points", {"points": [{"id": i, "vector": {"v": [i], "s": sparse}} for i in (1, 2, 3, 4)]})
    server.result("POST", f"{path}/points/payload", {"payload": {"a": 1}, "points": [1], **of_two})
    server.result("POST", f"{path}/points/vectors/delete", {"vector": ["v"], "points": [1], **of_two})
    server.result("POST", f"{path}/points/delete", {"points": [3], **of_two})
    server.result("POST", f"{path}/points/delete", {"points": [], "filter": {}})
    server.result("PUT", f"{path}/points", {"points": [{"id": 5, "vector": {}, "payload": {"a": 5}}, {"id": 6, "vector": {}, "payload": {"a": 6}}]})
    server.result("POST", f"{path}/points/payload/clear", {"points": [-1], "filter": {"must": [{"has_id": [5]}]}})
    cleared = server.result("POST", f"{path}/points", {"ids": [5, 6]})
    check([point["payload"] for point in cleared] == [{}, {"a": 6}], f"a filter beside a list of no ids: {cleared}")
    server.result("POST", f"{path}/points/batch", {"operations": [{"delete": {"points": ["x"], "filter": {"must": [{"has_id": [i]}]}}} for i in (5, 6)]})
    check(server.ask("POST", f"{path}/points/delete", {"points": ["x"]})[0] == 400, "a list of no ids")
    points = server.result("POST", f"{path}/points/scroll", {"with_vector": True})["points"]
    kept = {"s": {"indices": [1], "values": [2.0]}}
    check([(point["id"], point["payload"], point["vector"]) for point in points] ==
          [(1, {"a": 1}, kept), (2, {}, kept), (4, {}, {"v": [4.0], **kept})], f"points beside a filter: {points}")
    query = {"query": {"indices": [1], "values": [1.0]}, "using": "s", "limit": 1}
    server.result("PATCH", path, {"sparse_vectors": {"s": {"modifier": "idf"}}})
    scores = [server.result("POST", f"{path}/points/query", query)["points"][0]["score"]]
    server.result("PATCH", path, {"sparse_vectors": {"s": {"modifier": "none"}}})
    scores.append(server.result("POST", f"{path}/points/query", query)["points"][0]["score"])
    check(scores[0] < 2.0 == scores[1] and server.ask("PATCH", path, {"sparse_vectors": {"x": {}}})[0] == 400, f"a modifier that changes: {scores}")
    for ids in (["x"], ["1"], [-1]):
        status, _, text = server.ask("POST", f"{path}/points/count", {"filter": {"must": [{"has_id": ids}]}})
        check(status == 400 and "is not a valid point ID" in text, f"has_id of {ids}: {status} {text}")
    server.result("DELETE", path)
    with psycopg.connect("", autocommit=True) as session:
        session.execute("""SELECT vecext.create_collection('selectors', '{"size": 1, "distance": "dot"}', options => '{"id": "text"}')""")
        session.execute("""SELECT vecext.upsert('selectors', '[{"id": "x"}, {"id": "y"}]')""")
    server.result("POST", f"{path}/points/delete", {"points": ["x"], "filter": {}})
    check(server.result("POST", f"{path}/points/count", {}) == {"count": 1}, "ids that are texts beside a filter")
    server.result("DELETE", path)


def vectors_again(server):
    """A vector that is there already is added once more, as Qdrant does, unless it is another one."""
    path = "/collections/vectors"
    server.ask("DELETE", path)
    server.result("PUT", path, {"vectors": {"a": {"size": 2, "distance": "Dot"}}})
    for definition in ({"dense": {"size": 3, "distance": "Dot"}}, {"dense": {"size": 3, "distance": "Dot", "datatype": "uint8"}},
                       {"dense": {"size": 3, "distance": "Cosine", "multivector_config": {"comparator": "max_sim"}}},
                       {"sparse": {}}, {"sparse": {"modifier": "idf"}}):
        for _ in range(2):
            server.result("PUT", f"{path}/vectors/b", definition)
        shown = server.result("GET", path)["config"]["params"].get("sparse_vectors", {}).get("b")
        check(shown == definition.get("sparse"), f"a sparse vector that was added: {shown}")
        status, _, text = server.ask("PUT", f"{path}/vectors/b", {"dense": {"size": 4, "distance": "Dot"}})
        check(status == 400 and "Vector `b` already exists with a different configuration" in text, f"another vector: {status} {text}")
        server.result("DELETE", f"{path}/vectors/b")
    server.result("DELETE", path)


def taken_names(server):
    """An alias cannot have the name of a collection: the answer says which name is taken."""
    for name in ("taken", "target"):
        server.ask("DELETE", f"/collections/{name}")
        server.result("PUT", f"/collections/{name}", {"vectors": {}})
    status, _, text = server.ask("POST", "/collections/aliases", {"actions": [{"create_alias": {"alias_name": "taken", "collection_name": "target"}}]})
    check(status == 409 and "Collection `taken` already exists!" in text, f"an alias with a name that is taken: {status} {text}")
    for name in ("taken", "target"):
        server.result("DELETE", f"/collections/{name}")


def opposing_batches(server):
    """Batches at the same time that change the same points in opposing orders lock these in one order."""
    path, last = "/collections/opposing", "00000000-0000-0000-0000-00000000000a"
    server.ask("DELETE", path)
    server.result("PUT", path, {"vectors": {"size": 1, "distance": "Dot"}})
    points = [{"id": id, "vector": [1], "payload": {}} for id in (1, 2, last)]
    server.result("PUT", f"{path}/points", {"points": points})
    up = [{"set_payload": {"payload": {"n": 1}, "points": [point["id"]]}} for point in points]
    down = [{"upsert": {"points": [point]}} for point in reversed(points)]
    batches = [threading.Thread(target=server.result, args=("POST", f"{path}/points/batch", {"operations": operations})) for operations in (up, down)]
    with psycopg.connect("") as holder, psycopg.connect("", autocommit=True) as watcher:
        holder.execute("SELECT FROM opposing WHERE id = '2' FOR UPDATE")
        for waiting, batch in enumerate(batches, 1):
            batch.start()
            seen, end = 0, time.monotonic() + 10
            while seen < waiting and time.monotonic() < end:
                seen = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").fetchone()[0]
                time.sleep(0.01)
            check(seen == waiting, f"batches that wait for a point that is locked: {seen}")
        # The second batch waits for point 1, and has not locked the last point yet.
        holder.execute("SELECT FROM opposing WHERE id = %s FOR UPDATE NOWAIT", (last,))
    for batch in batches:
        batch.join()
    check(server.result("POST", f"{path}/points/count", {"filter": {"must": [{"is_empty": {"key": "n"}}]}}) == {"count": 3}, "the second batch")
    server.result("DELETE", path)


def cache_pages(server):
    """PostgreSQL reports what a session has read with a delay."""
    pages, end = 0, time.monotonic() + 5
    while not pages and time.monotonic() < end:
        pages = value(samples(server.ask("GET", "/metrics")[2]), "vecext_cache_pages_total", id=COLLECTION)
        time.sleep(0.1)
    check(pages, "pages of the cache")


def memory_of_parts(server, path):
    """Sizes by part, which are those of PostgreSQL."""
    with psycopg.connect("", autocommit=True) as look:
        table = look.execute("SELECT vecext.collection_table(%s)::text", [f'"{COLLECTION}"']).fetchone()[0]
        look.execute(f"ANALYZE {table}")
        all_bytes = look.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()[0]
    memory = server.result("GET", f"{path}/memory")
    check(memory["total"]["disk_bytes"] == all_bytes, f"bytes of a collection: {memory}")
    vector = memory["vectors"][0]
    check((vector["name"], vector["storage"]["disk_bytes"]) == ("", 7 * 16) and vector["index"]["disk_bytes"] > 0, f"bytes of a vector: {vector}")
    parts = [memory["payload"], memory["other"]["id_tracker"], vector["storage"], vector["index"]]
    check(sum(part["disk_bytes"] for part in parts) == all_bytes and set(parts[0]) == {"disk_bytes", "ram_bytes", "cached_bytes", "expected_cache_bytes"}
          and (memory["sparse_vectors"], memory["payload_index"]) == ([], []), f"bytes of the parts: {memory}")
    check(server.ask("GET", "/collections/missing/memory")[0] == 404, "memory of a missing collection")


def service_routes(server):
    client = QdrantClient(url=f"http://127.0.0.1:{server.port}", api_key=KEY, timeout=30)
    http_client = client.http
    path = f"/collections/{quote(COLLECTION, safe='')}"
    telemetry = http_client.service_api.telemetry(details_level=1).result
    check(telemetry.app.name == "vecextd" and telemetry.collections.number_of_collections >= 1, f"telemetry: {telemetry}")
    check(COLLECTION in [one.id for one in telemetry.collections.collections], "collections of telemetry")
    check(telemetry.app.features.staging is False, f"features of telemetry: {telemetry.app}")
    check("POST /collections/{collection_name}/points/query" in telemetry.requests.rest.responses, "requests of telemetry")
    check("/qdrant.Points/Count" in telemetry.requests.grpc.responses, "gRPC in telemetry")
    check("collections" not in server.result("GET", "/telemetry?details_level=3&anonymize=true")["collections"], "anonymized telemetry")
    check(server.ask("GET", "/telemetry?details_level=x")[0] == 400, "a wrong details_level")
    check(server.result("GET", "/issues") == {"issues": []} and server.result("DELETE", "/issues") is True, "issues")
    check(http_client.quotas_api.get_quotas().result.config.enabled is False, "quotas")
    check(server.result("PUT", "/quotas", {"enabled": False}) is True, "quotas that change nothing")
    check(server.ask("PUT", "/quotas", {"enabled": True, "max_disk_usage_percent": 90})[0] == 400, "quotas that limit")
    check(client.cluster_status().status == "disabled", "cluster")
    cluster = client.collection_cluster_info(COLLECTION)
    check((cluster.shard_count, cluster.local_shards[0].points_count) == (1, 7), f"cluster of a collection: {cluster}")
    check(server.result("GET", f"{path}/shards") == {"shard_keys": None}, "shard keys")
    check(server.ask("GET", "/collections/missing/shards")[0] == 404, "shard keys of a missing collection")
    optimizations = models.OptimizationsResponse.model_validate(server.result("GET", f"{path}/optimizations"))
    check(optimizations.running == [] and optimizations.summary.idle_segments == 1, f"optimizations: {optimizations}")
    check(server.ask("GET", "/collections/missing/optimizations")[0] == 404, "optimizations of a missing collection")
    memory_of_parts(server, path)
    named = b"\x0a" + bytes([len(COLLECTION.encode())]) + COLLECTION.encode()
    for method, message, expected in [("CollectionClusterInfo", named, 0), ("CollectionClusterInfo", b"\x0a\x01x", 5),
                                      ("ListShardKeys", named, 0), ("ListShardKeys", b"\x0a\x01x", 5), ("CreateShardKey", named, 12)]:
        code = server.call(f"/qdrant.Collections/{method}", message)[0]
        check(code == expected, f"{method} by gRPC: {code}")
    for method, refused in [("GET", "/cluster/telemetry"), ("POST", "/cluster/recover"), ("DELETE", "/cluster/peer/1"),
                            ("POST", f"{path}/cluster"), ("PUT", f"{path}/shards"), ("POST", f"{path}/shards/delete")]:
        status, _, text = server.ask(method, refused, {} if method != "GET" else None)
        check(status == 405 and "standalone mode" in text, f"{method} {refused}: {status} {text}")
        if method != "GET":
            check(server.ask(method, refused, {}, key=READ_KEY)[0] == 403, f"{method} {refused} by a key to read")
    status, headers, _ = server.ask("OPTIONS", f"{path}/points", key=None)
    check(status == 200 and headers["access-control-allow-methods"] == "*", "preflight")


def without_extension():
    """A gateway whose database has no extension is not ready, and one whose folder cannot be used does not start."""
    with psycopg.connect("", autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS gateway_service_bare")
        session.execute("CREATE DATABASE gateway_service_bare")
        bare = Server(sys.argv[1], "--postgres", "dbname=gateway_service_bare")
        status, _, text = bare.ask("GET", "/readyz")
        check(status == 503 and "extension" in text, f"readyz without the extension: {status} {text}")
        status, _, text = bare.ask("GET", "/collections")
        check(status == 500 and "vecext" in text, f"collections without the extension: {status} {text}")
        bare.stop()
        session.execute("DROP DATABASE gateway_service_bare")
    ended = subprocess.run([sys.argv[1], "--http-port", "0", "--grpc-port", "0", "--snapshots", __file__],
                           capture_output=True, text=True, timeout=20, check=False)
    check(ended.returncode == 1 and "folder of snapshots" in ended.stdout + ended.stderr, f"a file as folder: {ended}")


def documents(server):
    status, _, text = server.ask("GET", "/openapi.json", key=None)
    document = json.loads(text)
    query = document["paths"]["/collections/{collection_name}/points/query"]["post"]
    check(status == 200 and query["parameters"][0]["name"] == "collection_name", "openapi.json")
    status, headers, text = server.ask("GET", "/docs", key=None)
    check(status == 200 and headers["content-type"].startswith("text/html") and "/collections/{collection_name}/points/query" in text
          and not re.search(r"(src|href)=.https?://(?!api\.qdrant\.tech)", text), "docs")
    for path, methods in document["paths"].items():
        check(text.count(f"<td>{path}</td>") == len(methods), f"{path} in docs")


def multipart(content, field="snapshot"):
    """(body, its type)"""
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="../x"\r\n\r\n'.encode()
    return head + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def everything(server, name):
    """All of a collection that a snapshot keeps."""
    path = f"/collections/{quote(name, safe='')}"
    description = server.result("GET", path)
    points = server.result("POST", f"{path}/points/scroll", {"limit": 500, "with_vector": True})["points"]
    return description["config"], description["payload_schema"], points


def snapshots(server, folder):
    name, copy = "snapshot ä", "copy of it"
    path, copied = (f"/collections/{quote(one, safe='')}" for one in (name, copy))
    for one in (path, copied):
        server.ask("DELETE", one)
    server.result("PUT", path, {
        "vectors": {"a": {"size": 3, "distance": "Cosine", "hnsw_config": {"m": 8}}, "many": {"size": 2, "distance": "Dot", "datatype": "float16",
                    "multivector_config": {"comparator": "max_sim"}}},
        "sparse_vectors": {"words": {"modifier": "idf"}}, "metadata": {"owner": "us"}, "strict_mode_config": {"enabled": True, "max_query_limit": 999}})
    server.result("PUT", f"{path}/index", {"field_name": "k", "field_schema": "keyword"})
    points = [{"id": number, "payload": {"k": f"tab\t \\. line\nbreak {number}", "n": None}, "vector": {
        "a": [number, 1, 2], "many": [[1, number], [2, 3]], "words": {"indices": [number, 2**32 - 1 - number], "values": [1.5, 2]}}} for number in range(100)]
    points.append({"id": "5f2a8a30-0000-4000-8000-000000000001", "payload": {}, "vector": {}})
    server.result("PUT", f"{path}/points?wait=true", {"points": points})
    server.result("POST", "/collections/aliases", {"actions": [{"create_alias": {"alias_name": "of the snapshot", "collection_name": name}}]})
    before = everything(server, name)
    made = server.result("POST", f"{path}/snapshots")
    check(models.SnapshotDescription.model_validate(made) and server.result("GET", f"{path}/snapshots") == [made], f"snapshot: {made}")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"{path}/snapshots/{made['name']}", headers={"api-key": KEY})
    content = connection.getresponse().read()
    connection.close()
    check(len(content) == made["size"] and hashlib.sha256(content).hexdigest() == made["checksum"], "the file of a snapshot")
    # pg_restore reads it as it is.
    listed = subprocess.run(["pg_restore", "--list", next(folder.rglob(made["name"]))], capture_output=True, text=True, check=False)
    check(listed.returncode == 0 and "TABLE DATA" in listed.stdout, f"pg_restore: {listed.stderr}")
    body, kind = multipart(content)
    upload = f"{copied}/snapshots/upload"
    for key, status in [(None, 401), (READ_KEY, 403)]:
        # Who has not the right is refused before the body is read.
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.putrequest("POST", upload)
        for header, value_ in [("Content-Type", kind), ("Content-Length", "1000000000"), *([("api-key", key)] if key else [])]:
            connection.putheader(header, value_)
        connection.endheaders()
        check(connection.getresponse().status == status, f"upload with the key {key}")
        connection.close()
    # A file whose head and end are right is read by pg_restore, which alone sees what is wrong with it.
    for wrong, type_, expected, reason in [
            (multipart(content, "other")[0], kind, 400, "no field"), (body[:-20], kind, 400, "no field"),
            (body, "application/json", 400, "must be multipart"), (multipart(b"x" * 50)[0], kind, 400, "not a snapshot"),
            (multipart(content[:len(content) // 2])[0], kind, 400, "not a snapshot"),
            (multipart(content[:len(content) // 3] + content[-3000:])[0], kind, 400, "pg_restore has failed")]:
        status, _, text = server.ask("POST", upload, wrong, Content_Type=type_)
        check(status == expected and reason in text, f"a wrong upload: {status} {text}")
    status, _, text = server.ask("POST", f"{upload}?checksum={'0' * 64}", body, Content_Type=kind)
    check(status == 400 and "checksum" in text, f"a wrong checksum: {status} {text}")
    check(server.ask("GET", copied)[0] == 404, "what was refused is there")
    status, _, text = server.ask("POST", upload, gzip.compress(body), Content_Type=kind, Content_Encoding="gzip")
    check(status == 400 and "compressed" in text, f"a compressed upload: {status} {text}")
    # Behind another field, it is larger than bodies of other routes may be.
    large = multipart(bytes(33 << 20), "other")[0].removesuffix(b"--edge--\r\n") + body
    check(server.ask("POST", f"{path}/points/count", large, Content_Type=kind)[0] == 400, "a large body of another route")
    status, _, text = server.ask("POST", f"{upload}?checksum={made['checksum']}&priority=snapshot", large, Content_Type=kind)
    check(status == 200, f"upload: {status} {text}")
    check(everything(server, copy) == before, f"the copy differs:\n{everything(server, copy)[:2]}\n{before[:2]}")
    server.result("POST", "/collections/aliases", {"actions": [{"create_alias": {"alias_name": "was.named", "collection_name": name}}, {"rename_alias": {"old_alias_name": "was.named", "new_alias_name": "is.named"}}]})
    check({"alias_name": "is.named", "collection_name": name} in server.result("GET", "/aliases")["aliases"], "an alias that was renamed")
    server.result("POST", "/collections/aliases", {"actions": [{"delete_alias": {"alias_name": "is.named"}}]})
    # What is there is replaced, and its aliases stay.
    server.result("POST", f"{path}/points/delete?wait=true", {"filter": {}})
    check(server.result("PUT", f"{path}/snapshots/recover", {"location": f"file:///{made['name']}", "checksum": made["checksum"]}) is True, "recovery")
    check(everything(server, name) == before, "the collection that was replaced differs")
    check(server.result("POST", "/collections/of%20the%20snapshot/points/count", {})["count"] == 101, "the alias of what was replaced")
    full_path = next(folder.rglob(made["name"]))
    check(server.result("PUT", f"{copied}/snapshots/recover?wait=true", {"location": f"file://{full_path}"}) is True, "recovery by a path")
    for location, status in [("http://localhost/x.snapshot", 403), ("file:///etc/passwd", 403), (f"file://{folder}/../x.snapshot", 403), ("file:///gone.snapshot", 400), ("file://gone.snapshot", 400)]:
        check(server.ask("PUT", f"{copied}/snapshots/recover", {"location": location})[0] == status, f"recovery of {location}")
    # What takes the place of points of namespaces would show them to all.
    server.result("PUT", "/collections/tenants", {"vectors": {"size": 3, "distance": "Dot"}})
    with psycopg.connect("", autocommit=True) as session:
        session.execute("SELECT vecext.enable_namespaces(vecext.collection_table('tenants'))")
    status, _, text = server.ask("PUT", "/collections/tenants/snapshots/recover", {"location": f"file://{full_path}"})
    check(status == 400 and "namespaces" in text, f"recovery in place of namespaces: {status} {text}")
    server.ask("DELETE", "/collections/tenants")
    check(server.ask("GET", f"{path}/snapshots/..%2F..%2Fx.snapshot")[0] == 404, "a path as the name of a snapshot")
    check(server.ask("POST", "/collections/missing/snapshots")[0] == 404 and server.ask("GET", "/collections/missing/snapshots")[0] == 404, "missing collections")
    check(server.ask("POST", f"{copied}/snapshots?wait=false")[0] == 202, "a snapshot that is not waited for")
    end = time.monotonic() + 20
    while not server.result("GET", f"{copied}/snapshots") and time.monotonic() < end:
        time.sleep(0.1)
    check(len(server.result("GET", f"{copied}/snapshots")) == 1, "a snapshot that was not waited for")
    whole = server.result("POST", "/snapshots")
    check(server.result("GET", "/snapshots") == [whole] and server.result("DELETE", f"/snapshots/{whole['name']}") is True, "a snapshot of all")
    check(server.result("DELETE", f"{path}/snapshots/{made['name']}") is True and server.result("GET", f"{path}/snapshots") == [], "deletion")
    check(server.ask("DELETE", f"{path}/snapshots/{made['name']}")[0] == 404, "deletion of what is gone")
    check(not [file for file in folder.rglob(".new-*")], f"files that stay: {list(folder.rglob('*'))}")
    for one in (path, copied):
        server.ask("DELETE", one)


def grpc_snapshots(server):
    """The same snapshots by gRPC, with the same rights."""
    name, path = "snapshots by grpc ä", "/collections/snapshots%20by%20grpc%20%C3%A4"
    server.ask("DELETE", path)
    server.result("PUT", path, {"vectors": {"size": 2, "distance": "Dot"}})
    options = {"url": f"http://127.0.0.1:{server.port}", "grpc_port": server.grpc_port, "prefer_grpc": True, "timeout": 30}
    client, reader = (QdrantClient(api_key=key, **options) for key in (KEY, READ_KEY))

    def code(ask):
        try:
            return ask() and "OK"
        except grpc.RpcError as error:
            return error.code().name

    check(client.info() == QdrantClient(**{**options, "prefer_grpc": False}, api_key=KEY).info(), f"version by gRPC: {client.info()}")
    made = client.create_snapshot(name)
    described = server.result("GET", f"{path}/snapshots")
    check([(made.name, made.size, made.checksum)] == [(one["name"], one["size"], one["checksum"]) for one in described]
          and made.creation_time.startswith(described[0]["creation_time"]), f"snapshot by gRPC: {made} {described}")
    whole = client.create_full_snapshot()
    check((reader.list_snapshots(name), reader.list_full_snapshots()) == ([made], [whole]), "lists of snapshots by gRPC")
    for what, ask, expected in [
            ("made with the key to read", lambda: reader.create_snapshot(name), "PERMISSION_DENIED"),
            ("deleted with the key to read", lambda: reader.delete_snapshot(name, made.name), "PERMISSION_DENIED"),
            ("of all with the key to read", lambda: reader.create_full_snapshot(), "PERMISSION_DENIED"),
            ("of a missing collection", lambda: client.create_snapshot("missing"), "NOT_FOUND"),
            ("in the list of a missing collection", lambda: client.list_snapshots("missing"), "NOT_FOUND"),
            ("that is missing", lambda: client.delete_snapshot(name, "missing.snapshot"), "NOT_FOUND"),
            ("of all as one of a collection", lambda: client.delete_snapshot("", whole.name), "NOT_FOUND"),
            ("deleted", lambda: client.delete_snapshot(name, made.name), "OK"),
            ("of all, deleted", lambda: client.delete_full_snapshot(whole.name), "OK")]:
        found = code(ask)
        check(found == expected, f"a snapshot by gRPC {what}: {found}")
    check(server.result("GET", f"{path}/snapshots") == [] == server.result("GET", "/snapshots"), "deletion by gRPC")
    for one in (client, reader):
        one.close()
    server.ask("DELETE", path)


def log(lines):
    requests = [line for line in lines if "request_id" in line]
    check(all("message" not in line for line in requests), "requests with a message")
    mine = [line for line in requests if line["request_id"] == "mine-1"]
    paused = [line for line in requests if line["request_id"] == "paused-1"]
    check(paused and paused[0]["ms"] < 1000 * PAUSE, f"a request that came slowly: {paused}")
    check(len(mine) == 1 and mine[0]["status"] == 200 and mine[0]["ms"] > 0
          and mine[0]["route"] == "/collections/{collection_name}/points/query", f"line of mine-1: {mine}")
    mine = [line for line in requests if line["request_id"] == "mine-2"]
    check([(line["method"], line["route"], line["status"]) for line in mine] == [("gRPC", "/qdrant.Collections/List", 0)],
          f"line of mine-2: {mine}")
    check(any(line.get("traceparent") == TRACE for line in requests), "a traceparent in the log")
    check(any(line.get("traceparent") == TRACE and line["method"] == "gRPC" for line in requests), "a traceparent of gRPC in the log")
    check(any(line.get("sqlstate") == "42P01" and line["status"] == 404 for line in requests), "an SQLSTATE in the log")
    text = json.dumps(lines)
    for secret in (KEY, READ_KEY, "secret-path", COLLECTION, "missing"):
        check(secret not in text, f"the log has {secret}")


def session_name(server):
    """PostgreSQL sees the traceparent while a statement of its request runs, and a time limit beside it holds."""
    path = f"/collections/{quote(COLLECTION, safe='')}/points/count?timeout=2"
    with psycopg.connect("") as lock, psycopg.connect("", autocommit=True) as look:
        table = lock.execute("SELECT vecext.collection_table(%s)::text", [f'"{COLLECTION}"']).fetchone()[0]
        lock.execute(f"LOCK TABLE {table}")
        answers = []
        asking = threading.Thread(target=lambda: answers.append(server.ask("POST", path, {}, traceparent=TRACE)))
        asking.start()
        names, end = [], time.monotonic() + 2
        while not names and time.monotonic() < end:
            names = look.execute("SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'vecextd %'").fetchall()
        check(names == [(f"vecextd {TRACE}",)], f"application_name: {names}")
        if "--slow" in sys.argv:
            asking.join()
            check(answers[0][0] == 408, f"the time limit: {answers}")
        lock.rollback()
        asking.join()
    check(server.ask("POST", path, {})[0] == 200, "a request behind that")


def main():
    warnings.simplefilter("ignore")  # of a key without TLS
    begin = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vecextd-"))
    server = Server(sys.argv[1], "--snapshots", str(folder))
    try:
        requests_and_ids(server)
        metrics(server)
        service_routes(server)
        documents(server)
        session_name(server)
        without_extension()
        cache_pages(server)
        selectors(server)
        vectors_again(server)
        taken_names(server)
        opposing_batches(server)
        snapshots(server, folder)
        grpc_snapshots(server)
        server.ask("DELETE", f"/collections/{quote(COLLECTION, safe='')}")
    finally:
        lines = server.stop()
        shutil.rmtree(folder)
    log(lines)
    print(*FAULTS, sep="\n")
    print(f"{'failed' if FAULTS else 'passed'} in {time.monotonic() - begin:.1f} s")
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
