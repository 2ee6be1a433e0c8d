"""A private PostgreSQL with vecext: `with vecext.start(path) as db:`.

The folder has the data, the log, the socket, and two files that are locked by flock(2), so that the kernel ends the locks of a process that is
killed. `lock` is held while the server is started or stopped; `users` is held, shared, by each process that uses the server: who leaves
and can lock it alone is the last one. A file `keep` says that the server stays then.
"""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.conninfo import make_conninfo

from vecext.collections import Collection
from vecext.connection import connect, connect_async
from vecext.errors import Error
from vecext.programs import Programs, find_programs

if sys.platform != "win32":
    import fcntl

PORT = 5432  # a part of the socket's name alone: no port is open
SOCKET_BYTES = 107  # the longest name of a socket
WAIT_SECONDS = 60.0
TEMPORARY = "vecext-"
# Variables that say for other servers what does not hold for this one, each with what the connection string says in its place.
APART = {
    "PGHOSTADDR": ("hostaddr", ""),
    "PGOPTIONS": ("options", ""),
    "PGTARGETSESSIONATTRS": ("target_session_attrs", "any"),
    "PGCHANNELBINDING": ("channel_binding", "disable"),
    "PGGSSENCMODE": ("gssencmode", "disable"),
}


class Server:
    """A server in use by this process; close() or the end of `with` leaves it."""

    def __init__(self, folder: Folder, users: IO[bytes], temporary: bool) -> None:
        self.path = folder.path
        self.dsn = folder.dsn
        self._folder = folder
        self._users = users
        self._temporary = temporary
        self._process = os.getpid()
        self._connection: Connection[Any] | None = None
        atexit.register(self.close)

    def connect(self, *, autocommit: bool = False) -> Connection[Any]:
        """A connection of psycopg with vecext's types."""
        return connect(self.dsn, autocommit=autocommit)

    async def connect_async(self, *, autocommit: bool = False) -> AsyncConnection[Any]:
        """An AsyncConnection of psycopg with vecext's types."""
        return await connect_async(self.dsn, autocommit=autocommit)

    def collection(self, name: str) -> Collection:
        """A collection, which need not exist yet. All use one connection, which commits each call."""
        if self._connection is None or self._connection.closed:
            self._connection = self.connect(autocommit=True)
        return Collection(self._connection, name)

    @property
    def is_running(self) -> bool:
        """True if the server runs: another process may have stopped it."""
        return self._folder.postmaster() is not None

    def close(self) -> None:
        """Leaves the server, and stops it if nobody else uses it; drops a temporary folder."""
        if self._users.closed or self._process != os.getpid():  # a fork shares the locks, which it lets go of when it ends
            return
        atexit.unregister(self.close)
        if self._connection is not None:
            self._connection.close()
        with self._folder.locked():
            self._users.close()
            if self._folder.is_unused() and not self._folder.keep.exists():
                self._folder.stop("immediate" if self._temporary else "fast")
                if self._temporary:
                    shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def start(path: str | os.PathLike[str] | None = None, *, keep_running: bool = False) -> Server:
    """A private PostgreSQL with vecext on a socket in a folder that the user alone may enter; several processes share it, the last one to leave stops it.

    An empty or new folder gets a cluster; without a path it is a temporary one, dropped at the end, whose data need not outlive the machine. With
    `keep_running` the server stays until stop(). What a killed process or a killed server left is recovered. Raises `Error` if no server is installed,
    or it does not start.
    """
    if sys.platform == "win32":
        raise Error("a private server needs a system with sockets of Unix", "connect to a server by vecext.connect()")
    if os.geteuid() == 0:
        raise Error("PostgreSQL does not run as root", "run this as another user, such as by `setpriv --reuid=postgres --init-groups` or `su`")
    if path is None:
        if keep_running:
            raise Error("a server in a temporary folder does not stay", "name a folder")
        _drop_left()
    folder = Folder(Path(tempfile.mkdtemp(prefix=TEMPORARY)) if path is None else Path(path).absolute())
    try:
        folder.check()
        if path is None:
            folder.temporary.touch()
        with folder.locked():
            users = folder.lock_file("users", fcntl.LOCK_SH)
            try:
                folder.start(durable=path is not None)
                if keep_running:
                    folder.keep.touch()
            except BaseException:
                users.close()
                raise
    except BaseException:
        if path is None:
            shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return Server(folder, users, path is None)


def stop(path: str | os.PathLike[str]) -> bool:
    """Stops the server of a folder, also if others use it. Returns false if none runs."""
    folder = Folder(Path(path).absolute())
    if not folder.data.exists():
        raise Error(f"folder {folder.path} has no server of vecext.start()")
    folder.check()
    with folder.locked():
        folder.keep.unlink(missing_ok=True)
        return folder.stop("fast")


