"""Qdrant over REST: a collection is read by scrolling through it, and written by upserts.

Columns are `id`, the vectors by their names (`embedding` for those without a name), and `payload`. Multivectors are arrays in jsonb.
Vectors are written under the names of their columns; those of column `embedding` have no name if it is the only dense one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from vecext.errors import Error
from vecext.files.arrays import base_of
from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, PAYLOAD, SPARSE, Definition, Place, SystemReader, sparse_vector
from vecext.systems.writer import Layout, Point, SystemWriter, requests_of, uuid_of, whole_number
from vecext.types import SparseVector

DISTANCES = {"Cosine": "cosine", "Euclid": "l2", "Dot": "ip", "Manhattan": "l1"}
NAMES = {distance: name for name, distance in DISTANCES.items()}
ELEMENTS = {"vector": "float32", "halfvec": "float16"}  # type of a column -> Qdrant's type of its elements
LARGEST_ID = (1 << 64) - 1
REQUEST_BYTES = 30_000_000  # a server takes 32 MB by default
FIRST_UUID = "00000000-0000-0000-0000-000000000000"


class Reader(SystemReader):
    """A collection of Qdrant, or of a server that speaks its REST."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._batch_rows = place.batch_rows
        self._is_collection = place.as_collection
        self._rest, self._path = _opened(place)
        info = self._rest.request("GET", self._path)["result"]
        self.rows = info.get("points_count")
        self.distances = {}
        self.columns = {"id": self._type_of_ids()}
        self._vectors: dict[str, str] = {}  # name -> column
        parameters = info["config"]["params"]
        vectors = parameters.get("vectors") or {}
        for name, vector in ({"": vectors} if "size" in vectors else vectors).items():
            column = self._add(name, _type_of_vector(vector))
            self.distances[column] = DISTANCES[vector["distance"]]
        for name in parameters.get("sparse_vectors") or {}:
            self._add(name, SPARSE)
        self.columns[PAYLOAD] = "jsonb"
        self.definition = _definition(info, self._vectors)

    def _add(self, name: str, sql_type: str) -> str:
        column = self.free_column(name or EMBEDDING)
        self._vectors[name] = column
        self.columns[column] = sql_type
        return column

    def _scroll(self, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = self._rest.request("POST", f"{self._path}/points/scroll", options)["result"]
        return result

    def _type_of_ids(self) -> str:
        """Numbers come before UUIDs in Qdrant's order, so that three points tell which there are."""

        def first(offset: int | str) -> Any:
            points = self._scroll(offset=offset, limit=1, with_payload=False, with_vector=False)["points"]
            return points[0]["id"] if points else None

        if self._is_collection:  # which takes both, as Qdrant does
            return "vecext.point_id"
        has_numbers, has_uuids = isinstance(first(0), int), first(FIRST_UUID) is not None
        if has_uuids:
            return "text" if has_numbers else "uuid"
        return "numeric" if isinstance(first(1 << 63), int) else "bigint"

    def batches(self) -> Iterator[Columns]:
        offset: Any = None
        while True:
            page = self._scroll(limit=self._batch_rows, with_payload=True, with_vector=True, **({} if offset is None else {"offset": offset}))
            if page["points"]:
                yield self._columns(page["points"])
            offset = page.get("next_page_offset")
            if offset is None:
                return

    def _columns(self, points: list[dict[str, Any]]) -> Columns:
        columns: Columns = {"id": [str(point["id"]) if self.columns["id"] == "text" else point["id"] for point in points]}
        vectors = [point.get("vector") or {} for point in points]
        for name, column in self._vectors.items():
            columns[column] = [_value(vector.get(name) if isinstance(vector, dict) else None if name else vector) for vector in vectors]
        columns[PAYLOAD] = [point.get("payload") or {} for point in points]
        return columns


def _definition(info: dict[str, Any], columns: dict[str, str]) -> Definition:
    """What the collection's description says, in words of vecext.create_collection()."""
    config = info["config"]
    definition = Definition(columns=dict(columns))
    vectors = config["params"].get("vectors") or {}
    for name, vector in ({"": vectors} if "size" in vectors else vectors).items():
        graph = vector.get("hnsw_config") or config.get("hnsw_config") or {}
        spec = {"size": vector["size"], "distance": vector["distance"], "datatype": vector.get("datatype")}
        if vector.get("multivector_config"):
            spec["multivector_config"] = vector["multivector_config"]
        else:
            spec["hnsw_config"] = {key: graph[key] for key in ("m", "ef_construct") if graph.get(key)}
        if vector["distance"] == "Cosine" and vector.get("datatype") != "uint8":
            spec["normalized"] = True
        definition.vectors[name] = {key: value for key, value in spec.items() if value}
        if vector.get("quantization_config") or config.get("quantization_config"):
            definition.left_out.append(f"quantization of {name or 'the vector'}")
    for name, vector in (config["params"].get("sparse_vectors") or {}).items():
        modifier = (vector or {}).get("modifier")
        definition.vectors[name] = {"type": "sparsevec", **({"modifier": "idf"} if modifier == "idf" else {})}
    for key, index in (info.get("payload_schema") or {}).items():
        definition.payload_indexes[key] = (index["data_type"], index.get("params") or {})
    return definition


class Writer(SystemWriter):
    """A collection that is created for the columns of vectors, or exists with such vectors."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._rest, self._path = _opened(place)
        self._names = {column: "" if layout.dense == [EMBEDDING] == [column] else column for column in layout.types}
        parameters = {self._names[column]: _parameters(layout, column) for column in layout.dense}
        self._definition = {"vectors": parameters.get("", parameters), "sparse_vectors": {column: {} for column in layout.sparse}}

    def prepare(self) -> None:
        if not self._rest.request("GET", f"{self._path}/exists")["result"]["exists"]:
            self._rest.request("PUT", self._path, self._definition)
            return
        given = self._rest.request("GET", self._path)["result"]["config"]["params"]
        if _shapes(given) != _shapes(self._definition):
            raise Error(
                f"collection {self.name} exists with other vectors", hint=f"it has {_shapes(given)}, the table {_shapes(self._definition)}; name another one"
            )

    def write(self, points: list[Point]) -> None:
        records = [{"id": _id(point.id), "payload": point.payload, "vector": self._named(point.vectors)} for point in points]
        for part in requests_of(records, REQUEST_BYTES):
            self._rest.request("PUT", f"{self._path}/points?wait=true", {"points": part})

    def _named(self, vectors: dict[str, Any]) -> Any:
        named = {self._names[column]: _json(value) for column, value in vectors.items() if value is not None}
        # A vector without a name stands alone, or as "" beside others.
        return named[""] if list(named) == [""] else named


def _opened(place: Place) -> tuple[Rest, str]:
    """The server, and the path of the collection."""
    return Rest(str(place.url), {"api-key": place.api_key} if place.api_key else {}), f"/collections/{quote(str(place.collection), safe='')}"


def _id(key: str) -> int | str:
    """A number or a UUID, which are the ids that Qdrant has."""
    number = whole_number(key, 0, LARGEST_ID)
    found = uuid_of(key) if number is None else number
    if found is None:
        raise Error(f"{key} cannot be the id of a point", hint="ids are whole numbers from 0 to 2^64 - 1, or UUIDs")
    return found


def _parameters(layout: Layout, column: str) -> dict[str, Any]:
    elements = ELEMENTS[base_of(layout.types[column])]
    return {"size": layout.dimensions(column), "distance": layout.distance(column, NAMES, "Qdrant"), "datatype": elements}


def _shapes(parameters: dict[str, Any]) -> dict[str, Any]:
    """Name -> dimensions and distance of its vectors, or None for sparse ones."""
    vectors = parameters.get("vectors") or {}
    dense = {"": vectors} if "size" in vectors else vectors
    return {name: (one["size"], one["distance"]) for name, one in dense.items()} | dict.fromkeys(parameters.get("sparse_vectors") or {})


def _json(value: Any) -> Any:
    if isinstance(value, SparseVector):
        return {"indices": value.indices(), "values": value.values()}
    return value


def _type_of_vector(vector: dict[str, Any]) -> str:
    if vector.get("multivector_config"):
        return "jsonb"
    return f"{'halfvec' if vector.get('datatype') == 'float16' else 'vector'}({vector['size']})"


def _value(vector: Any) -> Any:
    """A vector for its column: a sparse one has indices and values."""
    if isinstance(vector, dict):
        return sparse_vector(dict(zip(vector["indices"], vector["values"], strict=True)))
    return vector
