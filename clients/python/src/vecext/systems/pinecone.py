"""Pinecone, by the API of an index: the records of one namespace, read and written.

Columns are `id`, `embedding`, `sparse_values` where the index may have them, and `payload`, the metadata. Records are listed by pages and then fetched,
so that a record that is deleted meanwhile is left out. Indexes of pods cannot be listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from vecext.errors import Error
from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, PAYLOAD, SPARSE, Place, SystemReader, sparse_vector
from vecext.systems.writer import Layout, Point, SystemWriter, requests_of
from vecext.types import SparseVector

DISTANCES = {"cosine": "cosine", "euclidean": "l2", "dotproduct": "ip"}
API_VERSION = "2025-01"
DEFAULT_NAMESPACE = "__default__"  # what the API calls the namespace without a name
PAGE_IDS = 100  # the most that a page of ids has
REQUEST_BYTES = 6000  # of the ids of a request, which stand in its URL
LIMIT_BYTES, LIMIT_RECORDS = 1_900_000, 1000  # of a request that writes; the API takes 2 MB
SPARSE_VALUES = "sparse_values"


class Reader(SystemReader):
    """A namespace of an index, whose host is the URL."""

    def __init__(self, place: Place) -> None:
        place.require("url")
        self._namespace = _namespace(place)
        self.name = self._namespace or DEFAULT_NAMESPACE
        self._batch_rows = place.batch_rows
        self._rest = _opened(place)
        stats = self._rest.request("POST", "/describe_index_stats", {})
        namespaces = stats.get("namespaces") or {}
        found = namespaces.get(self._namespace) or namespaces.get(self.name)
        if found is None:
            shown = ", ".join(sorted(name or DEFAULT_NAMESPACE for name in namespaces)) or "none"
            raise Error(f"the index has no namespace {self.name}", hint=f"it has {shown}; name one by --collection")
        self.rows = found["vectorCount"]
        self.columns, self.distances = {"id": "text"}, {}
        if stats.get("dimension"):
            self.columns[EMBEDDING] = f"vector({stats['dimension']})"
            if stats.get("metric") in DISTANCES:
                self.distances[EMBEDDING] = DISTANCES[stats["metric"]]
        if stats.get("metric") in (None, "dotproduct"):  # others have no sparse values
            self.columns[SPARSE_VALUES] = SPARSE
        self.columns[PAYLOAD] = "jsonb"

    def _get(self, path: str, parameters: list[tuple[str, str | int]]) -> dict[str, Any]:
        if self._namespace:
            parameters = [*parameters, ("namespace", self._namespace)]
        answer: dict[str, Any] = self._rest.request("GET", f"{path}?{urlencode(parameters)}")
        return answer

    def _ids(self) -> Iterator[str]:
        token = None
        while True:
            page = self._get("/vectors/list", [("limit", PAGE_IDS), *([("paginationToken", token)] if token else [])])
            yield from (record["id"] for record in page.get("vectors") or [])
            token = (page.get("pagination") or {}).get("next")
            if not token:
                return

    def batches(self) -> Iterator[Columns]:
        for ids in _chunks(self._ids(), min(self._batch_rows, PAGE_IDS)):
            records = self._get("/vectors/fetch", [("ids", one) for one in ids]).get("vectors") or {}
            if records:
                yield self._columns([records[one] for one in ids if one in records])

    def _columns(self, records: list[dict[str, Any]]) -> Columns:
        # A record without dense values has an empty list of them.
        columns: Columns = {"id": [record["id"] for record in records]}
        if EMBEDDING in self.columns:
            columns[EMBEDDING] = [record.get("values") or None for record in records]
        if SPARSE_VALUES in self.columns:
            columns[SPARSE_VALUES] = [_sparse(record.get("sparseValues")) for record in records]
        columns[PAYLOAD] = [record.get("metadata") or {} for record in records]
        return columns


class Writer(SystemWriter):
    """A namespace of an index that exists. Metadata have no null, so that such keys are left out."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("url")
        self._namespace = _namespace(place)
        self.name = self._namespace or DEFAULT_NAMESPACE
        self._rest = _opened(place)
        self._layout = layout
        self._dense = layout.only_dense("Pinecone") if layout.dense else ""
        if len(layout.sparse) > 1:
            raise Error(f"a record of Pinecone has one sparse vector, and the columns are: {', '.join(layout.sparse)}", hint="name one by --columns")

    def prepare(self) -> None:
        has = self._rest.request("POST", "/describe_index_stats", {}).get("dimension")
        wanted = self._layout.dimensions(self._dense) if self._dense else None
        if has != wanted:
            raise Error(f"the index has {has or 'no'} dimensions, and the table {wanted or 'no vectors but sparse ones'}", hint="create an index for them")

    def write(self, points: list[Point]) -> None:
        namespace = {"namespace": self._namespace} if self._namespace else {}
        for part in requests_of([self._record(point) for point in points], LIMIT_BYTES, LIMIT_RECORDS):
            self._rest.request("POST", "/vectors/upsert", {"vectors": part, **namespace})

    def _record(self, point: Point) -> dict[str, Any]:
        record: dict[str, Any] = {"id": point.id, "metadata": {key: value for key, value in point.payload.items() if value is not None}}
        for column, value in point.vectors.items():
            if value is None:
                continue
            if column == self._dense:
                record["values"] = value
            else:
                record["sparseValues"] = {"indices": value.indices(), "values": value.values()}
        return record


def _namespace(place: Place) -> str:
    return "" if place.collection in (None, DEFAULT_NAMESPACE) else str(place.collection)


def _opened(place: Place) -> Rest:
    return Rest(str(place.url), {"Api-Key": place.api_key or "", "X-Pinecone-API-Version": API_VERSION})


def _chunks(ids: Iterator[str], limit: int) -> Iterator[list[str]]:
    """At most `limit` ids at a time, and no more than a URL holds."""
    chunk: list[str] = []
    size = 0
    for one in ids:
        bytes_of_id = len(urlencode({"ids": one})) + 1
        if chunk and (len(chunk) == limit or size + bytes_of_id > REQUEST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(one)
        size += bytes_of_id
    if chunk:
        yield chunk


def _sparse(value: Any) -> SparseVector | None:
    if not value or not value.get("indices"):
        return None
    return sparse_vector(dict(zip(value["indices"], value["values"], strict=True)))
