"""The calls of a collection. Filters and requests are as the reference of collections has them; a vector is an array, a list or one of vecext's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from vecext.collections.arguments import as_ids, as_json, as_query, as_vectors
from vecext.collections.records import Facet, Hit, Id, Json, Page, Point
from vecext.collections.statement import Call, Change, ReadId, Rows, Statement, scalar

Mode = Literal["upsert", "insert_only", "update_only"]


class Calls:
    """The calls of a Collection and of an AsyncCollection, which has to be awaited."""

    name: str

    @Change
    def create(self, vectors: Json, *, payload_schema: Json | None = None, options: Json | None = None) -> Statement[Any]:
        """Creates the collection: `{"size": 3, "distance": "cosine"}`, or several such by name, as vecext.create_collection takes them."""
        text = "SELECT vecext.create_collection(%(c)s, %(vectors)s, payload_schema => %(schema)s, options => %(options)s)"
        parameters = {"c": self.name, "vectors": as_json(vectors), "schema": as_json(payload_schema), "options": as_json(options)}
        return Statement(text, parameters, scalar, changes_ids=True)

    @Call
    def drop(self) -> Statement[bool]:
        """Drops the collection with its table. Returns false if it was not there."""
        return Statement("SELECT vecext.drop_collection(%(c)s, if_exists => true)", {"c": self.name}, scalar, changes_ids=True)

    @Call
    def exists(self) -> Statement[bool]:
        """True if the collection, or an alias of the name, is there."""
        return Statement("SELECT vecext.collection_exists(%(c)s)", {"c": self.name}, scalar)

    @Call
    def info(self, *, exact: bool = False) -> Statement[Json]:
        """All about the collection; `exact` adds what takes a scan."""
        return Statement("SELECT vecext.collection_info(%(c)s, exact => %(exact)s)", {"c": self.name, "exact": exact}, scalar)

    @Change
    def upsert(
        self,
        ids: Sequence[Id],
        vectors: Any,
        payloads: Sequence[Json | None] | None = None,
        *,
        mode: Mode = "upsert",
        condition: Json | None = None,
    ) -> Statement[Any]:
        """Writes points, their vectors in binary: a 2-D array or a list of vectors, or several of these by name.

        A point that is there is replaced, payload included."""
        id_values, id_type = as_ids(ids)
        if not id_values:  # which have no type
            return Statement("SELECT vecext.upsert(%(c)s, '[]'::jsonb)", {"c": self.name}, scalar)
        parameters: dict[str, Any] = {
            "c": self.name,
            "ids": id_values,
            "payloads": None if payloads is None else [as_json(payload) for payload in payloads],
            "mode": mode,
            "condition": as_json(condition),
        }
        if isinstance(vectors, Mapping):
            arrays = [as_vectors(values) for values in vectors.values()]
            parameters |= {"names": list(vectors)} | {f"v{number}": values for number, (values, _) in enumerate(arrays)}
            shown = "".join(f", %(v{number})s::{type_name}" for number, (_, type_name) in enumerate(arrays))
            text = f"SELECT vecext.upsert_arrays(%(c)s, %(ids)s::{id_type}, %(payloads)s::jsonb[], %(mode)s, %(condition)s::jsonb, %(names)s::text[]{shown})"
            return Statement(text, parameters, scalar)
        parameters["vectors"], type_name = as_vectors(vectors)
        given = f"%(ids)s::{id_type}, %(vectors)s::{type_name}, %(payloads)s::jsonb[]"
        return Statement(f"SELECT vecext.upsert(%(c)s, {given}, mode => %(mode)s, condition => %(condition)s::jsonb)", parameters, scalar)

    @Change
    def upsert_points(self, points: Iterable[Json], *, mode: Mode = "upsert", condition: Json | None = None) -> Statement[Any]:
        """Writes points `{"id", "vector", "payload"}` as JSON: for multi-vectors, and points that have different vectors."""
        text = "SELECT vecext.upsert(%(c)s, %(points)s::jsonb, mode => %(mode)s, condition => %(condition)s::jsonb)"
        return Statement(text, {"c": self.name, "points": as_json(list(points)), "mode": mode, "condition": as_json(condition)}, scalar)

    @Call
    def update_vectors(self, points: Iterable[Json], *, condition: Json | None = None) -> Statement[int]:
        """Replaces the vectors that points `{"id", "vector"}` name; others, and payloads, stay. Returns the number of points."""
        text = "SELECT vecext.update_vectors(%(c)s, %(points)s, condition => %(condition)s)"
        return Statement(text, {"c": self.name, "points": as_json(list(points)), "condition": as_json(condition)}, scalar)

    @Call
    def get(self, ids: Sequence[Id], *, with_payload: Any = True, with_vectors: Any = False) -> Statement[list[Point]]:
        """The points of these ids, in their order, without those that are not there."""
        text = "SELECT id, payload, vectors FROM vecext.get_points(%(c)s, %(ids)s, with_payload => %(payload)s, with_vectors => %(vectors)s)"
        parameters = {"c": self.name, "ids": as_json(ids), "payload": as_json(with_payload), "vectors": as_json(with_vectors)}
        return Statement(text, parameters, _points, has_ids=True)

    @Call
    def query(
        self,
        query: Any = None,
        *,
        limit: int = 10,
        filter: Json | None = None,
        using: str | None = None,
        prefetch: Any = None,
        offset: int = 0,
        params: Json | None = None,
        score_threshold: float | None = None,
        with_payload: Any = True,
        with_vectors: Any = False,
    ) -> Statement[list[Hit]]:
        """The best points for a vector, the id of a point, or a query in JSON such as `{"text": "crash safe"}` or `{"fusion": "rrf"}` of prefetches."""
        shown, dense, sparse = as_query(query)
        members = {
            "query": shown,
            "limit": limit,
            "filter": filter,
            "using": using,
            "prefetch": prefetch,
            "offset": offset,
            "params": params,
            "score_threshold": score_threshold,
            "with_payload": with_payload,
            "with_vectors": with_vectors,
        }
        request = {name: value for name, value in members.items() if value is not None}
        text = "SELECT id, score, payload, vectors, order_value FROM vecext.query(%(c)s, %(request)s, %(dense)s::vector[], %(sparse)s::sparsevec[])"
        return Statement(text, {"c": self.name, "request": as_json(request), "dense": dense, "sparse": sparse}, _hits, has_ids=True)

    @Call
    def scroll(
        self,
        cursor: str | None = None,
        *,
        limit: int = 10,
        filter: Json | None = None,
        order_by: str | Json | None = None,
        with_payload: Any = True,
        with_vectors: Any = False,
    ) -> Statement[Page]:
        """A page of points in the order of ids, or of a key; the next one begins with its `next_cursor`."""
        text = """SELECT id, payload, vectors, next_cursor FROM vecext.scroll(%(c)s, cursor => %(cursor)s, limit_ => %(limit)s, filter => %(filter)s,
            order_by => %(order_by)s, with_payload => %(payload)s, with_vectors => %(vectors)s)"""
        parameters = {"c": self.name, "cursor": cursor, "limit": limit, "filter": as_json(filter), "order_by": as_json(order_by)}
        parameters |= {"payload": as_json(with_payload), "vectors": as_json(with_vectors)}
        return Statement(text, parameters, lambda rows, read_id: Page(_points(rows, read_id), rows[-1][3] if rows else None), has_ids=True)

    @Call
    def count(self, filter: Json | None = None, *, exact: bool = True) -> Statement[int]:
        """How many points there are, or satisfy a filter; not exact: the planner's estimate."""
        text = "SELECT vecext.count_points(%(c)s, filter => %(filter)s, exact => %(exact)s)"
        return Statement(text, {"c": self.name, "filter": as_json(filter), "exact": exact}, scalar)

    @Call
    def facet(self, key: str, *, filter: Json | None = None, limit: int = 10, exact: bool = False) -> Statement[list[Facet]]:
        """How many points have each value of a key, the most frequent first."""
        text = "SELECT value, count FROM vecext.facet(%(c)s, %(key)s, filter => %(filter)s, limit_ => %(limit)s, exact => %(exact)s)"
        parameters = {"c": self.name, "key": key, "filter": as_json(filter), "limit": limit, "exact": exact}
        return Statement(text, parameters, lambda rows, _: [Facet(*row) for row in rows])

    @Call
    def delete(self, ids: Sequence[Id] | None = None, *, filter: Json | None = None) -> Statement[int]:
        """Deletes points by ids or by a filter, of which `{}` means all. Returns their number."""
        return Statement("SELECT vecext.delete_points(%(c)s, ids => %(ids)s, filter => %(filter)s)", self._of(ids, filter), scalar)

    @Call
    def set_payload(self, payload: Json, ids: Sequence[Id] | None = None, *, filter: Json | None = None, key: str | None = None) -> Statement[int]:
        """Sets members of payloads, and removes those that are None; with `key`, within the object at that path. Returns the number of points."""
        text = "SELECT vecext.set_payload(%(c)s, %(payload)s, ids => %(ids)s, filter => %(filter)s, key => %(key)s)"
        return Statement(text, self._of(ids, filter) | {"payload": as_json(payload), "key": key}, scalar)

    @Call
    def overwrite_payload(self, payload: Json, ids: Sequence[Id] | None = None, *, filter: Json | None = None) -> Statement[int]:
        """Replaces payloads. Returns the number of points."""
        text = "SELECT vecext.overwrite_payload(%(c)s, %(payload)s, ids => %(ids)s, filter => %(filter)s)"
        return Statement(text, self._of(ids, filter) | {"payload": as_json(payload)}, scalar)

    @Call
    def delete_payload(self, keys: Sequence[str], ids: Sequence[Id] | None = None, *, filter: Json | None = None) -> Statement[int]:
        """Removes what the paths `keys` reach from payloads. Returns the number of points."""
        text = "SELECT vecext.delete_payload(%(c)s, %(keys)s, ids => %(ids)s, filter => %(filter)s)"
        return Statement(text, self._of(ids, filter) | {"keys": list(keys)}, scalar)

    @Change
    def create_payload_index(self, key: str, type: str, *, options: Json | None = None) -> Statement[Any]:
        """Creates an index for conditions on a key: `keyword`, `integer`, `text`, `bm25` and so on."""
        text = "SELECT vecext.create_payload_index(%(c)s, %(key)s, %(type)s, options => %(options)s)"
        return Statement(text, {"c": self.name, "key": key, "type": type, "options": as_json(options)}, scalar)

    @Call
    def create_vector_indexes(self) -> Statement[int]:
        """Creates the indexes that wait for a size, or for rows. Returns their number."""
        return Statement("SELECT vecext.create_vector_indexes(%(c)s)", {"c": self.name}, scalar)

    def _of(self, ids: Sequence[Id] | None, filter: Json | None) -> dict[str, Any]:
        return {"c": self.name, "ids": as_json(ids), "filter": as_json(filter)}


def _points(rows: Rows, read_id: ReadId) -> list[Point]:
    return [Point(read_id(row[0]), row[1], row[2]) for row in rows]


def _hits(rows: Rows, read_id: ReadId) -> list[Hit]:
    return [Hit(read_id(row[0]), *row[1:]) for row in rows]
