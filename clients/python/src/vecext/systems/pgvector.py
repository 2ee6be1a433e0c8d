"""A table of another PostgreSQL database, with pgvector or vecext, in one snapshot. Columns keep their names and types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from vecext.connection import STYLES
from vecext.errors import Error
from vecext.files.arrays import NUMBER_TYPES, base_of, is_vector
from vecext.rows import Columns
from vecext.systems.system import Place, SystemReader

# Base types that the driver reads as values; others come as texts, which the server that they go to reads.
VALUES = {*NUMBER_TYPES, "boolean", "numeric", "text", "character varying", "bytea", "uuid"}
JSON = ("json", "jsonb")

# The types of the extension are named without its schema, which may be another one here.
_COLUMNS = """
SELECT a.attname, CASE WHEN t.typname IN ('vector', 'halfvec', 'sparsevec')
    THEN t.typname::text || coalesce(substring(format_type(a.atttypid, a.atttypmod) FROM '\\(.*'), '') ELSE format_type(a.atttypid, a.atttypmod) END
FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = %s::oid AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum"""

_KEY = """
SELECT a.attname FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = %s::oid AND i.indisprimary AND i.indnkeyatts = 1"""

_DISTANCES = """
SELECT DISTINCT ON (a.attname) a.attname, substring(c.opcname::text FROM '_(l2|ip|cosine|l1)_ops$')
FROM pg_index AS i
    JOIN pg_opclass AS c ON c.oid = i.indclass[0]
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = %s::oid AND c.opcname::text ~ '_(l2|ip|cosine|l1)_ops$'
ORDER BY a.attname, i.indexrelid"""


def opened(place: Place) -> psycopg.Connection[Any]:
    """A connection to the other database, whose texts of values are such as any session reads them."""
    try:
        connection = psycopg.connect(str(place.url), application_name="vecext", client_encoding="UTF8", autocommit=True)
    except psycopg.ProgrammingError:  # which shows the string, with its password
        raise Error("--url is not a connection string", hint="as in 'host=… dbname=…' or postgresql://USER@HOST/DBNAME, with % as %25") from None
    except psycopg.Error as error:
        text = " ".join(str(error).split())
        raise Error(f"no connection to the server of {place.collection}: {text}", hint="--url is a connection string or URI") from error
    connection.execute(STYLES)
    connection.autocommit = False
    return connection


def index_distances(connection: psycopg.Connection[Any], oid: int) -> dict[str, str]:
    """Column of vectors -> distance of the first index of the table that serves one."""
    return dict(connection.execute(_DISTANCES, [oid]).fetchall())


class Reader(SystemReader):
    """A table, or a view. `key` is empty if it has no primary key of one column."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._batch_rows = place.batch_rows
        self._connection = opened(place)
        self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        self._table, oid = self._found()
        self.columns = dict(self._connection.execute(_COLUMNS, [oid]).fetchall())
        key = self._connection.execute(_KEY, [oid]).fetchone()
        self.key = key[0] if key else ""
        self.distances = index_distances(self._connection, oid)
        (self.rows,) = self._connection.execute(sql.SQL("SELECT count(*) FROM {}").format(self._table)).fetchone() or (None,)

    def _found(self) -> tuple[sql.Identifier, int]:
        """The table for statements, and its object identifier."""
        found = self._connection.execute(
            "SELECT nspname, relname, c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE c.oid = to_regclass(%s)::oid", [self.name]
        ).fetchone()
        if found is None:
            raise Error(f"table {self.name} does not exist there", hint="name it as in SQL, with its schema: --collection public.items")
        return sql.Identifier(*found[:2]), found[2]

    def batches(self) -> Iterator[Columns]:
        query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(_shown(name, sql_type) for name, sql_type in self.columns.items()), self._table)
        with self._connection, self._connection.cursor("vecext_import", binary=True) as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(self._batch_rows):
                yield {
                    name: [_json(value) for value in values] if self.columns[name] in JSON else list(values)
                    for name, values in zip(self.columns, zip(*rows, strict=True), strict=True)
                }


def _shown(name: str, sql_type: str) -> sql.Composable:
    """A column of the query."""
    if is_vector(sql_type):
        return sql.SQL("{}::real[]").format(sql.Identifier(name))
    if sql_type in VALUES or (base_of(sql_type) in VALUES and not sql_type.endswith("]")):
        return sql.Identifier(name)
    return sql.SQL("{}::text").format(sql.Identifier(name))


def _json(text: Any) -> Any:
    """A text of JSON, whose numbers keep all their digits."""
    return text if text is None else text.encode()
