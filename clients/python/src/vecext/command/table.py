"""The table that files are loaded into, or written from: found in the catalog, or created for what a file has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from vecext.errors import Error
from vecext.files.arrays import is_vector

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute AS a
WHERE a.attrelid = %s::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum"""

_KEY = """
SELECT a.attname
FROM pg_index AS i, unnest(i.indkey) WITH ORDINALITY AS k (attnum, place), pg_attribute AS a
WHERE i.indrelid = %s::oid AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.attnum
ORDER BY k.place"""


@dataclass(frozen=True)
class Table:
    """A table by its schema and name, with its columns and their types, and the columns of its primary key."""

    oid: int
    schema: str
    name: str
    columns: dict[str, str]
    key: list[str]

    @property
    def full_name(self) -> str:
        """Schema and name, as results have them."""
        return f"{self.schema}.{self.name}"

    @property
    def identifier(self) -> sql.Identifier:
        """The name for statements."""
        return sql.Identifier(self.schema, self.name)


def parts_of_name(connection: psycopg.Connection[Any], name: str) -> list[str]:
    """Schema and name, or the name alone, as PostgreSQL reads them. Raises `Error` if it is neither."""
    try:
        with connection.transaction():
            row = connection.execute("SELECT parse_ident(%s)", [name]).fetchone()
    except psycopg.errors.InvalidParameterValue as error:
        raise Error(f"{name} is not the name of a table", hint=f"""quote it as in SQL: --table '"{name}"'""") from error
    parts: list[str] = row[0] if row else []
    if len(parts) > 2:
        raise Error(f"{name} is not the name of a table", hint="a schema and a name: --table public.items")
    return parts


def find_table(connection: psycopg.Connection[Any], name: str) -> Table | None:
    """The table of that name, which may have a schema; None if it does not exist."""
    path = sql.Identifier(*parts_of_name(connection, name)).as_string(connection)
    row = connection.execute(
        "SELECT c.oid, nspname, relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace WHERE c.oid = to_regclass(%s)::oid", [path]
    ).fetchone()
    if row is None:
        return None
    columns = dict(connection.execute(_COLUMNS, [row[0]]).fetchall())
    key = [column for (column,) in connection.execute(_KEY, [row[0]])]
    oid, schema, relation = row
    return Table(oid, schema, relation, columns, key)


def create_table(connection: psycopg.Connection[Any], name: str, columns: dict[str, str], key: str) -> Table:
    """Creates a table of these columns, one of which is the primary key. Types may come from a file: each is checked to be one, and nothing else."""
    for column, sql_type in columns.items():
        try:
            with connection.transaction():
                is_known = connection.execute("SELECT to_regtype(%s)", [sql_type]).fetchone() != (None,)
        except psycopg.errors.SyntaxError:
            is_known = False
        if not is_known:
            raise Error(f"column {column} is of type {sql_type}, which this database does not have", hint=f"leave it out: --map {column}=")
    path = sql.Identifier(*parts_of_name(connection, name))
    definitions = [sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(sql_type)) for column, sql_type in columns.items()]
    definitions.append(sql.SQL("PRIMARY KEY ({})").format(sql.Identifier(key)))
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(path, sql.SQL(", ").join(definitions)))
    table = find_table(connection, name)
    assert table is not None
    return table


def match_columns(source: str, file: dict[str, str], table: Table, mapped: dict[str, str]) -> dict[str, str]:
    """Column of the file -> column of the table: those mapped, those of one name, and the only vectors of each. `mapped` to "" leaves a column out.

    Raises `Error` if no column fits, if a mapped one is missing, or if vectors of the file could go to several columns.
    """
    if not file:  # a file of JSON without rows names no column
        return {}
    for column, target in mapped.items():
        if column not in file:
            raise Error(f"{source} has no column {column}", hint=f"it has {', '.join(file)}")
        if target and target not in table.columns:
            raise Error(f"{table.name} has no column {target}", hint=f"it has {', '.join(table.columns)}")
    matched = {column: mapped.get(column, column) for column in file if mapped.get(column, column) in table.columns}
    vectors = [column for column in file if is_vector(file[column]) and column not in matched and column not in mapped]
    targets = [column for column in table.columns if is_vector(table.columns[column]) and column not in matched.values()]
    if len(vectors) == 1 and len(targets) == 1:
        matched[vectors[0]] = targets[0]
    elif vectors and targets:
        raise Error(f"vectors of {source} could go to several columns of {table.name}", hint=f"name one: --map {vectors[0]}={targets[0]}")
    if not matched:
        has, takes = ", ".join(file), ", ".join(table.columns)
        raise Error(
            f"no column of {source} fits {table.name}: the file has {has}, the table {takes}",
            hint=f"name them: --map {next(iter(file))}={next(iter(table.columns))}",
        )
    if len(set(matched.values())) < len(matched):
        raise Error(f"two columns of {source} go to one of {table.name}", hint="leave one out: --map COLUMN=")
    return matched
