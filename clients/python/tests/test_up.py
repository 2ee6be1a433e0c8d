"""`vecext up` and `vecext down`."""

import json
import signal
import subprocess

import psycopg
import pytest

import vecext
from command import call, program, run
from test_server import folder, needs_server, value  # noqa: F401 (a fixture)


def up(*arguments):
    """A process that runs `vecext up`, and what it says of the server."""
    process = subprocess.Popen(program("", "up", *arguments, "--json", "-q"), stdout=subprocess.PIPE, text=True)
    return process, json.loads(process.stdout.readline())


@needs_server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_until_it_is_interrupted(folder, number):  # noqa: F811
    process, shown = up(folder)
    assert shown["path"] == str(folder) and value(shown["dsn"], "SELECT '[1]'::vector::text") == "[1]"
    process.send_signal(number)
    assert process.wait(60) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(shown["dsn"])


@needs_server
def test_until_it_is_stopped_elsewhere(folder):  # noqa: F811
    process, _ = up(folder)
    code, out, _ = run("", "down", folder)
    assert (code, out) == (0, f"stopped the server in {folder}\n")
    assert process.wait(60) == 0
    assert run("", "down", folder)[1] == f"no server runs in {folder}\n"


@needs_server
def test_detached(folder):  # noqa: F811
    code, out, err = run("", "up", folder, "--detach")
    assert code == 0, err
    dsn = out.splitlines()[0].removeprefix("dsn     ")
    assert value(dsn, "SELECT 1") == 1 and "vecext down " in out
    with vecext.start(folder) as db:
        assert db.dsn == dsn
    assert run("", "down", folder, "--json")[1] == json.dumps({"stopped": True, "path": str(folder)}) + "\n"


def test_wrong_use(capfd, tmp_path):
    assert call(capfd, "", "up", "--detach")[0] == 2
    code, _, err = call(capfd, "", "down", tmp_path / "none")
    assert code == 1 and "has no server of vecext.start()" in err
