"""A PostgreSQL of a test's own, which may be killed."""
import os
import random
import shutil
import signal
import subprocess
import tempfile

import psycopg

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
max_connections = 50
shared_buffers = 64MB
restart_after_crash = on
"""


class OwnServer:
    """Is made with the programs of PostgreSQL in PATH, in a folder that goes with it. These do not run as root."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="vecext-")
        self.data, self.log = f"{self.folder}/data", f"{self.folder}/log"
        self.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with open(f"{self.data}/postgresql.conf", "a", encoding="utf8") as settings:
            settings.write(SETTINGS.format(folder=self.folder))
        self.start()
        self.conninfo = f"host={self.folder} user=postgres dbname=postgres"
        with self.session() as session:
            session.execute("CREATE EXTENSION vecext")

    def run(self, program, *arguments):
        done = subprocess.run([program, "-D", self.data, *arguments], text=True, check=False, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")

    def session(self):
        return psycopg.connect(self.conninfo, autocommit=True)

    def start(self):
        self.run("pg_ctl", "-l", self.log, "-s", "-w", "start")

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "-s", "-w", "-m", mode, "stop")

    def kill_a_session(self):
        """Kills a process that serves a client. The server ends all others, and recovers."""
        with self.session() as session:
            pids = session.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                                   " AND pid <> pg_backend_pid()").fetchall()
        if pids:
            os.kill(random.choice(pids)[0], signal.SIGKILL)

    def close(self):
        if os.path.exists(f"{self.data}/postmaster.pid"):
            self.stop()
        shutil.rmtree(self.folder)
