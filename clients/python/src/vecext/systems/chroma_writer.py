"""Chroma, written to over the API of its server: records with the only vector, a column `document` of texts as the document, and the rest as metadata."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from vecext.errors import Error
from vecext.systems.rest import Rest
from vecext.systems.system import Place
from vecext.systems.writer import Layout, Point, SystemWriter, requests_of

SPACES = {"cosine": "cosine", "l2": "l2", "ip": "ip"}
DOCUMENT = "document"
DATABASE = "default_database"
LIMIT_RECORDS = 5000  # the least that a server of Chroma takes in one request
REQUEST_BYTES = 30_000_000


class Writer(SystemWriter):
    """A collection, `NAME` or `DATABASE/NAME`, of the server's default tenant. Metadata have no null, so that such keys are left out."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("url", "collection")
        layout.require_dense("Chroma")
        self.name = str(place.collection)
        self._column = layout.only_dense("Chroma")
        database, _, self._collection = self.name.rpartition("/")
        self._rest = Rest(str(place.url), {"X-Chroma-Token": place.api_key, "Authorization": f"Bearer {place.api_key}"} if place.api_key else {})
        self._path = f"/api/v2/tenants/default_tenant/databases/{quote(database or DATABASE, safe='')}/collections"
        self._space = layout.distance(self._column, SPACES, "Chroma")
        self._dimensions = layout.dimensions(self._column)

    def prepare(self) -> None:
        definition = {"name": self._collection, "get_or_create": True, "configuration": {"hnsw": {"space": self._space}}}
        found = self._rest.request("POST", self._path, definition)
        if found.get("dimension") not in (None, self._dimensions):
            raise Error(f"collection {self.name} exists with vectors of {found['dimension']} dimensions", hint="name another one")
        self._path += f"/{found['id']}"

    def write(self, points: list[Point]) -> None:
        for part in requests_of([self._record(point) for point in points], REQUEST_BYTES, LIMIT_RECORDS):
            self._rest.request("POST", f"{self._path}/upsert", {key: [record[key] for record in part] for key in part[0]})

    def _record(self, point: Point) -> dict[str, Any]:
        vector = point.vectors[self._column]
        if vector is None:
            raise Error(f"row {point.id} has no vector, and each record of Chroma has one", hint=f"leave it out: --where '{self._column} IS NOT NULL'")
        metadata = {key: value for key, value in point.payload.items() if value is not None}
        document = metadata.pop(DOCUMENT) if isinstance(metadata.get(DOCUMENT), str) else None
        return {"ids": point.id, "embeddings": vector, "documents": document, "metadatas": metadata or None}
