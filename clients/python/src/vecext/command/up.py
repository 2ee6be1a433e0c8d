"""`vecext up`: a private server in a folder, until Ctrl-C, or until `vecext down`."""

from __future__ import annotations

import shlex
import signal
import threading
from pathlib import Path

import click

import vecext
from vecext.command.session import Session

LOOK_SECONDS = 1.0


@click.command("up")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--detach", is_flag=True, help="Return at once; the server stays until `vecext down PATH`.")
@click.pass_obj
def command(session: Session, /, path: Path | None, detach: bool) -> None:
    """Start a private PostgreSQL with vecext in folder PATH, on a socket that you alone may use, and stop it on Ctrl-C.

    An empty or new folder gets a cluster. Without PATH it is a temporary one, dropped at the end.
    """
    if detach and path is None:
        raise click.UsageError("--detach needs PATH")
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with vecext.start(path, keep_running=detach) as db:
        lines = [f"dsn     {db.dsn}", f"psql    psql {shlex.quote(db.dsn)}", f'python  vecext.connect("{db.dsn}")']
        if detach:
            lines.append(f"stop    vecext down {shlex.quote(str(db.path))}")
        session.finish({"dsn": db.dsn, "path": str(db.path)}, lines)
        if detach:
            return
        session.say("Ctrl-C stops it")
        while not stopped.wait(LOOK_SECONDS) and db.is_running:
            pass
