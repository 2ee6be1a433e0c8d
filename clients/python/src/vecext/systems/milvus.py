"""Milvus, or a file of Milvus Lite, by the iterator of its own client, which reads in the order of the primary key.

Columns are the fields, with their names, and `payload`, the fields that the schema does not have, if it allows such ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pymilvus import DataType, MilvusClient, MilvusException

from vecext.errors import Error, Misuse
from vecext.rows import Columns
from vecext.systems.system import SPARSE, Place, SystemReader, sparse_vector

TYPES = {
    DataType.BOOL: "boolean",
    DataType.INT8: "smallint",
    DataType.INT16: "smallint",
    DataType.INT32: "integer",
    DataType.INT64: "bigint",
    DataType.FLOAT: "real",
    DataType.DOUBLE: "double precision",
    DataType.VARCHAR: "text",
    DataType.JSON: "jsonb",
    DataType.ARRAY: "jsonb",
    DataType.SPARSE_FLOAT_VECTOR: SPARSE,
}
DISTANCES = {"COSINE": "cosine", "L2": "l2", "IP": "ip"}


class Reader(SystemReader):
    """The entities of a collection."""

    def __init__(self, place: Place) -> None:
        place.require("collection")
        self.name = str(place.collection)
        self._batch_rows = place.batch_rows
        self._client = opened(place)
        try:
            if not self._client.has_collection(self.name):
                raise Error(f"collection {self.name} does not exist there", hint=f"there are {', '.join(self._client.list_collections()) or 'none'}")
            self._client.load_collection(self.name)
            schema = self._client.describe_collection(self.name)
            self.rows = int(self._client.query(self.name, filter="", output_fields=["count(*)"])[0]["count(*)"])
        except MilvusException as error:
            raise Error(f"Milvus answered: {error.message}") from error
        self._fields = {field["name"]: field for field in schema["fields"]}
        self.columns = {name: self._type_of(field) for name, field in self._fields.items()}
        self.key = next(name for name, field in self._fields.items() if field.get("is_primary"))
        self.distances = {}
        for name in self._client.list_indexes(self.name):
            found = self._client.describe_index(self.name, name) or {}
            metric = DISTANCES.get(str(found.get("metric_type")))
            if metric and found["field_name"] in self.columns:
                self.distances[found["field_name"]] = metric
        self._payload = "payload" if schema.get("enable_dynamic_field") else None
        if self._payload:
            while self._payload in self.columns:
                self._payload += "_fields"
            self.columns[self._payload] = "jsonb"

    def _type_of(self, field: dict[str, Any]) -> str:
        kind = field["type"]
        if kind == DataType.FLOAT_VECTOR:
            return f"vector({field['params']['dim']})"
        if kind not in TYPES:
            raise Error(f"field {field['name']} of {self.name} is of type {DataType(kind).name}, which is not read", hint="copy the collection without it")
        return TYPES[kind]

    def batches(self) -> Iterator[Columns]:
        try:
            iterator = self._client.query_iterator(self.name, batch_size=self._batch_rows, filter="", output_fields=["*"])
            while entities := iterator.next():
                yield self._columns(entities)
            iterator.close()
        except MilvusException as error:
            raise Error(f"Milvus answered: {error.message}") from error

    def _columns(self, entities: list[dict[str, Any]]) -> Columns:
        columns: Columns = {name: [_value(one.get(name), field["type"]) for one in entities] for name, field in self._fields.items()}
        if self._payload:
            columns[self._payload] = [{name: value for name, value in one.items() if name not in self._fields} for one in entities]
        return columns


def opened(place: Place) -> MilvusClient:
    """A client of the server or of the file. Raises `Error` if neither is named, or it does not answer."""
    if bool(place.url) == bool(place.file):
        raise Misuse("a collection of Milvus is in a server or in a file", hint="give --url or --file")
    try:
        return MilvusClient(str(place.url or place.file), token=place.api_key or "")
    except MilvusException as error:
        raise Error(f"Milvus answered: {error.message}", hint="is the place right, and the server up?") from error


def _value(value: Any, kind: DataType) -> Any:
    if kind == DataType.SPARSE_FLOAT_VECTOR and value is not None:
        return sparse_vector(value)
    return list(value) if kind == DataType.ARRAY and value is not None else value
