"""Weaviate over REST: the objects of a collection are listed, and written by batches; `COLLECTION/TENANT` names one tenant's.

Columns are `id`, the vectors by their names (`embedding` for those without a name), and `payload`, the properties. Multivectors are arrays in jsonb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from vecext.errors import Error
from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, PAYLOAD, Place, SystemReader
from vecext.systems.writer import Layout, Point, SystemWriter, requests_of, uuid_of

DISTANCES = {"cosine": "cosine", "l2-squared": "l2", "dot": "ip", "manhattan": "l1"}
NAMES = {distance: name for name, distance in DISTANCES.items()}
REQUEST_BYTES = 30_000_000
FIRST_ID = "00000000-0000-0000-0000-000000000000"  # objects are listed in the order of their ids, after this one


class Reader(SystemReader):
    """The objects of a collection. Dimensions are those of the first objects, as the schema does not have them."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._class, _, self._tenant = self.name.partition("/")
        self._batch_rows = place.batch_rows
        self._rest = _opened(place)
        schema = self._rest.request("GET", f"/v1/schema/{quote(self._class, safe='')}")
        self.columns, self.distances = {"id": "uuid"}, {}
        self._vectors: dict[str, str] = {}  # name -> column
        configurations = {name: one.get("vectorIndexConfig") or {} for name, one in (schema.get("vectorConfig") or {}).items()}
        if not configurations or schema.get("vectorIndexConfig"):
            configurations = {"": schema.get("vectorIndexConfig") or {}} | configurations
        first = self._page(FIRST_ID)
        for name, configuration in configurations.items():
            self._add(name, configuration, first)
        self.columns[PAYLOAD] = "jsonb"

    def _add(self, name: str, configuration: dict[str, Any], objects: list[dict[str, Any]]) -> None:
        column = self.free_column(name or EMBEDDING)
        self._vectors[name] = column
        vector = next((found for one in objects if (found := _vector(one, name))), None)
        if vector and isinstance(vector[0], list):
            self.columns[column] = "jsonb"
            return
        self.columns[column] = f"vector({len(vector)})" if vector else "vector"
        distance = DISTANCES.get(configuration.get("distance", "cosine"))
        if distance:
            self.distances[column] = distance

    def _page(self, after: str) -> list[dict[str, Any]]:
        parameters = {"class": self._class, "limit": self._batch_rows, "after": after, "include": "vector"}
        if self._tenant:
            parameters["tenant"] = self._tenant
        objects: list[dict[str, Any]] = self._rest.request("GET", f"/v1/objects?{urlencode(parameters)}").get("objects") or []
        return objects

    def batches(self) -> Iterator[Columns]:
        after = FIRST_ID
        while objects := self._page(after):
            columns: Columns = {"id": [one["id"] for one in objects]}
            for name, column in self._vectors.items():
                columns[column] = [_vector(one, name) for one in objects]
            columns[PAYLOAD] = [one.get("properties") or {} for one in objects]
            yield columns
            after = objects[-1]["id"]


class Writer(SystemWriter):
    """A collection that is created for the columns of vectors, or exists. Its tenant is created with the first object."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("url", "collection")
        layout.require_dense("Weaviate")
        self.name = str(place.collection)
        self._class, _, self._tenant = self.name.partition("/")
        self._rest = _opened(place)
        self._is_unnamed = layout.dense == [EMBEDDING]
        configurations = {
            column: {"vectorIndexType": "hnsw", "vectorIndexConfig": {"distance": layout.distance(column, NAMES, "Weaviate")}} for column in layout.dense
        }
        self._definition: dict[str, Any] = {"class": self._class}
        if self._is_unnamed:
            self._definition |= {"vectorizer": "none", **configurations[EMBEDDING]}
        else:
            self._definition["vectorConfig"] = {column: {"vectorizer": {"none": {}}, **one} for column, one in configurations.items()}
        if self._tenant:
            self._definition["multiTenancyConfig"] = {"enabled": True, "autoTenantCreation": True}

    def prepare(self) -> None:
        given = self._rest.find(f"/v1/schema/{quote(self._class, safe='')}")
        if given is None:
            self._rest.request("POST", "/v1/schema", self._definition)
        elif set(given.get("vectorConfig") or {}) != set(self._definition.get("vectorConfig") or {}):
            raise Error(
                f"collection {self._class} exists with other vectors", hint=f"it has {', '.join(given.get('vectorConfig') or ['one vector'])}; name another one"
            )

    def write(self, points: list[Point]) -> None:
        for part in requests_of([self._object(point) for point in points], REQUEST_BYTES):
            for answer in self._rest.request("POST", "/v1/batch/objects", {"objects": part}):
                errors = ((answer.get("result") or {}).get("errors") or {}).get("error")
                if errors:
                    raise Error(f"object {answer.get('id')} was refused: {errors[0].get('message')}")

    def _object(self, point: Point) -> dict[str, Any]:
        found = uuid_of(point.id)
        if found is None:
            raise Error(f"{point.id} cannot be the id of an object", hint="ids of Weaviate are UUIDs; give the table a primary key of type uuid")
        vectors = {column: value for column, value in point.vectors.items() if value is not None}
        given = {"vector": vectors[EMBEDDING]} if self._is_unnamed and vectors else {"vectors": vectors} if vectors else {}
        return {"class": self._class, "id": found, "properties": point.payload, **given, **({"tenant": self._tenant} if self._tenant else {})}


def _opened(place: Place) -> Rest:
    return Rest(str(place.url), {"Authorization": f"Bearer {place.api_key}"} if place.api_key else {})


def _vector(one: dict[str, Any], name: str) -> Any:
    """A vector of an object; None if it has none."""
    return ((one.get("vectors") or {}).get(name) if name else one.get("vector")) or None
