"""Qdrant, written to over REST: points with vectors by the names of their columns, that of column `embedding` without a name if it is the only dense one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from vecext.errors import Error
from vecext.files.arrays import base_of, dimensions_of_type
from vecext.systems.qdrant import DISTANCES
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, Place
from vecext.types import SparseVector

DENSE = {"vector": "float32", "halfvec": "float16"}  # type of a column -> Qdrant's type of its elements
NAMES = {distance: name for name, distance in DISTANCES.items()}


class Writer:
    """A collection of Qdrant that is created for the columns of vectors `types`, or exists with such vectors. `distances` are those of the dense ones."""

    def __init__(self, place: Place, types: dict[str, str], distances: dict[str, str]) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._rest = Rest(str(place.url), {"api-key": place.api_key} if place.api_key else {})
        self._path = f"/collections/{quote(self.name, safe='')}"
        dense = [column for column, sql_type in types.items() if base_of(sql_type) in DENSE]
        sparse = [column for column in types if column not in dense]
        self.vectors = {column: "" if dense == [EMBEDDING] == [column] else column for column in types}  # column -> name
        parameters = {self.vectors[column]: _parameters(column, types[column], distances[column]) for column in dense}
        self._definition = {"vectors": parameters.get("", parameters), "sparse_vectors": {column: {} for column in sparse}}

    def prepare(self) -> None:
        """Creates the collection. Raises `Error` if it exists with other vectors."""
        if not self._rest.request("GET", f"{self._path}/exists")["result"]["exists"]:
            self._rest.request("PUT", self._path, self._definition)
            return
        given = self._rest.request("GET", self._path)["result"]["config"]["params"]
        if _shapes(given) != _shapes(self._definition):
            raise Error(
                f"collection {self.name} exists with other vectors", hint=f"it has {_shapes(given)}, the table {_shapes(self._definition)}; name another one"
            )

    def write(self, points: list[dict[str, Any]]) -> None:
        """Writes points, each with the values of its vectors by column; those of the same ids are replaced. Returns when they can be read."""
        self._rest.request("PUT", f"{self._path}/points?wait=true", {"points": [{**point, "vector": self._named(point["vector"])} for point in points]})

    def _named(self, values: dict[str, Any]) -> Any:
        named = {self.vectors[column]: _json(value) for column, value in values.items() if value is not None}
        # A vector without a name stands alone, or as "" beside others.
        return named[""] if list(named) == [""] else named


def _parameters(column: str, sql_type: str, distance: str) -> dict[str, Any]:
    size = dimensions_of_type(sql_type)
    if size is None:
        raise Error(f"column {column} is of type {sql_type}, whose rows may differ in dimensions", hint=f"ALTER TABLE … ALTER {column} TYPE {sql_type}(N)")
    if distance not in NAMES:
        raise Error(f"{column} is searched by {distance}, which Qdrant lacks", hint="leave it out by --columns")
    return {"size": size, "distance": NAMES[distance], "datatype": DENSE[base_of(sql_type)]}


def _shapes(parameters: dict[str, Any]) -> dict[str, Any]:
    """Name -> dimensions and distance of its vectors, or None for sparse ones."""
    vectors = parameters.get("vectors") or {}
    dense = {"": vectors} if "size" in vectors else vectors
    return {name: (one["size"], one["distance"]) for name, one in dense.items()} | dict.fromkeys(parameters.get("sparse_vectors") or {})


def _json(value: Any) -> Any:
    if isinstance(value, SparseVector):
        return {"indices": value.indices(), "values": value.values()}
    return value
