"""Snapshots whose clients go, whose gateway is killed, or whose files are damaged: no program, statement or file stays."""
import contextlib
import os
import pathlib
import random
import shutil
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor

from gateway_service import multipart
from hostile_server import DATABASE, KEY, LOGIN, collection
from http_side import Http

SNAPSHOTS = "/collections/c/snapshots"


def waiting_program(folder, name):
    """Makes a program that writes its process id and waits."""
    path = folder / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho $$ > {folder}/pid\nexec sleep 100\n", encoding="utf8")
    path.chmod(0o755)


def pid_of(folder):
    """The process id that the program has written, if it has."""
    text = (folder / "pid").read_text(encoding="utf8") if (folder / "pid").exists() else ""
    return int(text) if text.endswith("\n") else None


def runs(folder):
    """True if the program still runs."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid_of(folder), 0)
        return True
    return False


def temporary(folder):
    return list((folder / "files").rglob(".new-*"))


def options(folder, *programs):
    for name in programs:
        waiting_program(folder, name)
    (folder / "pid").unlink(missing_ok=True)
    return ("--threads", "1", "--snapshots", str(folder / "files"),
            *(("--postgres-programs", str(folder / "programs")) if programs else ()))


def check_programs(server, folder, made):
    """pg_dump and pg_restore end when their client goes, when the gateway gives up, and when it is killed."""
    for program, way in (("pg_dump", ("POST", SNAPSHOTS, KEY, {})),
                         ("pg_restore", ("PUT", f"{SNAPSHOTS}/recover", KEY, {"location": f"file:///{made}"}))):
        with server.ending_gateway(*options(folder, "pg_dump", "pg_restore")) as (gateway, http):
            http.leave(*way, lambda: server.soon(f"{program} runs", lambda: pid_of(folder)))
            server.soon(f"{program} ends when its client goes", lambda: not runs(folder), 2)
            server.soon("its file goes", lambda: not temporary(folder))
            server.soon("and its session is free", lambda: {state for _, state, _ in server.sessions()} <= {"idle"})
            server.equal("the next request", http.status("GET", SNAPSHOTS, KEY), 200)
    with server.ending_gateway("--shutdown-limit", "1", *options(folder, "pg_dump")) as (gateway, http):
        for number, expected in enumerate((202, 202, 202, 202, 503)):
            server.equal(f"dump {number} that nobody waits for", http.status("POST", f"{SNAPSHOTS}?wait=false", KEY), expected)
        server.soon("one runs", lambda: pid_of(folder))
        gateway.process.send_signal(signal.SIGTERM)
        server.equal("the gateway ends", gateway.process.wait(5), 0)
        server.soon("pg_dump ends with it", lambda: not runs(folder))
        server.equal("and its file goes", temporary(folder), [])
    with server.ending_gateway(*options(folder, "pg_dump")) as (gateway, http), ThreadPoolExecutor() as pool:
        answer = pool.submit(http.ask, "POST", SNAPSHOTS, KEY)
        server.soon("pg_dump runs", lambda: pid_of(folder))
        gateway.process.kill()
        server.soon("it ends when the gateway is killed", lambda: not runs(folder))
        server.true("nobody answers", answer.exception())
        server.equal("its file stays", len(temporary(folder)), 1)
        # A second gateway may share the folder: its files are its own.
        pathlib.Path(folder / "pid").unlink()
        with server.ending_gateway(*options(folder, "pg_dump")) as (_, second):
            server.equal("until the next one starts", temporary(folder), [])
            answer = pool.submit(second.ask, "POST", SNAPSHOTS, KEY)
            server.soon("it has a file", lambda: pid_of(folder) and len(temporary(folder)) == 1)
            with server.ending_gateway(*options(folder)):
                server.equal("which a third one leaves", len(temporary(folder)), 1)
        answer.exception()
    shutil.rmtree(folder / "programs")


def check_statements(server, folder, made):
    """The statements of a recovery end when the client goes, and those of a gateway that is killed end soon."""
    server.sql.execute("CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS"
                       " $$BEGIN IF current_setting('application_name') = 'gateway under test' THEN PERFORM pg_sleep(60); END IF; END$$")
    server.sql.execute("CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION slow()")
    way = ("PUT", f"{SNAPSHOTS}/recover", KEY, {"location": f"file:///{made}"})

    def sleeps():
        return "Timeout" in [kind for _, _, kind in server.sessions()]

    with server.ending_gateway(*options(folder)) as (gateway, http):
        http.leave(*way, lambda: server.soon("the index is being built", sleeps))
        server.soon("not for a client that has gone", lambda: not sleeps(), 2)
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(Http(gateway.port).ask, *way)
            server.soon("the index is being built once more", sleeps)
            gateway.process.kill()
            server.soon("not for a gateway that is killed", lambda: not server.sessions(), 4)
            server.true("nobody answers", answer.exception())
    server.sql.execute("DROP EVENT TRIGGER slow")
    server.sql.execute("DROP FUNCTION slow")


def check_lasting_error(server, folder, made):
    """An error that comes each time ends a recovery at once, though it may be one of a race elsewhere."""
    server.sql.execute("CREATE SEQUENCE tries")
    server.sql.execute("CREATE FUNCTION broken() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS"
                       " $$BEGIN PERFORM nextval('public.tries'); RAISE 'broken' USING ERRCODE = 'internal_error'; END$$")
    server.sql.execute("CREATE EVENT TRIGGER broken ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION broken()")
    with server.ending_gateway(*options(folder)) as (_, http):
        server.equal("a lasting error", http.status("PUT", f"{SNAPSHOTS}/recover", KEY, {"location": f"file:///{made}"}), 500)
    server.sql.execute("DROP EVENT TRIGGER broken")
    server.equal("tries", server.sql.execute("SELECT last_value FROM tries").fetchone(), (1,))
    server.sql.execute("DROP FUNCTION broken")
    server.sql.execute("DROP SEQUENCE tries")


def check_damage(server, folder, made):
    """A damaged file is the client's fault, whatever is wrong with it."""
    content = next((folder / "files").rglob(made)).read_bytes()
    dice = random.Random(5)
    with server.ending_gateway(*options(folder)) as (_, http):
        before = http.ask("POST", "/collections/c/points/scroll", KEY, {"with_vector": True})[1]["result"]
        for number in range(24):
            damaged = bytearray(content)
            for _ in range(dice.choice([1, 3, 30])):
                # In the rows, or in the definition at the end.
                place = dice.randrange(len(damaged)) if number % 2 else len(damaged) - 1 - dice.randrange(1000)
                damaged[place] = dice.choice([dice.randrange(256), ord('"'), ord("9"), damaged[place] ^ 1])
            body, kind = multipart(bytes(damaged))
            status, answer = http.ask("POST", "/collections/damaged/snapshots/upload", KEY, body, {"Content-Type": kind})
            server.true(f"damage {number}: {status} {answer}", status in (200, 400) and (status == 200 or answer["status"]["error"]))
            http.ask("DELETE", "/collections/damaged", KEY)
        server.equal("what is there stays as it was", http.ask("POST", "/collections/c/points/scroll", KEY, {"with_vector": True})[1]["result"],
                     before)
    with server.ending_gateway(*options(folder, "other")) as (_, http):
        server.equal("a missing program", http.status("POST", SNAPSHOTS, KEY), 500)
        server.equal("by which nothing is restored", http.status("PUT", f"{SNAPSHOTS}/recover", KEY, {"location": f"file:///{made}"}), 500)


