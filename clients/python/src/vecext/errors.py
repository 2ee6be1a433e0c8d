"""Errors of this package."""

import psycopg


class Error(Exception):
    """What went wrong, in one plain line, and what the caller can do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotInstalled(Error, psycopg.ProgrammingError):
    """The database has no extension vecext, or the search path does not lead to its types."""

    def __init__(self) -> None:
        super().__init__("vector type not found in the database", "Execute CREATE EXTENSION vecext, or add its schema to search_path.")


class Misuse(Error):
    """Options or arguments that do not go together, or one that is missing."""
