"""`vecext snapshot`: snapshots of collections, as files: taken, listed, restored, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.snapshot_file import SUFFIX, SnapshotReader
from vecext.command.snapshot_restore import restore
from vecext.command.snapshot_take import take
from vecext.errors import Error

FOLDER = click.option("--folder", type=click.Path(path_type=Path), default=".", metavar="DIR", help="Where snapshots lie; the current folder by default.")
SNAPSHOT = click.argument("file", metavar="SNAPSHOT", type=click.Path(path_type=Path))


@click.group("snapshot")
def command() -> None:
    """Snapshots of collections, as files: definition and points."""


@command.command("create")
@click.argument("collection")
@FOLDER
@click.pass_obj
def create(session: Session, /, collection: str, folder: Path) -> None:
    """Write a snapshot of COLLECTION, as it is at one time, to a file of its own."""
    with session.connect() as connection:
        folder.mkdir(parents=True, exist_ok=True)
        result = take(session, connection, collection, folder)
    session.finish(result, [f"{result['points']:,} points of {result['collection']} written to {result['file']} ({_size(result['bytes'])})"])


@command.command("list")
@FOLDER
@click.pass_obj
def list_(session: Session, /, folder: Path) -> None:
    """List the snapshots in a folder, the oldest first."""
    if not folder.is_dir():
        raise Error(f"{folder} is not a folder")
    found = sorted((_described(file) for file in folder.glob(f"*{SUFFIX}")), key=lambda one: (one.get("created", ""), one["file"]))
    session.finish({"snapshots": found}, [_line(one) for one in found] or [f"no snapshots in {folder}"])


@command.command("restore")
@SNAPSHOT
@click.option("--as", "name", metavar="NAME", help="The name of the collection, or SCHEMA.NAME; by default that which it had.")
@click.option("--replace", is_flag=True, help="Put it in the place of a collection that has the name, and give it the aliases of that.")
@click.pass_obj
def restore_(session: Session, /, file: Path, name: str | None, replace: bool) -> None:
    """Make a collection of SNAPSHOT, a file, once its digests are verified. After an error, nothing has changed."""
    with SnapshotReader(file) as snapshot:
        with progress(session, f"verifying {file.name}", unit="bytes", total=snapshot.points_bytes) as shown:
            for done in snapshot.verify():
                shown.update(done)
        with session.connect() as connection, session.connect(autocommit=True) as watcher:
            result = restore(session, connection, watcher, snapshot, name, replace=replace)
    session.finish(result, [f"{result['points']:,} points restored into {result['collection']}"])


@command.command("delete")
@SNAPSHOT
@click.pass_obj
def delete(session: Session, /, file: Path) -> None:
    """Delete SNAPSHOT, a file."""
    if not file.name.endswith(SUFFIX):
        raise Error(f"{file} is not a snapshot", hint=f"names of snapshots end in {SUFFIX}")
    file.unlink()
    session.finish({"file": str(file)}, [f"deleted {file}"])


def _described(file: Path) -> dict[str, Any]:
    """What the manifest says, or why it cannot be read."""
    described: dict[str, Any] = {"file": str(file), "bytes": file.stat().st_size}
    try:
        with SnapshotReader(file) as snapshot:
            return described | {key: snapshot.manifest[key] for key in ("collection", "created", "points")}
    except Error as error:
        return described | {"error": error.message}


def _line(one: dict[str, Any]) -> str:
    if "error" in one:
        return f"{one['file']}  {_size(one['bytes'])}, not a snapshot, or damaged"
    return f"{one['file']}  {one['collection']}, {one['points']:,} points, {_size(one['bytes'])}, {one['created']}"


def _size(count: int) -> str:
    return f"{count:,} bytes"
