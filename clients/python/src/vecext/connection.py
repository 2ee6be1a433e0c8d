"""Connections that know the types of the extension."""

from typing import Any

from psycopg import AsyncConnection, Connection

from vecext.psycopg import register_vector, register_vector_async

# Times, intervals, floats and bytes as texts are such as any session reads them, whatever the settings of the database and the role are.
STYLES = """
SELECT set_config(name, value, false)
FROM (VALUES ('datestyle', 'ISO'), ('intervalstyle', 'postgres'), ('extra_float_digits', '3'), ('bytea_output', 'hex')) AS styles (name, value)"""


def connect(dsn: str = "", *, autocommit: bool = False) -> Connection[Any]:
    """A connection of psycopg with vecext's types registered. Raises NotInstalled if the database lacks the extension."""
    connection = Connection.connect(dsn, autocommit=True)
    try:
        register_vector(connection)
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection


async def connect_async(dsn: str = "", *, autocommit: bool = False) -> AsyncConnection[Any]:
    """Does for an AsyncConnection what connect() does."""
    connection = await AsyncConnection.connect(dsn, autocommit=True)
    try:
        await register_vector_async(connection)
        await connection.set_autocommit(autocommit)
    except BaseException:
        await connection.close()
        raise
    return connection