class Folder:
    """The folder of a server. Methods that start and stop it need its lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path / "data"
        self.keep = path / "keep"
        self.temporary = path / "temporary"  # marks a folder that may be dropped when nobody uses it
        self.log = path / "log"
        apart = dict(said for name, said in APART.items() if name in os.environ)
        self.dsn = make_conninfo(host=str(path), port=PORT, user="postgres", dbname="postgres", **apart)

    def check(self) -> None:
        """Makes the folder if need be. Raises `Error` if it cannot serve, or has something else in it."""
        length = len(os.fsencode(self.path / f".s.PGSQL.{PORT}"))
        if length > SOCKET_BYTES:
            raise Error(f"the socket's path would have {length} bytes, and {SOCKET_BYTES} are possible: {self.path}", "name a folder with a shorter path")
        if set(str(self.path)) & set(",\n"):
            raise Error(f"the path has a comma or a line break, and libpq does not take one: {self.path}", "name another folder")
        if set(str(self.path)) & set('"$`\\'):  # pg_ctl writes it into a line for the shell, within double quotes
            raise Error(f"the path has a quote, a dollar sign or a backslash, and pg_ctl does not take one: {self.path}", "name another folder")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = self.path.stat()
        if state.st_uid != os.geteuid():
            raise Error(f"folder {self.path} belongs to another user", "name a folder of yours")
        if not any(self.path.iterdir()):
            self.path.chmod(0o700)
        elif not (self.path / "lock").exists():
            raise Error(f"folder {self.path} is not empty, and not of vecext.start()", "name a new folder, or an empty one")
        elif state.st_mode & 0o077:
            raise Error(f"others may enter folder {self.path}, and so become superusers of its server", f"chmod 700 {shlex.quote(str(self.path))}")

    def lock_file(self, name: str, how: int) -> IO[bytes]:
        """Opens a file of the folder and locks it; it stays locked until it is closed."""
        file = (self.path / name).open("ab")
        try:
            fcntl.flock(file, how)
        except BaseException:
            file.close()
            raise
        return file

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While this lasts, nobody else starts or stops the server."""
        with self.lock_file("lock", fcntl.LOCK_EX):
            yield

    def is_unused(self) -> bool:
        """True if no process uses the server by start()."""
        try:
            self.lock_file("users", fcntl.LOCK_EX | fcntl.LOCK_NB).close()
        except BlockingIOError:
            return False
        return True

    def postmaster(self) -> int | None:
        """The process id of the running server. A file of a server that was killed may name a process of other work, which its folder shows."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        try:
            return pid if Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve() else None
        except PermissionError:  # a process of another user
            return None
        except OSError:  # no /proc here; or the process has ended, and its parent has not looked yet
            return None if Path("/proc/self/cwd").exists() else pid

    def start(self, *, durable: bool) -> None:
        """Starts the server, unless it runs, on data that it makes if need be, and creates the extension."""
        if self.postmaster() is None:
            programs = self._programs()
            if not self.data.exists():
                self._make_data(programs, durable)
            for left in (self.data / "postmaster.pid", self.path / f".s.PGSQL.{PORT}.lock"):
                left.unlink(missing_ok=True)
            self._launch(programs, durable)
        with self._connect() as connection:
            connection.execute("SET client_min_messages = warning")
            connection.execute("CREATE EXTENSION IF NOT EXISTS vecext")

    def stop(self, mode: str) -> bool:
        """Stops the server, in a mode of pg_ctl. Returns false if none runs."""
        if self.postmaster() is None:
            return False
        self._running_programs().call("pg_ctl", "-D", self.data, "-m", mode, "-s", "-w", "-t", "600", "stop")
        return True

    def _programs(self) -> Programs:
        """Those that the data need."""
        version = self.data / "PG_VERSION"
        return find_programs(int(version.read_text()) if version.exists() else None)

    def _running_programs(self) -> Programs:
        """Those of the server that runs, which $PG_CONFIG need not name."""
        command = (self.data / "postmaster.opts").read_text().partition(' "')[0]
        return Programs(Path(command).parent, int((self.data / "PG_VERSION").read_text()))

    def _make_data(self, programs: Programs, durable: bool) -> None:
        """Makes the cluster under another name first, so that one that is there is complete."""
        begun = self.path / "data.begun"
        shutil.rmtree(begun, ignore_errors=True)
        options = ["--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        syncs_at_once = sys.platform == "linux"  # elsewhere sync(2) does not wait
        programs.call("initdb", "-D", begun, *options, *(["--no-sync"] if syncs_at_once or not durable else []))
        if syncs_at_once and durable:
            os.sync()  # several times as fast as file by file
        begun.rename(self.data)

    def _launch(self, programs: Programs, durable: bool) -> None:
        """Starts the server. Sessions of one that was killed may end a moment later, and hold its shared memory until then."""
        socket = str(self.path).replace('"', '""')
        settings = ["-p", str(PORT), "-k", f'"{socket}"', "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "jit=off"]
        if not durable:
            settings += ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            logged = self.log.stat().st_size if self.log.exists() else 0
            try:
                return programs.call("pg_ctl", "-D", self.data, "-l", self.log, "-o", shlex.join(settings), "-s", "-w", "-t", "600", "start")
            except Error as error:
                said = self._last_error(logged)
                if "shared memory block" not in said or time.monotonic() > deadline:
                    raise Error(f"PostgreSQL does not start: {said or error.message}", f"its log is {self.log}") from error
                time.sleep(0.1)

    def _last_error(self, start: int) -> str:
        """The last error in the log from a byte on."""
        lines = self.log.read_bytes()[start:].decode(errors="replace").splitlines() if self.log.exists() else []
        return next((line.split("FATAL:", 1)[1].strip() for line in reversed(lines) if "FATAL:" in line), "")

    def _connect(self) -> Connection[Any]:
        """A connection, once the server takes one: it may be recovering, started by a process that was killed."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                return Connection.connect(self.dsn, autocommit=True)
            except psycopg.OperationalError as error:
                if self.postmaster() is None or time.monotonic() > deadline:
                    raise Error(f"no connection to the server in {self.path}: {str(error).strip()}", f"its log is {self.log}") from error
                time.sleep(0.05)


def _drop_left() -> None:
    """Stops servers in temporary folders whose processes were killed, and drops the folders."""
    for path in Path(tempfile.gettempdir()).glob(TEMPORARY + "*"):
        with suppress(OSError, Error):
            folder = Folder(path)
            if path.stat().st_uid != os.geteuid() or not folder.temporary.exists():
                continue
            with folder.lock_file("lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                if folder.is_unused() and not folder.keep.exists():
                    folder.stop("immediate")
                    shutil.rmtree(path, ignore_errors=True)
