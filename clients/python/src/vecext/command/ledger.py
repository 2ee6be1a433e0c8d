"""How far loads have come: table `vecext_loads`, beside the table that is loaded. It is written with the rows, in one transaction, and
goes when the load is complete. A load that was killed is so resumed at the row after the last one that is in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from vecext.command.table import Table
from vecext.errors import Error
from vecext.files import Source

NAME = "vecext_loads"


@dataclass(frozen=True)
class Note:
    """A file of a load: its size in bytes, how many of its rows are in the table, and the column in which rows are numbered."""

    size: int | None
    rows: int
    numbered: str | None


# A table may have triggers: it is trusted if it belongs to this role, to a superuser, or to the owner of the table that is loaded, whose triggers run, too.
_IS_TRUSTED = """
SELECT r.rolsuper OR r.rolname = current_user OR n.relowner = t.relowner
FROM pg_class AS n JOIN pg_roles AS r ON r.oid = n.relowner, pg_class AS t
WHERE t.oid = %s::oid AND n.oid = to_regclass(%s)::oid"""


_MAY_NOTE = """
SELECT CASE WHEN t.oid IS NULL THEN has_schema_privilege(s.name, 'CREATE') ELSE has_table_privilege(t.oid, 'SELECT, INSERT, UPDATE, DELETE') END
FROM (SELECT %s::name AS name) AS s LEFT JOIN pg_class AS t ON t.oid = to_regclass(%s)::oid"""


@dataclass(frozen=True)
class Ledger:
    """The notes about loads of one table."""

    connection: psycopg.Connection[Any]
    table: Table

    def _execute(self, text: str, *parameters: Any) -> psycopg.Cursor[Any]:
        """Executes a statement about the table of notes, whose name may have a percent sign, as in a statement with parameters."""
        name = sql.SQL(sql.Identifier(self.table.schema, NAME).as_string(self.connection).replace("%", "%%"))
        return self.connection.execute(sql.SQL(text).format(name), parameters)

    def notes(self) -> dict[str, Note]:
        """The notes by file, with no rows if the table is empty, as after a TRUNCATE. Empty if no load of the table was interrupted.

        Raises `Error` if the table of notes is another role's.
        """
        name = sql.Identifier(self.table.schema, NAME).as_string(self.connection)
        found = self.connection.execute(_IS_TRUSTED, [self.table.oid, name]).fetchone()
        if found is None:
            return {}
        if found != (True,):
            raise Error(f"another role has made {name}, where loads note how far they have come", hint=f"DROP TABLE {name}, if it is not a load's")
        is_empty = self.connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(self.table.identifier)).fetchone() is None
        rows = self._execute("SELECT file, size, rows, numbered FROM {} WHERE loaded::oid = %s::oid", self.table.oid)
        return {file: Note(size, 0 if is_empty else count, numbered) for file, size, count, numbered in rows}

    def may_begin(self) -> bool:
        """True if this role may keep notes: it may create their table, or write to the one that is there."""
        table = sql.Identifier(self.table.schema, NAME).as_string(self.connection)
        found = self.connection.execute(_MAY_NOTE, [self.table.schema, table]).fetchone()
        return found == (True,)

    def begin(self, sources: list[Source], numbered: str | None) -> None:
        """Notes the files of a load, with no rows yet. Raises what `notes` raises."""
        self.notes()
        columns = "loaded regclass, file text, size bigint, rows bigint NOT NULL, numbered text, PRIMARY KEY (loaded, file)"
        self._execute("CREATE TABLE IF NOT EXISTS {} (" + columns + ")")
        self._forget()
        for source in sources:
            self._execute("INSERT INTO {} VALUES (%s::oid, %s, %s, 0, %s)", self.table.oid, source.name, source.size, numbered)

    def note(self, source: Source, before: int, rows: int) -> None:
        """So many rows of the file are in the table when this transaction commits. Raises `Error` if another load has gone on from `before` meanwhile."""
        statement = "UPDATE {} SET rows = %s WHERE loaded::oid = %s::oid AND file = %s AND rows = %s"
        if self._execute(statement, rows, self.table.oid, source.name, before).rowcount != 1:
            raise Error(f"another load of {source.name} goes on at the same time", hint="leave it to that one")

    def end(self) -> None:
        """Removes the notes, and their table after the last ones."""
        self._execute("LOCK TABLE {}")
        self._forget()
        if self._execute("SELECT FROM {} LIMIT 1").fetchone() is None:
            self._execute("DROP TABLE {}")

    def _forget(self) -> None:
        """Removes the notes about this table, and about tables that were dropped."""
        self._execute("DELETE FROM {} AS n WHERE loaded::oid = %s::oid OR NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = n.loaded::oid)", self.table.oid)


def check_files(notes: dict[str, Note], sources: list[Source], table: str) -> None:
    """Raises `Error` if these are not the files, as they were, of the load that was interrupted."""
    again = f"or begin again: TRUNCATE {table}"
    if notes.keys() != {source.name for source in sources}:
        raise Error(f"the interrupted load of {table} had other files: {', '.join(sorted(notes))}", hint=f"name these, {again}")
    for source in sources:
        if notes[source.name].size != source.size:
            raise Error(f"{source.name} has changed since the load of {table} was interrupted", hint=f"restore the file, {again}")
