"""Makes the table of an import a collection of vecext: created as the system describes it, or the table that there is, registered."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from vecext.command.session import message_and_hint
from vecext.command.table import Table, parts_of_name
from vecext.errors import Error
from vecext.files.arrays import is_sparse, is_vector
from vecext.systems.system import EMBEDDING, PAYLOAD, Definition, SystemReader

DISTANCES = {"cosine": "cosine", "l2": "euclid", "ip": "dot", "l1": "manhattan"}
LATER = (1 << 31) - 1  # rows below which a collection has no indexes: they are made when all rows are in


def is_collection(connection: psycopg.Connection[Any], name: str) -> bool:
    """True if there is a collection of that name."""
    return connection.execute("SELECT vecext.collection_exists(%s)", [parts_of_name(connection, name)[-1]]).fetchone() == (True,)


def create_collection(connection: psycopg.Connection[Any], name: str, definition: Definition, method: str | None) -> None:
    """Creates a collection, whose indexes wait for `finish_collection`. Dense vectors are to have one by `method`, if given."""
    *schema, collection = parts_of_name(connection, name)
    vectors = {
        vector: {**spec, **({"index": method} if method and "size" in spec and "multivector_config" not in spec else {})}
        for vector, spec in definition.vectors.items()
    }
    options = {"id": "point_id", "index_threshold": LATER, **({"schema": schema[0]} if schema else {})}
    connection.execute("SELECT vecext.create_collection(%s, %s, options => %s)", [collection, json.dumps(vectors), json.dumps(options)])


def columns_of_collection(connection: psycopg.Connection[Any], name: str, definition: Definition) -> dict[str, str]:
    """Where the columns of the reader go in the table of a collection. Raises `Error` if it lacks a vector."""
    row = connection.execute("SELECT vecext.collection_info(%s)", [parts_of_name(connection, name)[-1]]).fetchone()
    info: dict[str, Any] = row[0] if row else {}
    missing = definition.columns.keys() - info["vectors"].keys()
    if missing:
        raise Error(f"collection {name} has no vector {min(missing)!r}", hint=f"it has {', '.join(map(repr, info['vectors']))}; name another table")
    columns = {column: info["vectors"][vector]["column"] for vector, column in definition.columns.items()}
    return {"id": info["id"]["column"], PAYLOAD: info["payload"], **columns}


def finish_collection(connection: psycopg.Connection[Any], name: str, definition: Definition) -> list[str]:
    """Creates the indexes of vectors and payloads. Returns what cannot be brought."""
    name = parts_of_name(connection, name)[-1]
    connection.execute("SELECT vecext.create_vector_indexes(%s)", [name])
    connection.execute("SELECT vecext.update_collection(%s, %s)", [name, json.dumps({"index_threshold": 0})])
    left_out = list(definition.left_out)
    for key, (kind, options) in definition.payload_indexes.items():
        try:
            with connection.transaction():
                connection.execute("SELECT vecext.set_payload_index(%s, %s, %s, %s)", [name, key, kind, json.dumps(options)])
        except psycopg.Error as error:
            left_out.append(f"payload index {key} ({message_and_hint(error)[0]})")
    return left_out


def register_collection(connection: psycopg.Connection[Any], reader: SystemReader, table: Table, matched: dict[str, str]) -> str:
    """Registers the table with its vectors, under the names and distances of the system; returns the collection's name.

    A system that says no distance of a vector has it searched by cosine, and sparse ones by inner product.
    """
    vectors: dict[str, Any] = {}
    for column, target in matched.items():
        sql_type = table.columns[target]
        if is_vector(sql_type) or is_sparse(sql_type):
            distance = reader.distances.get(column, "ip" if is_sparse(sql_type) else "cosine")
            vectors[column] = {"column": target, "distance": DISTANCES[distance]}
    one = vectors[EMBEDDING] if list(vectors) == [EMBEDDING] else vectors
    row = connection.execute(
        "SELECT vecext.register_collection(%s::oid::regclass, id_column => %s, vectors => %s, payload_column => %s)",
        [table.oid, matched[reader.key], json.dumps(one), matched.get(PAYLOAD)],
    ).fetchone()
    assert row is not None
    return str(row[0])


def not_registered(definition: Definition | None) -> list[str]:
    """What a table that is registered lacks of the collection."""
    if definition is None:
        return []
    modified = [f"modifier {spec['modifier']} of {name}" for name, spec in definition.vectors.items() if "modifier" in spec]
    multiple = [f"searches of multivector {name}" for name, spec in definition.vectors.items() if "multivector_config" in spec]
    return [*definition.left_out, *modified, *multiple, *(f"payload index {key}" for key in definition.payload_indexes)]
