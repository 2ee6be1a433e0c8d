"""Elasticsearch and OpenSearch, written to by bulk requests: documents that are the payload, with the vectors by the names of their columns."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from vecext.errors import Error
from vecext.systems.elasticsearch import authorization
from vecext.systems.rest import Rest
from vecext.systems.system import Place
from vecext.systems.writer import Layout, Point, SystemWriter, merged, requests_of

SIMILARITIES = {"cosine": "cosine", "l2": "l2_norm", "ip": "max_inner_product"}  # of Elasticsearch
SPACES = {"cosine": "cosinesimil", "l2": "l2", "ip": "innerproduct"}  # of OpenSearch
REQUEST_BYTES = 20_000_000  # servers take 100 MB, and are quicker with less


class Writer(SystemWriter):
    """An index, which is created with a mapping of the vectors if it does not exist; other fields are mapped as the server finds them."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("url", "collection")
        layout.require_dense("Elasticsearch")
        self.name = str(place.collection)
        self._rest = Rest(str(place.url), authorization(place.api_key))
        self._path = f"/{quote(self.name, safe='')}"
        self._layout = layout

    def prepare(self) -> None:
        is_opensearch = self._rest.request("GET", "/")["version"].get("distribution") == "opensearch"
        wanted = {column: self._field(column, is_opensearch) for column in self._layout.dense}
        given = self._rest.find(f"{self._path}/_mapping")
        if given is None:
            settings = {"settings": {"index": {"knn": True}}} if is_opensearch else {}
            self._rest.request("PUT", self._path, {"mappings": {"properties": wanted}, **settings})
            return
        for index in given.values():
            fields = index["mappings"].get("properties") or {}
            for column, field in wanted.items():
                found = fields.get(column) or {}
                if any(found.get(key) != field[key] for key in ("type", "dims", "dimension") if key in field):
                    raise Error(
                        f"index {self.name} exists, and its field {column} is not of {self._layout.dimensions(column)} dimensions", hint="name another one"
                    )

    def _field(self, column: str, is_opensearch: bool) -> dict[str, Any]:
        dimensions = self._layout.dimensions(column)
        if is_opensearch:
            method = {"name": "hnsw", "engine": "lucene", "space_type": self._layout.distance(column, SPACES, "OpenSearch")}
            return {"type": "knn_vector", "dimension": dimensions, "method": method}
        return {"type": "dense_vector", "dims": dimensions, "index": True, "similarity": self._layout.distance(column, SIMILARITIES, "Elasticsearch")}

    def write(self, points: list[Point]) -> None:
        documents = [merged(point, {column: value for column, value in point.vectors.items() if value is not None}) for point in points]
        records = [{"id": point.id, "document": document} for point, document in zip(points, documents, strict=True)]
        for part in requests_of(records, REQUEST_BYTES):
            lines = [line for one in part for line in ({"index": {"_id": one["id"]}}, one["document"])]
            answer = self._rest.request_of_lines("POST", f"{self._path}/_bulk", lines)
            refused = [item["index"] for item in answer["items"] if item["index"].get("error")] if answer["errors"] else []
            if refused:
                error = refused[0]["error"]
                reason = error.get("reason", error) if isinstance(error, dict) else error
                raise Error(f"document {refused[0]['_id']} was refused, as were {len(refused) - 1} others: {reason}")

    def close(self) -> None:
        self._rest.request("POST", f"{self._path}/_refresh")
