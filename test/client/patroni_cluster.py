"""A cluster of PostgreSQL under Patroni, with an etcd, of a test's own."""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

import psycopg

SCOPE = "vecext"
NEEDED = ("etcd", "patroni", "patronictl", "pg_rewind", "pg_config")
START = 120  # seconds within which a cluster must be complete
PARAMETERS = {"fsync": "off", "shared_buffers": "64MB", "max_connections": 50, "unix_socket_directories": ""}


def missing():
    """The programs that a cluster needs and that are not in PATH."""
    return [program for program in NEEDED if shutil.which(program) is None]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def descendants(pid):
    """A process and all that it has started, the later ones first."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf8") as file:
            children = [int(child) for child in file.read().split()]
    except OSError:
        return []
    return [process for child in children for process in descendants(child)] + [pid]


def send(processes, number):
    for process in processes:
        try:
            os.kill(process, number)
        except ProcessLookupError:
            pass


class Node:
    """A Patroni with its PostgreSQL."""

    def __init__(self, cluster, name):
        self.cluster, self.name, self.process = cluster, name, None
        self.port, self.rest_port = free_ports(2)
        self.data = f"{cluster.folder}/{name}"
        self.configuration = f"{cluster.folder}/{name}.yml"
        with open(self.configuration, "w", encoding="utf8") as file:
            json.dump(self.settings(), file)  # which is YAML, too

    def settings(self):
        address = f"127.0.0.1:{self.rest_port}"
        listen = f"127.0.0.1:{self.port}"
        return {
            "scope": SCOPE, "name": self.name, "etcd3": {"host": f"127.0.0.1:{self.cluster.etcd_port}"},
            "restapi": {"listen": address, "connect_address": address},
            "bootstrap": {"dcs": self.cluster.settings, "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}]},
            "postgresql": {
                "listen": listen, "connect_address": listen, "data_dir": self.data, "bin_dir": self.cluster.programs,
                "pgpass": f"{self.data}.pgpass", "parameters": PARAMETERS,
                "pg_hba": ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
                "authentication": {"superuser": {"username": "postgres"}, "replication": {"username": "replicator"}}}}

    def start(self):
        self.process = self.cluster.spawn(self.name, "patroni", self.configuration)

    def server_processes(self):
        """Its PostgreSQL, the first process last; empty if it does not run."""
        try:
            with open(f"{self.data}/postmaster.pid", encoding="utf8") as file:
                pid = int(file.readline())
            return descendants(pid) if os.readlink(f"/proc/{pid}/cwd") == self.data else []
        except OSError:
            return []

    def hold_back(self):
        """Stops the processes that send WAL to standbys, so that commits stay here."""
        with self.session() as session:
            rows = session.execute("SELECT pid FROM pg_stat_replication").fetchall()
        send([pid for pid, in rows], signal.SIGSTOP)

    def kill_postgres(self):
        """Kills PostgreSQL. Patroni finds that out."""
        send(reversed(self.server_processes()), signal.SIGKILL)

    def kill(self):
        """Kills Patroni and its PostgreSQL, as if the machine had gone."""
        send([self.process.pid, *reversed(self.server_processes())], signal.SIGKILL)
        self.process.wait()

    def session(self):
        return psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True)


class Cluster:
    """Is made in a folder that goes with it, by a user who is not root. Its nodes stay on their ports."""

    def __init__(self, nodes, **settings):
        self.folder = tempfile.mkdtemp(prefix="vecext-")
        self.settings = {"maximum_lag_on_failover": 1 << 26, "postgresql": {"use_pg_rewind": True}, **settings}
        self.programs = subprocess.check_output(["pg_config", "--bindir"], text=True).strip()
        self.etcd_port, peer_port = free_ports(2)
        self.processes = []
        client, peer = (f"http://127.0.0.1:{port}" for port in (self.etcd_port, peer_port))
        self.spawn("etcd", "etcd", "--data-dir", f"{self.folder}/etcd", "--listen-client-urls", client,
                   "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                   "--initial-cluster", f"default={peer}", "--unsafe-no-fsync")
        self.nodes = [Node(self, f"node{number}") for number in range(nodes)]

    def spawn(self, name, *words):
        with open(f"{self.folder}/{name}.log", "a", encoding="utf8") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        return process

    def start(self):
        for node in self.nodes:
            node.start()
        self.await_complete()
        with self.primary().session() as session:
            session.execute("CREATE EXTENSION vecext")

    def members(self):
        """What Patroni says of each node; empty while none answers."""
        for node in self.nodes:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{node.rest_port}/cluster", timeout=2) as answer:
                    return json.load(answer)["members"]
            except OSError:
                pass
        return []

    def primary(self):
        leader = next(member["name"] for member in self.members() if member["role"] == "leader")
        return next(node for node in self.nodes if node.name == leader)

    def is_complete(self):
        """True if there is a primary, all other nodes stream from it, and one of them is synchronous if that is asked for."""
        roles = [member["role"] for member in self.members() if member["state"] in ("running", "streaming")]
        if len(roles) < len(self.nodes) or "leader" not in roles:
            return False
        try:
            with self.primary().session() as session:
                states = session.execute("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'").fetchall()
        except psycopg.Error:
            return False
        return len(states) == len(roles) - 1 and (not self.settings.get("synchronous_mode")
                                                  or ("sync",) in states and "sync_standby" in roles)

    def await_complete(self):
        end = time.monotonic() + START
        while not self.is_complete():
            if time.monotonic() > end:
                raise RuntimeError(f"the cluster is not complete: {self.members()}, logs in {self.folder}")
            time.sleep(.2)

    def switch_over(self):
        """Makes another node the primary, in an orderly way."""
        subprocess.run(["patronictl", "-c", self.nodes[0].configuration, "switchover", SCOPE, "--force"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def hosts(self):
        """The nodes, as libpq takes a list of hosts."""
        return f"host={','.join('127.0.0.1' for _ in self.nodes)} port={','.join(str(node.port) for node in self.nodes)}"

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        for node in self.nodes:
            send(reversed(node.server_processes()), signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
