#!/usr/bin/env python3
"""Asks vecext and the in-memory implementation of qdrant-client the same random questions and compares the answers.

    test/client/qdrant_local.py [--rounds N | --seconds N] [--seed N] [--only NUMBER] [--gateway PROGRAM [--grpc]]

Needs the packages qdrant-client and psycopg, and a server, which libpq's variables name (PGHOST, PGUSER, …), with
vecext installed. With --gateway, questions go through the gateway, by Qdrant's client over HTTP, or with --grpc by gRPC. Each round has a collection of its own. Prints the differences, each with what repeats its round, and
the deviations allowed for; fails if there is a difference.
"""
import argparse
import os
import random
import sys
import time
import warnings
from collections import Counter

import deviations
from gateway_process import Gateway
from gateway_side import GatewaySide
from qdrant_side import QdrantSide
from round import Round
from sql_side import SqlSide

MOST_SHOWN = 40


def arguments():
    parser = argparse.ArgumentParser(description="compares vecext with qdrant-client's in-memory implementation")
    parser.add_argument("--rounds", type=int, help="how many rounds, whatever time they take")
    parser.add_argument("--seconds", type=float, default=50, help="begin no round after that time")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; a round's seed is this and its number")
    parser.add_argument("--only", type=int, help="the number of the only round to run")
    parser.add_argument("--gateway", help="the program vecextd")
    parser.add_argument("--grpc", action="store_true", help="ask the gateway by gRPC")
    return parser.parse_args()


def numbers(options):
    """The numbers of the rounds to run."""
    if options.only is not None:
        yield options.only
        return
    end = time.monotonic() + options.seconds
    number = 0
    while number < options.rounds if options.rounds is not None else number == 0 or time.monotonic() < end:
        yield number
        number += 1


def run_rounds(options, ours):
    theirs = QdrantSide()
    differences, missing, compared, rounds = [], Counter(), 0, 0
    for number in numbers(options):
        one = Round(number, random.Random(f"{options.seed}/{number}"), ours, theirs)
        one.run()
        rounds += 1
        compared += one.compared
        missing.update(one.missing)
        differences += [f"--seed {options.seed} --only {number}: {text}" for text in one.differences]
    return differences, missing, compared, rounds, ours.operations


def run(options):
    ours = SqlSide(os.environ.get("VECEXT_CONNINFO", ""))  # creates the extension
    if options.gateway is None:
        return run_rounds(options, ours)
    gateway = Gateway(options.gateway, os.environ.get("VECEXT_CONNINFO", ""))
    try:
        return run_rounds(options, GatewaySide(gateway, options.grpc))
    finally:
        gateway.stop()


def main():
    options = arguments()
    warnings.simplefilter("ignore")
    start = time.monotonic()
    differences, missing, compared, rounds, operations = run(options)
    seconds = time.monotonic() - start
    for text in differences[:MOST_SHOWN]:
        print(text)
    for text, count in missing.items():
        print(f"{count} rounds: {text}")
    for line in deviations.report():
        print(line)
    print(f"{rounds} rounds, {operations} operations, {compared} comparisons, {len(differences)} differences, {seconds:.0f} s")
    return 1 if differences or missing else 0


if __name__ == "__main__":
    sys.exit(main())
