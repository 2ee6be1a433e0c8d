"""`vecext down`: stops the server of a folder."""

from __future__ import annotations

from pathlib import Path

import click

import vecext
from vecext.command.session import Session


@click.command("down")
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def command(session: Session, /, path: Path) -> None:
    """Stop the server that `vecext up` or vecext.start() runs in folder PATH, also if programs use it. The data stay."""
    stopped = vecext.stop(path)
    session.finish({"stopped": stopped, "path": str(path)}, [f"stopped the server in {path}" if stopped else f"no server runs in {path}"])
