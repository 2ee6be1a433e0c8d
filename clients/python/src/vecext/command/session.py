"""What the commands share: the connection that the user named, and how results and errors are printed."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import click
import psycopg
from psycopg.conninfo import make_conninfo

from vecext.connection import STYLES, connect
from vecext.errors import Error


@dataclass
class Session:
    """One call of the command. Results go to the standard output, all else to the standard error."""

    dsn: str = ""
    json: bool = False
    quiet: bool = False

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """A connection with the types of the extension. Raises `Error` if no server answers, or the database lacks the extension."""
        try:
            dsn = make_conninfo(self.dsn, application_name="vecext", client_encoding="UTF8")
        except psycopg.ProgrammingError:  # which shows the string, with its password
            raise Error("--dsn is not a connection string", hint="as in 'host=… dbname=…' or postgresql://USER@HOST/DBNAME, with % as %25") from None
        try:
            connection = connect(dsn, autocommit=True)
        except psycopg.OperationalError as error:
            raise Error(
                f"no connection to PostgreSQL: {_one_line(error)}", hint="name the database by --dsn, or by PGHOST, PGPORT, PGDATABASE, PGUSER"
            ) from error
        connection.execute(STYLES)
        connection.autocommit = autocommit
        return connection

    def say(self, line: str) -> None:
        """A line for the user, which --quiet leaves out."""
        if not self.quiet:
            click.echo(line, err=True)

    def finish(self, result: dict[str, Any], lines: list[str]) -> None:
        """The result, as JSON or as lines."""
        if self.json:
            click.echo(json.dumps(result, ensure_ascii=False, default=str))
        elif not self.quiet:
            click.echo("\n".join(lines))

    def fail(self, error: BaseException) -> None:
        """An error: one line, and a line with a hint if one is known."""
        message, hint = message_and_hint(error)
        if self.json:
            click.echo(json.dumps({"error": message, "hint": hint}, ensure_ascii=False))
        else:
            click.echo(f"error: {message}" + (f"\nhint: {hint}" if hint else ""), err=True)


def message_and_hint(error: BaseException) -> tuple[str, str | None]:
    """What an error says, in one line, and what to do."""
    if isinstance(error, Error):
        return error.message, error.hint
    if isinstance(error, click.ClickException):
        return error.format_message(), None
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
        return f"{error.diag.message_primary}{detail}", error.diag.message_hint
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror, None
    return _one_line(error), None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def is_terminal() -> bool:
    """True if the standard error is a terminal."""
    return sys.stderr.isatty()
