#!/usr/bin/env python3
"""Asks the gateway by many connections, and for long; kills its PostgreSQL meanwhile.

    test/client/load.py PROGRAM [--seconds N] [--connections N] [--kills N] [--only PART]

PROGRAM is vecextd. Needs psycopg, and PostgreSQL's programs with vecext in PATH, of which it makes a server of its own,
so it does not run as root. Prints figures, and fails if something is wrong.

keep_alive  so many connections ask for so long, by a pool of 8: all have their answers, and memory does not grow
away        PostgreSQL is killed so often under load: 503 while it is away, and each batch of points is there as a
            whole or not at all
"""
import argparse
import asyncio
import resource
import sys

import load_away
import load_keep_alive
from own_server import OwnServer

PARTS = {"keep_alive": load_keep_alive.run, "away": load_away.run}


def arguments():
    parser = argparse.ArgumentParser(description="asks the gateway by many connections, and kills its PostgreSQL")
    parser.add_argument("program", help="vecextd")
    parser.add_argument("--seconds", type=float, default=4, help="how long the connections ask")
    parser.add_argument("--connections", type=int, default=1000, help="how many they are")
    parser.add_argument("--kills", type=int, default=3, help="how often PostgreSQL is killed")
    parser.add_argument("--only", choices=PARTS, help="the only part to run")
    return parser.parse_args()


def main():
    options = arguments()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = OwnServer()
    faults = []
    try:
        for name, run in PARTS.items():
            if options.only in (None, name):
                figures, found = asyncio.run(run(options, server))
                print(f"# {name}: {figures}")
                faults += [f"{name}: {fault}" for fault in found]
    finally:
        server.close()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
