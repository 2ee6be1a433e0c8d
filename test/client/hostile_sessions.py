"""Statements by name that leave settings, roles and locks behind: the next request of their session sees nothing of them."""
import tempfile
from pathlib import Path

from hostile_server import KEY, TENANTS

STATEMENTS = """
-- name: look
SELECT current_user AS role, session_user AS login, current_setting('work_mem') AS memory, current_setting('search_path') AS path,
       current_setting('client_connection_check_interval') AS interval, current_setting('client_encoding') AS encoding,
       (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
       (SELECT count(*) FROM pg_listening_channels()) AS channels, (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,
       to_regclass('pg_temp.left_behind') AS "table"
-- name: session
SELECT pg_backend_pid() AS pid
-- name: leave write
SELECT leave_behind($1) AS left
-- name: fail write
SELECT fail_with($1) AS failed
"""
LEAVE_BEHIND = """
CREATE FUNCTION leave_behind(how text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('work_mem', '77MB', false), set_config('search_path', 'nowhere', false), pg_catalog.pg_advisory_lock(5),
          set_config('client_connection_check_interval', '0', false), set_config('client_encoding', 'LATIN1', false);
  CREATE TEMPORARY TABLE left_behind (n int);
  EXECUTE 'DECLARE left_behind CURSOR WITH HOLD FOR SELECT 1';
  EXECUTE 'LISTEN left_behind';
  EXECUTE 'SET ROLE %s';
  IF how = 'failed' THEN
    RAISE 'as it was asked to';
  ELSIF how = 'slow' THEN
    PERFORM pg_catalog.pg_sleep(60);
  END IF;
  RETURN true;
END $$"""

FAIL_WITH = """
CREATE SEQUENCE calls;
CREATE FUNCTION fail_with(state text) RETURNS bool LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM nextval('calls');
  RAISE 'as it was asked to' USING ERRCODE = state;
END $$"""


def ask(http, name, *parameters):
    return http.ask("POST", f"/vecext/sql/{name}", KEY, {"parameters": list(parameters)})


def only_row(http, name):
    return ask(http, name)[1]["result"]["rows"][0]


def check_renewal(server, http):
    before, session = only_row(http, "look"), only_row(http, "session")
    server.equal("a session that is as new", (before["locks"], before["channels"], before["cursors"], before["table"], before["interval"]),
                 (0, 0, 0, None, "1s"))
    for _ in range(3):
        server.equal("a statement that leaves all behind", ask(http, "leave", "")[0], 200)
        server.equal("what the next one sees", only_row(http, "look"), before)
    server.equal("the session is the same", only_row(http, "session"), session)
    for _ in range(3):
        server.equal("one that fails", ask(http, "leave", "failed")[0], 500)
        server.equal("what the next one sees then", only_row(http, "look"), before)


def check_leave(server, http):
    """Also where the client has gone before the answer."""
    before = only_row(http, "look")
    http.leave("POST", "/vecext/sql/leave", KEY, {"parameters": ["slow"]}, lambda: server.soon(
        "it runs", lambda: [state for _, state, _ in server.sessions()] == ["active"]))
    server.equal("what the next one sees behind it", only_row(http, "look"), before)


def check_calls(server, http):
    """An error that may be one of a race elsewhere is the statement's own: what is not rolled back happens once."""
    for number, state in enumerate(("P0002", "42P07", "42501"), 1):
        ask(http, "fail", state)
        server.equal(f"calls until {state}", server.sql.execute("SELECT last_value FROM calls").fetchone(), (number,))


def run(server):
    server.sql.execute(LEAVE_BEHIND % TENANTS[0])
    server.sql.execute(FAIL_WITH)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "statements.sql"
        file.write_text(STATEMENTS, encoding="ascii")
        with server.gateway("--api-key", KEY, "--threads", "1", "--connections", "1", "--statements", str(file)) as (_, http):
            check_renewal(server, http)
            check_leave(server, http)
            check_calls(server, http)
    server.sql.execute("DROP FUNCTION fail_with")
    server.sql.execute("DROP SEQUENCE calls")
    server.sql.execute("DROP FUNCTION leave_behind")
