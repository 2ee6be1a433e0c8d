"""What the parts of hostile.py share: a database, gateways in front of it, checks."""
import os
import time
from contextlib import contextmanager

import psycopg
from gateway_process import Gateway
from http_side import Http

DATABASE = "gateway_hostile"
LOGIN = "gateway_hostile_login"
TENANTS = ("gateway_hostile_a", "gateway_hostile_b")
STRANGER = "gateway_hostile_stranger"
APPLICATION = "gateway under test"
KEY, OTHER_KEY, READ_KEY = "write-key", "other-key", "read-key"


class Server:
    def __init__(self, options):
        self.options = options
        self.checks, self.faults, self.logs = 0, [], ""
        with psycopg.connect(os.environ.get("VECEXT_CONNINFO", ""), autocommit=True, dbname="postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            for role in (*TENANTS, STRANGER, LOGIN):
                connection.execute(f"DROP ROLE IF EXISTS {role}")
            connection.execute(f"CREATE ROLE {LOGIN} LOGIN NOINHERIT")
            for role in (*TENANTS, STRANGER):
                connection.execute(f"CREATE ROLE {role}")
            for role in TENANTS:
                connection.execute(f"GRANT {role} TO {LOGIN}")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {LOGIN}")
        self.sql = self.session()
        self.sql.execute("CREATE EXTENSION vecext")
        self.sql.execute(f"GRANT CREATE ON SCHEMA public TO {LOGIN}")

    def session(self):
        return psycopg.connect(os.environ.get("VECEXT_CONNINFO", ""), autocommit=True, dbname=DATABASE)

    def close(self):
        self.sql.close()
        with psycopg.connect(os.environ.get("VECEXT_CONNINFO", ""), autocommit=True, dbname="postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            for role in (*TENANTS, STRANGER, LOGIN):
                connection.execute(f"DROP ROLE IF EXISTS {role}")

    def equal(self, what, found, expected):
        self.checks += 1
        if found != expected:
            self.faults.append(f"{what}: {found!r}, not {expected!r}")

    def true(self, what, value):
        self.equal(what, bool(value), True)

    def start_gateway(self, *options):
        return Gateway(self.options.program, f"dbname={DATABASE} user={LOGIN} application_name='{APPLICATION}'",
                       "--log-level", "debug", *options)

    @contextmanager
    def ending_gateway(self, *options):
        """A gateway with its client, which ends within the test."""
        gateway = self.start_gateway("--api-key", KEY, *options)
        try:
            yield gateway, Http(gateway.port)
        finally:
            gateway.process.kill()
            gateway.process.wait()

    @contextmanager
    def gateway(self, *options):
        """A gateway with its client, as the role of the test. What it logs of each request must not have keys."""
        gateway = self.start_gateway(*options)
        try:
            yield gateway, Http(gateway.port)
        finally:
            log = gateway.stop()
            self.true("requests are logged", " ms id=" in log)
            for secret in (KEY, OTHER_KEY, READ_KEY, "eyJ"):
                self.true(f"{secret!r} is not logged", secret not in log)

    def sessions(self):
        """[(pid, state, wait_event_type)] of the gateway"""
        return self.sql.execute("SELECT pid, state, wait_event_type FROM pg_stat_activity WHERE application_name = %s"
                                " ORDER BY pid", (APPLICATION,)).fetchall()

    def soon(self, what, condition, seconds=5):
        """Checks that something becomes true."""
        end = time.monotonic() + seconds
        while not (is_true := condition()) and time.monotonic() < end:
            time.sleep(0.01)
        self.true(what, is_true)


def collection(http, name, points=3, key=KEY, payload=lambda i: {"n": i}):
    """Makes a collection with points, or makes it once more."""
    http.ask("DELETE", f"/collections/{name}", key)
    status = [http.ask("PUT", f"/collections/{name}", key, {"vectors": {"size": 2, "distance": "Dot"}}),
              http.ask("PUT", f"/collections/{name}/points", key,
                       {"points": [{"id": i, "vector": [i, 1], "payload": payload(i)} for i in range(1, points + 1)]})]
    if [code for code, _ in status] != [200, 200]:
        raise RuntimeError(status)
