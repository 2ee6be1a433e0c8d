"""The programs of an installed PostgreSQL server that has vecext, and calls of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vecext.errors import Error

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")  # of packages for Debian, and as rpm


@dataclass(frozen=True)
class Programs:
    """The folder of a server's programs, and its major version, such as 15."""

    folder: Path
    version: int

    def call(self, name: str, *arguments: str | Path) -> None:
        """Calls a program, without the caller's settings of libpq. Raises `Error` with the first error that it prints, or its last line."""
        done = subprocess.run(
            [self.folder / name, *arguments], env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            lines = (done.stderr + done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
            said = [line for line in lines if "error:" in line] or lines[-1:]
            raise Error(f"{name} failed: {said[0].strip()}")


def find_programs(version: int | None = None) -> Programs:
    """The newest server with vecext, or that of a version; $PG_CONFIG alone decides if it is set. Raises `Error` if none is found."""
    servers = [found for config in _configs() if (found := _server(config))]
    if not servers:
        raise Error(
            "no PostgreSQL server is installed" + (f" at PG_CONFIG={os.environ['PG_CONFIG']}" if "PG_CONFIG" in os.environ else ""),
            "install one, such as the package postgresql-15, or name the program pg_config of yours by PG_CONFIG",
        )
    usable = [server for server, has_vecext in servers if has_vecext]
    if not usable:
        raise Error(
            f"PostgreSQL in {servers[0][0].folder} has no extension vecext", "install the package postgresql-NN-vecext, or `make install` in its sources"
        )
    matching = [server for server in usable if version in (None, server.version)]
    if not matching:
        raise Error(
            f"the folder has data of PostgreSQL {version}, and vecext is installed for {', '.join(sorted({str(server.version) for server in usable}))}",
            f"install PostgreSQL {version} with vecext, name another folder, or convert the data by pg_upgrade",
        )
    return max(matching, key=lambda server: server.version)


def _configs() -> Iterator[Path]:
    named = os.environ.get("PG_CONFIG")
    if named:
        yield Path(named)
        return
    found = shutil.which("pg_config")
    if found:
        yield Path(found)
    for pattern in FOLDERS:
        for folder in Path("/").glob(pattern.lstrip("/")):
            yield folder / "pg_config"


def _server(config: Path) -> tuple[Programs, bool] | None:
    """The server that pg_config tells of, and true if it has vecext; None if programs are missing."""
    try:
        lines = subprocess.run(
            [config, "--bindir", "--sharedir", "--version"], env=_environment(), capture_output=True, text=True, check=True
        ).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\d+", lines[2])
    if version is None or not all((Path(lines[0]) / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return None
    return Programs(Path(lines[0]), int(version[0])), (Path(lines[1]) / "extension" / "vecext.control").exists()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
