"""Fixtures: a database with the extension, of its own for each run, and connections to it."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from vecext import register_vector


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A connection string of a database that has extension vecext; dropped at the end. The server is that of $VECEXT_TEST_DSN."""
    server = os.environ.get("VECEXT_TEST_DSN")
    if server is None:
        pytest.skip("VECEXT_TEST_DSN names no server")
    name = f"vecext_python_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        dsn = make_conninfo(server, dbname=name)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vecext")
        yield dsn
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection with the types registered; what a test does in it is rolled back."""
    with psycopg.connect(database) as connection:
        register_vector(connection)
        connection.commit()
        yield connection
        connection.rollback()
