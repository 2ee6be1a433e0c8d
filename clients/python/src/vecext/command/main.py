"""The command `vecext`: its options, and its commands by name.

Each command is a module of this room with a `click` command named `command`, which takes the `Session` by `@click.pass_obj`, or a group of such.
Options of OPTIONS may stand before or after the command's name. Errors that derive from `vecext.Error`, and those of PostgreSQL and of files, end a
command with one plain line, a hint, and exit code 1; wrong use with exit code 2.
"""

from __future__ import annotations

import importlib
from typing import Any

import click
import psycopg

import vecext
from vecext.command.session import Session
from vecext.errors import Error, Misuse

# Command -> module of this room.
COMMANDS = {
    "load": "load",
    "export": "export",
    "doctor": "doctor",
    "up": "up",
    "down": "down",
    "tune": "tune",
    "bench": "bench",
    "import": "import_",
    "snapshot": "snapshot",
}


def _set(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        setattr(context.ensure_object(Session), str(parameter.name), value)


OPTIONS: list[click.Parameter] = [
    click.Option(["--dsn"], expose_value=False, callback=_set, help="Connection string or URI of PostgreSQL; PGHOST and the like say what it does not."),
    click.Option(["--json", "json"], is_flag=True, expose_value=False, callback=_set, help="Print the result, or the error, as JSON."),
    click.Option(["--quiet", "-q"], is_flag=True, expose_value=False, callback=_set, help="Print errors alone, and the result with --json."),
]


class Commands(click.Group):
    """The commands of COMMANDS, imported when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"vecext.command.{COMMANDS[name]}").command
        for one in (command, *getattr(command, "commands", {}).values()):
            one.params += [option for option in OPTIONS if option not in one.params]
        return command


@click.command(cls=Commands, params=[*OPTIONS], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(vecext.__version__, prog_name="vecext", message="%(prog)s %(version)s")
def commands() -> None:
    """Vectors and texts in PostgreSQL, with the extension vecext."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    session = Session()
    try:
        code = commands.main(arguments, prog_name="vecext", obj=session, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        if session.json:
            session.fail(error)
        else:
            error.show()
        return error.exit_code
    except Misuse as error:
        session.fail(error)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except ModuleNotFoundError as error:
        session.fail(Error(f"this command needs the package {error.name}", hint="pip install './clients/python[all]', in vecext's sources"))
        return 1
    except (Error, psycopg.Error, OSError) as error:
        session.fail(error)
        return 1