def check_silence(server, folder, made):
    """At some damaged files, pg_restore never ends and writes nothing."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    (programs / "pg_restore").write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf8")
    (programs / "pg_restore").chmod(0o755)
    with server.ending_gateway("--snapshots", str(folder / "files"), "--postgres-programs", str(programs)) as (_, http):
        status, answer = http.ask("PUT", f"{SNAPSHOTS}/recover", KEY, {"location": f"file:///{made}"})
        server.equal("a program that writes nothing", (status, answer["status"]["error"]),
                     (400, "Wrong input: The snapshot is damaged: pg_restore writes nothing"))
    shutil.rmtree(programs)


def check_full(server, folder):
    """The disk of the files is full, or the collection goes before pg_dump reads it."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    real = shutil.which("pg_dump")

    def runs_first(text):
        (programs / "pg_dump").write_text(f"#!/bin/sh\nexport PGDATABASE={DATABASE}\n{text}\n", encoding="utf8")
        (programs / "pg_dump").chmod(0o755)

    with server.ending_gateway("--threads", "1", "--snapshots", str(folder / "files"), "--postgres-programs", str(programs)) as (_, http):
        collection(http, "d", 3000)
        for path in ("/collections/d/snapshots", "/snapshots"):
            runs_first(f'exec {real} "$@" --file=/dev/full')
            server.equal(f"a full disk: {path}", http.status("POST", path, KEY), 507)
            runs_first("echo other >&2; exit 1")
            server.equal("another reason", http.status("POST", path, KEY), 500)
        runs_first(f"psql -qc \"SELECT vecext.drop_collection('d')\"; exec {real} \"$@\"")
        server.equal("a collection that goes", http.ask("POST", "/collections/d/snapshots", KEY)[1]["status"]["error"],
                     "Not found: Collection `d` doesn't exist!")
        server.equal("no file stays", temporary(folder), [])
    shutil.rmtree(programs)


