"""Weaviate, by listing the objects of a collection over REST; `COLLECTION/TENANT` names one tenant's.

Columns are `id`, the vectors by their names (`embedding` for those without a name), and `payload`, the properties. Multivectors are arrays in jsonb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, Place, SystemReader

DISTANCES = {"cosine": "cosine", "l2-squared": "l2", "dot": "ip", "manhattan": "l1"}
FIRST_ID = "00000000-0000-0000-0000-000000000000"  # objects are listed in the order of their ids, after this one


class Reader(SystemReader):
    """The objects of a collection. Dimensions are those of the first objects, as the schema does not have them."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._class, _, self._tenant = self.name.partition("/")
        self._batch_rows = place.batch_rows
        self._rest = Rest(str(place.url), {"Authorization": f"Bearer {place.api_key}"} if place.api_key else {})
        schema = self._rest.request("GET", f"/v1/schema/{quote(self._class, safe='')}")
        self.columns, self.distances = {"id": "uuid"}, {}
        self._vectors: dict[str, str] = {}  # name -> column
        configurations = {name: one.get("vectorIndexConfig") or {} for name, one in (schema.get("vectorConfig") or {}).items()}
        if not configurations or schema.get("vectorIndexConfig"):
            configurations = {"": schema.get("vectorIndexConfig") or {}} | configurations
        first = self._page(FIRST_ID)
        for name, configuration in configurations.items():
            self._add(name, configuration, first)
        self.columns["payload"] = "jsonb"

    def _add(self, name: str, configuration: dict[str, Any], objects: list[dict[str, Any]]) -> None:
        column = name or EMBEDDING
        while column in (*self.columns, "payload"):
            column += "_vector"
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
            columns["payload"] = [one.get("properties") or {} for one in objects]
            yield columns
            after = objects[-1]["id"]


def _vector(one: dict[str, Any], name: str) -> Any:
    """A vector of an object; None if it has none."""
    return ((one.get("vectors") or {}).get(name) if name else one.get("vector")) or None
