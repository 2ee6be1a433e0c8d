"""Queries to measure with: those of a file, or rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from vecext import files
from vecext.effort.index import SearchedIndex, verbatim
from vecext.errors import Error
from vecext.files.arrays import base_of, is_sparse, is_vector
from vecext.types import Bit, HalfVector

FEWEST = 20  # fewer queries say too little about a recall


@dataclass(frozen=True)
class Queries:
    """Values to search for. `places` has where each lies in the table, if they are rows of it: that row is left out of its own answer."""

    values: list[Any]
    places: list[str] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def limit(self, k: int) -> int:
        """How many rows a search asks for, so that k are left."""
        return k if self.places is None else k + 1

    def distances(self, number: int, rows: list[tuple[str, float]], k: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The distances of the k nearest rows in the answer to a query; a distance that is no number is the largest."""
        itself = self.places[number] if self.places else None
        found = np.array([distance for place, distance in rows if place != itself][:k], dtype=np.float64)
        return np.nan_to_num(found, nan=np.inf, posinf=np.inf, neginf=-np.inf)


def queries_of_file(index: SearchedIndex, path: str, most: int | None = None) -> Queries:
    """The queries in a file that `vecext.files` reads, the first ones if there are more. Raises `Error` if it has none, or too few."""
    source = files.only_source(path)
    values: list[Any] = []
    with files.open_source(source) as reader:
        column = _column(reader.columns, source.name, index)
        for batch in reader.batches():
            values.extend(batch[column])
            if most is not None and len(values) >= most:
                break
    return checked(Queries([_value(index.type, value) for value in values[:most]]), source.name)


def sampled_queries(connection: psycopg.Connection[Any], index: SearchedIndex, count: int) -> Queries:
    """Random rows of the table as queries."""
    statement = sql.SQL(
        "SELECT ctid::text, {expression} FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table}{condition} ORDER BY random() LIMIT {count}))"
    ).format(expression=verbatim(index.expression), table=verbatim(index.table), condition=index.matching, count=sql.Literal(count))
    rows = connection.execute(statement, {}).fetchall()
    order = np.random.default_rng(0).permutation(len(rows))
    return checked(Queries([rows[row][1] for row in order], [rows[row][0] for row in order]), f"the sample of {index.table}")


def checked(queries: Queries, name: str) -> Queries:
    """The same queries. Raises `Error` if they are too few."""
    if len(queries) < FEWEST:
        raise Error(f"{name} has {len(queries)} queries, too few to measure a recall", hint=f"{FEWEST} are needed, and some hundreds tell more")
    return queries


def _column(columns: dict[str, str], name: str, index: SearchedIndex) -> str:
    """The column of a file that has the queries: its only column, or its only one of vectors, or the one named as that of the index."""
    vectors = [column for column, sql_type in columns.items() if is_vector(sql_type) or is_sparse(sql_type) or base_of(sql_type) == "bit"]
    for found in (list(columns), vectors, [column for column in columns if column == index.expression.strip('"')]):
        if len(found) == 1:
            return found[0]
    raise Error(f"{name} does not say which of its columns has the queries: {', '.join(columns)}", hint=f"call it {index.expression}, as in the table")


def _value(sql_type: str, value: Any) -> Any:
    """A query as a parameter of that type; texts are as the type's own."""
    if not isinstance(value, np.ndarray | list):
        return value
    if sql_type == "halfvec":
        return HalfVector(np.asarray(value))
    if sql_type == "bit":
        bits = np.asarray(value)
        return Bit(bits.tobytes() if bits.dtype == np.uint8 else bits.astype(bool))
    return np.asarray(value, dtype=np.float32)