MAKE = "SELECT vecext.create_collection('r', '{\"\": {\"size\": 3, \"distance\": \"dot\"}}')"
DROP = "SELECT vecext.drop_collection('r')"


def check_races(server, folder, made):
    """A collection is recovered while another request makes, drops, replaces or recovers one of its name."""
    file = next((folder / "files").rglob(made))

    def recover(port):
        return Http(port).ask("PUT", "/collections/r/snapshots/recover", KEY, {"location": f"file://{file}"})

    with server.ending_gateway(*options(folder)) as (gateway, http), ThreadPoolExecutor() as pool:
        for first, meanwhile in (((), (MAKE,)), ((MAKE,), (DROP,)), ((MAKE,), (DROP, MAKE)), ((), ("CREATE TABLE r()",))):
            http.ask("DELETE", "/collections/r", KEY)
            server.sql.execute("DROP TABLE IF EXISTS r")
            with server.session() as other:
                other.execute(f"SET ROLE {LOGIN}")
                for statement in first:
                    other.execute(statement)
                with other.transaction():
                    for statement in meanwhile:
                        other.execute(statement)
                    answer = pool.submit(recover, gateway.port)
                    server.soon(f"the recovery waits for {meanwhile}", lambda: "Lock" in [kind for _, _, kind in server.sessions()])
            server.equal(f"it has the collection behind {meanwhile}", answer.result()[0], 200)
            server.equal("with its points", http.ask("POST", "/collections/r/points/count", KEY, {})[1].get("result"), {"count": 3})
        server.sql.execute("DROP TABLE IF EXISTS r")
        for _ in range(3):
            http.ask("DELETE", "/collections/r", KEY)
            answers = [pool.submit(recover, gateway.port) for _ in range(4)]
            server.equal("four at once", [answer.result()[0] for answer in answers], [200] * 4)
        http.ask("DELETE", "/collections/r", KEY)


def run(server):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vecextd-"))
    try:
        with server.ending_gateway(*options(folder)) as (_, http):
            collection(http, "c")
            made = http.ask("POST", SNAPSHOTS, KEY)[1]["result"]["name"]
        check_damage(server, folder, made)
        check_silence(server, folder, made)
        check_full(server, folder)
        check_races(server, folder, made)
        check_statements(server, folder, made)
        check_lasting_error(server, folder, made)
        check_programs(server, folder, made)
        server.soon("no session is left", lambda: not server.sessions())
    finally:
        shutil.rmtree(folder)
