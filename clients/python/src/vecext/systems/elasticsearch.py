"""Elasticsearch and OpenSearch: an index, or an alias of one, by scrolling, which reads it as it was at the beginning.

Columns are `id`, the vectors by their names, and `payload`, the rest of the document. Vectors within nested documents stay in the payload.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import numpy as np

from vecext.errors import Error
from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import PAYLOAD, Place, SystemReader

# The names of both systems.
DISTANCES = {
    "cosine": "cosine",
    "cosinesimil": "cosine",
    "l2_norm": "l2",
    "l2": "l2",
    "dot_product": "ip",
    "max_inner_product": "ip",
    "innerproduct": "ip",
    "l1": "l1",
}
SCROLL = "5m"  # how long the server keeps what a page needs
HIDES_VECTORS = (9, 2)  # the version of Elasticsearch from which documents come without vectors, unless these are asked for


class Reader(SystemReader):
    """The documents of one index."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._batch_rows = place.batch_rows
        self._rest = Rest(str(place.url), authorization(place.api_key))
        self._path = f"/{quote(self.name, safe='*,')}"
        self.columns, self.distances = {"id": "text"}, {}
        self._paths: dict[str, list[str]] = {}  # column of vectors -> path in a document
        self._is_bit: set[str] = set()
        mappings = self._rest.request("GET", f"{self._path}/_mapping")
        if len(mappings) != 1:
            raise Error(f"{self.name} are {len(mappings)} indexes: {', '.join(sorted(mappings))}", hint="import them one by one")
        self._find_vectors(next(iter(mappings.values()))["mappings"].get("properties", {}), [])
        self.columns[PAYLOAD] = "jsonb"
        self.rows = self._rest.request("GET", f"{self._path}/_count")["count"]

    def _find_vectors(self, properties: dict[str, Any], path: list[str]) -> None:
        for name, field in properties.items():
            if field.get("type") in ("dense_vector", "knn_vector"):
                self._add(".".join([*path, name]), [*path, name], field)
            elif field.get("type", "object") == "object":
                self._find_vectors(field.get("properties", {}), [*path, name])

    def _add(self, column: str, path: list[str], field: dict[str, Any]) -> None:
        dimensions = field.get("dims", field.get("dimension"))
        if dimensions is None:  # no document has had such a vector
            return
        column = self.free_column(column)
        self._paths[column] = path
        if field.get("element_type") == "bit" or field.get("data_type") == "binary":
            self._is_bit.add(column)
            self.columns[column] = f"bit({dimensions})"
            return
        self.columns[column] = f"vector({dimensions})"
        method = field.get("method") or {}
        distance = DISTANCES.get(field.get("similarity") or field.get("space_type") or method.get("space_type") or "")
        if distance:
            self.distances[column] = distance

    def _source(self) -> dict[str, Any]:
        """What a search says to get documents with their vectors."""
        version = self._rest.request("GET", "/")["version"]
        numbers = tuple(int(number) for number in version["number"].split(".")[:2])
        return {"_source": {"exclude_vectors": False}} if "distribution" not in version and numbers >= HIDES_VECTORS else {}

    def batches(self) -> Iterator[Columns]:
        query = {"size": self._batch_rows, "sort": ["_doc"], **self._source()}
        page = self._rest.request("POST", f"{self._path}/_search?scroll={SCROLL}", query)
        while True:
            if page.get("timed_out") or page["_shards"]["failed"]:
                raise Error(f"some shards of {self.name} did not answer, so that documents would be missing", hint="try again when the cluster is green")
            hits = page["hits"]["hits"]
            if not hits:
                break
            yield self._columns(hits)
            page = self._rest.request("POST", "/_search/scroll", {"scroll": SCROLL, "scroll_id": page["_scroll_id"]}, once=True)
        self._rest.request("DELETE", "/_search/scroll", {"scroll_id": [page["_scroll_id"]]})

    def _columns(self, hits: list[dict[str, Any]]) -> Columns:
        if any("_source" not in hit for hit in hits):
            raise Error(f"{self.name} does not keep its documents (_source)", hint="they cannot be read from it; load them from where they came from")
        columns: Columns = {"id": [hit["_id"] for hit in hits]}
        documents = [hit["_source"] for hit in hits]
        for column, path in self._paths.items():
            vectors = [_removed(document, path) for document in documents]
            columns[column] = [_bits(vector) for vector in vectors] if column in self._is_bit else vectors
        columns[PAYLOAD] = documents
        return columns


def authorization(key: str | None) -> dict[str, str]:
    """The headers for a key of the API, or for USER:PASSWORD."""
    if not key:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}" if ":" in key else f"ApiKey {key}"}


def _removed(document: dict[str, Any], path: list[str]) -> Any:
    """The value at a path, which the document has no longer; None if it had none. A key may be a whole path with dots."""
    joined = ".".join(path)
    if joined in document:
        return document.pop(joined)
    for name in path[:-1]:
        within = document.get(name)
        if not isinstance(within, dict):
            return None
        document = within
    return document.pop(path[-1], None)


def _bits(vector: Any) -> str | None:
    """Bits as a text, from bytes with a sign or hexadecimal digits."""
    if vector is None:
        return None
    octets = np.frombuffer(bytes.fromhex(vector), np.uint8) if isinstance(vector, str) else np.array(vector, np.int16).astype(np.uint8)
    return "".join(map(str, np.unpackbits(octets)))
