"""start(): a private server in a folder, shared, left, recovered; what is refused. Needs an installed server with vecext, and another user than root."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

import vecext
from vecext.programs import find_programs
from vecext.server import Folder


def have_server():
    try:
        find_programs()
    except vecext.Error:
        return False
    return os.geteuid() != 0


needs_server = pytest.mark.skipif(not have_server(), reason="root starts no server, or none with vecext is installed")


@pytest.fixture
def folder():
    """A new folder, with a short path for the socket; a server in it is stopped."""
    with tempfile.TemporaryDirectory(prefix="start-") as parent:
        path = Path(parent) / "with space's"
        yield path
        if (path / "data").exists():
            vecext.stop(path)


def processes_of(path):
    """Runs a process that starts the server, says so, and stays until it gets a line."""
    code = "import sys, vecext\nwith vecext.start(sys.argv[1] or None) as db: print(db.path, flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return process, Path(process.stdout.readline().strip())


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def value(dsn, statement):
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement).fetchone()[0]


@needs_server
def test_what_is_written_is_there_again(folder):
    with vecext.start(folder) as db:
        db.collection("docs").create({"size": 2, "distance": "cosine"}).upsert([1], [[1, 0]])
        assert value(db.dsn, "SHOW listen_addresses") == ""
        assert folder.stat().st_mode & 0o077 == 0
        with db.connect() as connection:
            assert connection.execute("SELECT '[1,2]'::vector").fetchone()[0].tolist() == [1, 2]
    assert not db.is_running
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(db.dsn)
    with vecext.start(folder) as db:
        assert [hit.id for hit in db.collection("docs").query([1.0, 0.5])] == [1]


@needs_server
def test_the_last_process_stops_it_and_a_killed_one_does_not_count(folder):
    (first, _), (second, _) = processes_of(folder), processes_of(folder)
    with vecext.start(folder) as db:
        postmaster = Folder(folder).postmaster()
        first.communicate("\n")
        second.kill()
        second.wait()
        assert value(db.dsn, "SELECT 1") == 1 and Folder(folder).postmaster() == postmaster
        with vecext.start(folder) as same:
            assert same.dsn == db.dsn
        assert db.is_running
    assert not db.is_running


@needs_server
def test_processes_that_start_at_once_share_a_server(folder):
    with ThreadPoolExecutor(4) as pool:
        started = [process for process, _ in pool.map(lambda _: processes_of(folder), range(4))]
    assert value(Folder(folder).dsn, "SELECT count(*) FROM pg_extension WHERE extname = 'vecext'") == 1
    for process in started:
        assert Folder(folder).postmaster() is not None
        process.communicate("\n")
        assert process.returncode == 0
    assert Folder(folder).postmaster() is None


@needs_server
def test_a_fork_that_ends_leaves_the_server_to_its_parent(folder):
    with vecext.start(folder) as db:
        docs = db.collection("docs").create({"size": 2, "distance": "cosine"})
        if (child := os.fork()) == 0:
            db.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert docs.count() == 0
    assert not db.is_running


@needs_server
def test_a_server_that_was_killed_recovers(folder):
    process, _ = processes_of(folder)
    with psycopg.connect(Folder(folder).dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    process.kill()
    process.wait()
    os.kill(Folder(folder).postmaster(), signal.SIGKILL)
    wait_for(lambda: Folder(folder).postmaster() is None)
    with vecext.start(folder) as db:
        assert value(db.dsn, "SELECT number FROM kept") == 7


@needs_server
@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="the system does not tell a process's folder")
def test_a_pid_file_that_names_a_process_of_other_work(folder):
    vecext.start(folder).close()
    for name in ("data/postmaster.pid", ".s.PGSQL.5432.lock"):
        (folder / name).write_text(f"{os.getpid()}\n{folder}/data\n1\n5432\n{folder}\n\n0 0\nready\n")
    with vecext.start(folder) as db:
        assert value(db.dsn, "SELECT 1") == 1


@needs_server
def test_a_cluster_that_was_not_completed_is_made_again(folder):
    folder.mkdir(mode=0o700)
    (folder / "lock").touch()
    (folder / "data.begun").mkdir()
    (folder / "data.begun" / "PG_VERSION").write_text("15\n")
    with vecext.start(folder) as db:
        assert value(db.dsn, "SELECT library FROM vecext.version()")


@needs_server
def test_a_temporary_folder_is_dropped_also_after_a_kill():
    process, left = processes_of("")
    process.kill()
    process.wait()
    assert Folder(left).postmaster() is not None
    with vecext.start() as db:
        assert db.path != left and not left.exists()
        assert value(db.dsn, "SELECT 1") == 1
    assert not db.path.exists()


@needs_server
def test_it_stays_if_wanted(folder):
    with vecext.start(folder, keep_running=True):
        pass
    with vecext.start(folder) as db:
        pass
    assert db.is_running
    assert vecext.stop(folder) and not vecext.stop(folder) and not db.is_running


@needs_server
def test_data_of_another_version(folder):
    vecext.start(folder).close()
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(vecext.Error, match=r"data of PostgreSQL 9, and vecext is installed for \d+"):
        vecext.start(folder)
    (folder / "data" / "PG_VERSION").write_text(f"{find_programs().version}\n")


@needs_server
def test_why_it_does_not_start(folder):
    vecext.start(folder).close()
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(vecext.Error, match="does not start") as caught:
        vecext.start(folder)
    assert str(folder / "log") in caught.value.hint


def test_root_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(vecext.Error, match="does not run as root"):
        vecext.start(tmp_path)


def test_folders_that_do_not_serve(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid or 1)
    monkeypatch.setattr(Folder, "start", lambda *_, **__: pytest.fail("started"))
    with pytest.raises(vecext.Error, match="107 are possible"):
        vecext.start(tmp_path / ("x" * 110))
    with pytest.raises(vecext.Error, match="has a comma"):
        Folder(Path("/tmp/a,b")).check()
    (tmp_path / "file").touch()
    with pytest.raises(vecext.Error, match=r"not empty|belongs to another user"):
        vecext.start(tmp_path)
    with pytest.raises(vecext.Error, match="does not stay"):
        vecext.start(keep_running=True)
    with pytest.raises(vecext.Error, match="has no server"):
        vecext.stop(tmp_path)


@needs_server
def test_others_may_not_enter(folder):
    vecext.start(folder).close()
    folder.chmod(0o755)
    with pytest.raises(vecext.Error, match="others may enter") as caught:
        vecext.start(folder)
    assert caught.value.hint.startswith("chmod 700")
    folder.chmod(0o700)


def test_no_server_is_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_CONFIG", str(tmp_path / "pg_config"))
    with pytest.raises(vecext.Error, match="no PostgreSQL server is installed at PG_CONFIG="):
        find_programs()


@pytest.mark.parametrize(("has_vecext", "message"), [(False, "has no extension vecext"), (True, "data of PostgreSQL 14, and vecext is installed for 17")])
def test_a_server_that_does_not_serve(monkeypatch, tmp_path, has_vecext, message):
    for name in ("initdb", "pg_ctl", "postgres"):
        (tmp_path / name).touch()
    (tmp_path / "extension").mkdir()
    if has_vecext:
        (tmp_path / "extension" / "vecext.control").touch()
    (tmp_path / "pg_config").write_text(f"#!/bin/sh\nprintf '%s\\n' '{tmp_path}' '{tmp_path}' 'PostgreSQL 17.2'\n")
    (tmp_path / "pg_config").chmod(0o755)
    monkeypatch.setenv("PG_CONFIG", str(tmp_path / "pg_config"))
    with pytest.raises(vecext.Error, match=message):
        find_programs(14)


@needs_server
def test_a_folder_that_was_named_is_never_dropped(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="start-") as parent:
        monkeypatch.setattr(tempfile, "tempdir", parent)
        named = Path(parent) / "vecext-films"
        with vecext.start(named) as db, db.connect(autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        with vecext.start() as db:
            assert db.path.parent == Path(parent)
        assert (named / "data").exists()


@needs_server
def test_variables_for_other_servers(folder, monkeypatch):
    for name, value in {"PGHOSTADDR": "127.0.0.1", "PGOPTIONS": "-c search_path=pg_catalog", "PGTARGETSESSIONATTRS": "standby", "PGPORT": "1"}.items():
        monkeypatch.setenv(name, value)
    with vecext.start(folder) as db, db.connect() as connection:
        assert connection.execute("SELECT '[1]'::vector::text").fetchone() == ("[1]",)


def test_paths_that_a_shell_would_read(tmp_path):
    for name in ("a`touch x`", "a$(touch x)", 'a"b', "a\\b"):
        with pytest.raises(vecext.Error, match="pg_ctl does not take one"):
            Folder(tmp_path / name).check()
        assert not (tmp_path / name).exists()
