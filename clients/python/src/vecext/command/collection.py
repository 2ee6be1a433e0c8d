"""Makes the table of an import a collection of vecext."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from vecext.command.table import Table
from vecext.files.arrays import is_sparse, is_vector
from vecext.systems.system import EMBEDDING, SystemReader

DISTANCES = {"cosine": "cosine", "l2": "euclid", "ip": "dot", "l1": "manhattan"}
PAYLOAD = "payload"


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
