"""A collection over a connection of psycopg, and one over an AsyncConnection."""

from __future__ import annotations

from typing import Any, TypeVar

from psycopg import AsyncConnection, Connection

from vecext.collections.calls import Calls
from vecext.collections.statement import ID_TYPE, ReadId, Statement, id_reader

T = TypeVar("T")


class Collection(Calls):
    """A collection, by its name, or that of an alias, which need not exist yet.

    Calls are parts of the transaction of the connection, which must know vecext's types."""

    def __init__(self, connection: Connection[Any], name: str) -> None:
        self.connection = connection
        self.name = name
        self._read_id: ReadId | None = None

    def execute(self, statement: Statement[T]) -> T:
        """Executes a statement of Calls."""
        rows = self.connection.execute(statement.text, statement.parameters).fetchall()
        if statement.changes_ids:
            self._read_id = None
        if statement.has_ids and self._read_id is None:
            self._read_id = id_reader(self.connection.execute(ID_TYPE, (self.name,)).fetchall()[0][0])
        return statement.read(rows, self._read_id or str)


class AsyncCollection(Calls):
    """A collection as Collection is, over an AsyncConnection; its methods are to await."""

    def __init__(self, connection: AsyncConnection[Any], name: str) -> None:
        self.connection = connection
        self.name = name
        self._read_id: ReadId | None = None

    async def execute(self, statement: Statement[T]) -> T:
        """Executes a statement of Calls."""
        rows = await (await self.connection.execute(statement.text, statement.parameters)).fetchall()
        if statement.changes_ids:
            self._read_id = None
        if statement.has_ids and self._read_id is None:
            self._read_id = id_reader((await (await self.connection.execute(ID_TYPE, (self.name,))).fetchall())[0][0])
        return statement.read(rows, self._read_id or str)
