"""The questions of a round, put to vecext's functions."""
import json
import time

import psycopg

from compare import Difference
from deviations import applied

EVERYTHING = 1_000_000


def as_json(value):
    return None if value is None else json.dumps(value, ensure_ascii=False)


def hits(rows):
    return [(point, score) for point, score in rows]


class SqlSide:
    """A collection in PostgreSQL. Ids are texts in all answers."""

    def __init__(self, conninfo):
        self.conninfo = conninfo
        self.vectors = {}
        self.name = None
        self.operations = 0
        self.connect()
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS vecext")

    def connect(self):
        """Waits for a server that starts again."""
        for attempt in range(20, -1, -1):
            try:
                self.connection = psycopg.connect(self.conninfo, autocommit=True)
                return
            except psycopg.OperationalError:
                if attempt == 0:
                    raise
                time.sleep(0.5)

    def rows(self, statement, *values):
        """The rows of a statement. psycopg prepares it once it has run a few times, so the plan may be generic."""
        self.operations += 1
        return self.connection.execute(statement, values).fetchall()

    def call(self, function, **arguments):
        """The rows of a function; arguments that are None keep their default."""
        given = {key: value for key, value in arguments.items() if value is not None}
        named = ", ".join(f"{key} => %s::{kind}" for key, (kind, _) in given.items())
        return self.rows(f"SELECT * FROM vecext.{function}(%s{', ' if named else ''}{named})", self.name,
                         *[value for _, value in given.values()])

    def create(self, name, vectors, id_type):
        self.name, self.vectors = name, vectors
        self.drop()  # what a round has left that ended early
        shape = vectors[""] if list(vectors) == [""] else vectors
        self.call("create_collection", vectors=("jsonb", as_json(shape)),
                  options=("jsonb", as_json({"id": id_type})))

    def use_indexes(self, always):
        """Whether statements use an index wherever one serves, though there are few rows."""
        self.connection.execute(f"SET enable_seqscan = {'off' if always else 'on'}")

    def create_index(self, key, kind):
        self.call("create_payload_index", key=("text", key), type=("text", kind))

    def drop(self):
        if self.connection.closed:
            self.connect()
        self.call("drop_collection", if_exists=("bool", True))

    # --- Points ---

    @staticmethod
    def selection(ids, filter):
        return {"ids": None if ids is None else ("jsonb", as_json(ids)),
                "filter": None if filter is None else ("jsonb", as_json(filter))}

    def upsert(self, points, mode=None, condition=None):
        self.call("upsert", points=("jsonb", as_json(points)), mode=("text", mode) if mode else None,
                  condition=("jsonb", as_json(condition)) if condition is not None else None)

    def update_vectors(self, points):
        self.call("update_vectors", points=("jsonb", as_json(points)))

    def delete_vectors(self, names, ids=None, filter=None):
        self.call("delete_vectors", vector_names=("text[]", names), **self.selection(ids, filter))

    def delete(self, ids=None, filter=None):
        self.call("delete_points", **self.selection(ids, filter))

    def set_payload(self, payload, ids=None, filter=None, key=None):
        self.call("set_payload", payload=("jsonb", as_json(payload)), **self.selection(ids, filter),
                  key=("text", key) if key is not None else None)

    def overwrite_payload(self, payload, ids=None, filter=None):
        self.call("overwrite_payload", payload=("jsonb", as_json(payload)), **self.selection(ids, filter))

    def delete_payload(self, keys, ids=None, filter=None):
        self.call("delete_payload", keys=("text[]", keys), **self.selection(ids, filter))

    def clear_payload(self, ids=None, filter=None):
        self.call("clear_payload", **self.selection(ids, filter))

    def records(self, ids, with_payload=True):
        """{id: (payload, {name: vector})} of those points; vectors for cosine have length 1."""
        rows = self.rows("SELECT id, payload, vectors FROM vecext.get_points(%s, %s::jsonb, %s::jsonb, 'true')",
                         self.name, as_json(ids), as_json(with_payload))
        return {point: (payload, self.named(vectors)) for point, payload, vectors in rows}

    def named(self, vectors):
        """The vectors of a record by name; those for cosine at length 1."""
        named = vectors if isinstance(vectors, dict) and "indices" not in vectors else {"": vectors}
        result = {}
        for name, vector in named.items():
            if vector is None:
                continue
            if self.vectors[name]["distance"] == "cosine":
                applied("cosine-keeps-length")
                vector = [unit(part) for part in vector] if isinstance(vector[0], list) else unit(vector)
            result[name] = vector
        return result

    # --- Questions ---

    def matching(self, filter):
        """The ids of the points that satisfy a filter, by the row's condition in a query of its own."""
        rows = self.rows(f'SELECT id::text FROM "{self.name}" t WHERE vecext.matches(t, %s::jsonb)', as_json(filter))
        return [row[0] for row in rows]

    def matching_payloads(self, filter):
        """The same with a literal and the condition on the payload alone."""
        literal = psycopg.sql.Literal(as_json(filter))
        statement = psycopg.sql.SQL("SELECT id::text FROM {} WHERE vecext.matches(payload, {}::jsonb)").format(
            psycopg.sql.Identifier(self.name), literal)
        self.operations += 1
        return [row[0] for row in self.connection.execute(statement).fetchall()]

    def scroll(self, filter, limit, cursor=None):
        """A page in the order of ids, and the cursor of the next."""
        rows = self.rows("SELECT id, next_cursor FROM vecext.scroll(%s, cursor => %s, limit_ => %s, "
                         "filter => %s::jsonb, with_payload => 'false')", self.name, cursor, limit, as_json(filter))
        return [row[0] for row in rows], rows[-1][1] if rows else None

    def scroll_from(self, filter, limit, first=None):
        """A page in the order of ids that begins with an id, and the first id of the next."""
        rows = self.rows("SELECT id, next_id FROM vecext.scroll(%s, limit_ => %s, filter => %s::jsonb, "
                         "with_payload => 'false', from_id => %s)", self.name, limit, as_json(filter),
                         None if first is None else str(first))
        return [row[0] for row in rows], rows[-1][1] if rows else None

    def ordered(self, filter, limit, order_by):
        """All pages in the order of a key, [(id, value)]: the first `limit` points."""
        cursor, result = None, []
        while len(result) < limit:
            rows = self.rows("SELECT id, order_value, next_cursor FROM vecext.scroll(%s, cursor => %s, "
                             "limit_ => %s, filter => %s::jsonb, order_by => %s::jsonb, with_payload => 'false')",
                             self.name, cursor, min(4, limit - len(result)), as_json(filter), as_json(order_by))
            result += [(row[0], row[1]) for row in rows]
            cursor = rows[-1][2] if rows else None
            if cursor is None:
                break
        return result

    def count(self, filter):
        return self.rows("SELECT vecext.count_points(%s, %s::jsonb)", self.name, as_json(filter))[0][0]

    def facet(self, key, filter, limit):
        """All [(type, value, count)] of texts, booleans and integers, after a check that `limit` cuts the list."""
        rows, cut = (self.rows("SELECT value, count FROM vecext.facet(%s, %s, filter => %s::jsonb, limit_ => %s, "
                               "exact => true)", self.name, key, as_json(filter), most) for most in (EVERYTHING, limit))
        if rows[:limit] != cut:
            raise Difference(f"{cut} with the limit {limit}, {rows} without")
        hits = [(type(value).__name__, value, count) for value, count in map(self.whole_number, rows)
                if isinstance(value, (str, bool)) or isinstance(value, int) and abs(value) < 2**63]
        if len(hits) < len(rows):
            applied("facet-of-floats")
        return hits

    @staticmethod
    def whole_number(row):
        """The row with 1 for 1.0."""
        value, count = row
        return int(value) if isinstance(value, float) and value == int(value) else value, count

    def query(self, request):
        return hits(self.rows("SELECT id, score FROM vecext.query(%s, %s::jsonb)", self.name, as_json(request)))

    def selected(self, ids, with_payload):
        """{id: payload} of what a selector shows."""
        rows = self.rows("SELECT id, payload FROM vecext.get_points(%s, %s::jsonb, %s::jsonb)", self.name,
                         as_json(ids), as_json(with_payload))
        return dict(rows)

    def query_batch(self, requests):
        answers = [[] for _ in requests]
        for number, point, score in self.rows(
                "SELECT request_no, id, score FROM vecext.query_batch(%s, %s::jsonb)", self.name, as_json(requests)):
            answers[number - 1].append((point, score))
        return answers

    def direct(self, request):
        """The same request to the function that is about its kind of query; None where there is none."""
        query = request["query"]
        common = {"limit_": ("int4", request["limit"]), "offset_": ("int4", request.get("offset", 0)),
                  "filter": ("jsonb", as_json(request.get("filter"))) if "filter" in request else None,
                  "vector_name": ("text", request["using"]) if "using" in request else None,
                  "params": ("jsonb", as_json(request.get("params", {}))),
                  "score_threshold": ("float8", request["score_threshold"]) if "score_threshold" in request else None}
        if isinstance(query, list) and not isinstance(query[0], list):
            spec = self.vectors[request.get("using", "")]
            if spec.get("multivector"):
                return None
            return self.call_hits("search", query=("vector", json.dumps(query)), **common)
        if isinstance(query, dict) and "recommend" in query:
            examples = query["recommend"]
            return self.call_hits(
                "recommend", positive=("jsonb", as_json(examples.get("positive", []))),
                negative=("jsonb", as_json(examples.get("negative", []))),
                strategy=("text", examples.get("strategy", "average_vector")), **common)
        if isinstance(query, dict) and "discover" in query:
            return self.call_hits("discover", target=("jsonb", as_json(query["discover"]["target"])),
                                  context=("jsonb", as_json(query["discover"]["context"])), **common)
        if isinstance(query, dict) and "context" in query:
            return self.call_hits("context_search", context=("jsonb", as_json(query["context"])), **common)
        return None

    def call_hits(self, function, **arguments):
        given = {key: value for key, value in arguments.items() if value is not None}
        named = ", ".join(f"{key} => %s::{kind}" for key, (kind, _) in given.items())
        return hits(self.rows(f"SELECT id, score FROM vecext.{function}(%s, {named})", self.name,
                              *[value for _, value in given.values()]))

    def groups(self, request, group_by, limit, group_size):
        """[(key, [(id, score)])]."""
        rows = self.rows("SELECT group_key, id, score FROM vecext.query_groups(%s, %s::jsonb)", self.name,
                         as_json({**request, "group_by": group_by, "limit": limit, "group_size": group_size}))
        return self.grouped(rows)

    def search_groups(self, request, group_by, limit, group_size):
        """The same, of a query by a vector."""
        rows = self.rows(
            "SELECT group_key, id, score FROM vecext.search_groups(%s, %s::vector, %s, limit_ => %s, group_size => %s, "
            "filter => %s::jsonb, vector_name => %s, params => %s::jsonb, score_threshold => %s::float8)", self.name,
            json.dumps(request["query"]), group_by, limit, group_size, as_json(request.get("filter")),
            request.get("using"), as_json(request.get("params", {})), request.get("score_threshold"))
        return self.grouped(rows)

    @staticmethod
    def grouped(rows):
        groups = []
        for key, point, score in rows:
            if not groups or groups[-1][0] != key or type(groups[-1][0]) is not type(key):
                groups.append((key, []))
            groups[-1][1].append((point, score))
        return groups

    def matrix(self, filter, sample, limit, using):
        """{(a, b): score} of the pairs."""
        answer = self.rows("SELECT vecext.distance_matrix(%s, filter => %s::jsonb, sample => %s, limit_ => %s, "
                           "vector_name => %s)", self.name, as_json(filter), sample, limit, using or None)[0][0]
        return {(str(pair["a"]), str(pair["b"])): pair["score"] for pair in answer["pairs"]}


def unit(vector):
    length = sum(x * x for x in vector) ** 0.5
    return [x / length for x in vector]
