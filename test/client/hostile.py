#!/usr/bin/env python3
"""Asks the gateway what it must not answer, and leaves before it answers.

    test/client/hostile.py PROGRAM [--disconnects N] [--only NAME]

PROGRAM is vecextd. Needs psycopg, openssl, and a server that libpq's variables name (PGHOST, PGUSER, …), with vecext
installed, whose user is a superuser and whose pg_dump is in PATH. Makes a database of its own. Prints what is wrong, and
fails if something is.
"""
import argparse
import sys
import time

import hostile_database
import hostile_disconnects
import hostile_grpc
import hostile_http
import hostile_keys
import hostile_limits
import hostile_namespaces
import hostile_roles
import hostile_sessions
import hostile_shutdown
import hostile_silence
import hostile_snapshots
import hostile_tls
import hostile_websocket
from hostile_server import Server

PARTS = {"keys": hostile_keys.run, "roles": hostile_roles.run, "namespaces": hostile_namespaces.run, "sessions": hostile_sessions.run, "http": hostile_http.run, "tls": hostile_tls.run,
         "grpc": hostile_grpc.run, "websocket": hostile_websocket.run, "limits": hostile_limits.run,
         "snapshots": hostile_snapshots.run, "shutdown": hostile_shutdown.run, "silence": hostile_silence.run,
         "database": hostile_database.run, "disconnects": hostile_disconnects.run}


def arguments():
    parser = argparse.ArgumentParser(description="asks the gateway what it must not answer")
    parser.add_argument("program", help="vecextd")
    parser.add_argument("--disconnects", type=int, default=300, help="how many requests are left before their answer")
    parser.add_argument("--only", choices=PARTS, help="the only part to run")
    return parser.parse_args()


def main():
    options = arguments()
    server = Server(options)
    try:
        for name, run in PARTS.items():
            if options.only in (None, name):
                begin, before = time.monotonic(), server.checks
                run(server)
                print(f"{name}: {server.checks - before} checks, {time.monotonic() - begin:.1f} s")
    finally:
        server.close()
    for fault in server.faults:
        print(fault)
    print(f"{server.checks} checks, {len(server.faults)} faults")
    return 1 if server.faults else 0


if __name__ == "__main__":
    sys.exit(main())
