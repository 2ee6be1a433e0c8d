#!/usr/bin/env python3
"""Compares vecext with qdrant-edge-py, which is Qdrant's engine in process, at equal recall: without a filter and with the 14 filters of GloVe.

    bench/gateway/edge.py --gateway VECEXTD --data FOLDER [--db CONNINFO] [--shard FOLDER] [--rows N] [--queries N] [--rounds N] [--seconds S]
                          [--recall R] [--filter NAME...] [--processor] [--json FILE]

The data are glove-100-angular.hdf5 and glove-100-words.tsv.gz in the folder. vecext is asked over libpq and through the gateway by REST and gRPC, by
one connection of each; edge by a call in this process, which has no wire. Both have one graph, m 16 and ef_construct 100, and the same payload
indexes. Answers are ids and scores. The collection edge_bench and the shard are made where they are missing, and used once more by a later run.

Recall is that of the best ten by an exact search of all rows that pass. In a round each side asks, at each ef, for so many seconds; the sides take
turns. Queries a second at a recall are interpolated between neighbors on the front of a side (the logarithm is linear in recall). A side that
reaches no such recall counts at the highest that both reach. Needs numpy, h5py, psycopg and qdrant-edge-py."""
import argparse
import gzip
import json
import math
import os
import statistics
import subprocess
import time

import h5py
import numpy
import psycopg
import qdrant_edge as edge
from edge_sides import LIMIT, Edge, Grpc, Libpq, Rest

COLLECTION = "edge_bench"
HTTP_PORT, GRPC_PORT = 17643, 17644
EFS = (16, 32, 64, 128, 256, 512)
DIVISORS = {2: 0, 10: 3, 100: 37, 1000: 411, 10000: 4242}
BATCH = 5000


def filters(words):
    """{name: (conditions of Qdrant, True for each row that passes)}"""
    def below(key, most):
        return [{"key": key, "range": {"lte": most}}], words[key] <= most

    def equal(**values):
        mask = numpy.logical_and.reduce([words[key] == value for key, value in values.items()])
        return [{"key": key, "match": {"value": value}} for key, value in values.items()], mask

    found = {"none": ([], numpy.ones(len(words["rank"]), bool))}
    found |= {f"mod_{divisor}": equal(**{f"mod_{divisor}": rest}) for divisor, rest in DIVISORS.items()}
    found |= {f"top_{most}": below("rank", most) for most in (170000, 34000, 3400, 340, 34)}
    return found | {"len_le_7": below("length", 7), "not_alpha": equal(is_alpha="f"), "k_len_4": equal(first_letter="k", length=4),
                    "x_len_12": equal(first_letter="x", length=12)}


def read(folder, rows, queries):
    """(vectors, queries, columns of the words)"""
    with h5py.File(f"{folder}/glove-100-angular.hdf5") as file:
        base, asked = file["train"][:rows], file["test"][:queries]
    with gzip.open(f"{folder}/glove-100-words.tsv.gz", "rt", encoding="utf8", newline="\n") as file:
        lines = [line.rstrip("\n").split("\t") for line in file][:len(base)]
    words = {"rank": numpy.array([int(line[2]) for line in lines]), "length": numpy.array([int(line[3]) for line in lines]),
             "first_letter": numpy.array([line[4] for line in lines]), "is_alpha": numpy.array([line[5] for line in lines])}
    words |= {f"mod_{divisor}": words["rank"] % divisor for divisor in DIVISORS}
    return base, asked, words


def payload(words, row):
    return {key: column[row].item() for key, column in words.items()}


def schema(words):
    return {key: {"i": "integer", "U": "keyword"}[column.dtype.kind] for key, column in words.items()}


def load_collection(conninfo, base, words):
    """Makes the collection, unless it is there with as many rows. Returns the seconds that its graph took, if it was made."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute("CREATE EXTENSION IF NOT EXISTS vecext")
        if session.execute("SELECT vecext.collection_exists(%s)", (COLLECTION,)).fetchone()[0]:
            if session.execute("SELECT vecext.count_points(%s, NULL)", (COLLECTION,)).fetchone()[0] == len(base):
                return None
            session.execute("SELECT vecext.drop_collection(%s)", (COLLECTION,))
        vectors = {"size": base.shape[1], "distance": "cosine", "hnsw": {"m": 16, "ef_construction": 100}}
        session.execute("SELECT vecext.create_collection(%s, %s::jsonb, '{}', %s::jsonb)",
                        (COLLECTION, json.dumps(vectors), json.dumps({"index_threshold": len(base)})))
        session.execute("CREATE TEMP TABLE loaded (id int, payload jsonb, embedding vector)")
        with session.cursor().copy("COPY loaded FROM STDIN") as copy:
            for row, vector in enumerate(base.tolist()):
                copy.write_row((row, json.dumps(payload(words, row)), json.dumps(vector)))
        session.execute(f"INSERT INTO {COLLECTION} (id, payload, embedding) SELECT * FROM loaded")
        for key, kind in schema(words).items():
            session.execute("SELECT vecext.create_payload_index(%s, %s, %s)", (COLLECTION, key, kind))
        begin = time.monotonic()
        session.execute("SELECT vecext.create_vector_indexes(%s)", (COLLECTION,))
        seconds = time.monotonic() - begin
        session.execute(f"VACUUM ANALYZE {COLLECTION}")
        return seconds


def load_shard(folder, base, words):
    """Makes the shard, unless it is there with as many rows. Returns it and the seconds that its graph took, if it was made."""
    if os.path.exists(folder):
        shard = edge.EdgeShard.load(folder)
        if shard.info().indexed_vectors_count != len(base):
            raise SystemExit(f"{folder} is another shard: remove it")
        return shard, None
    os.makedirs(folder)
    kinds = {"integer": edge.PayloadSchemaType.Integer, "keyword": edge.PayloadSchemaType.Keyword}
    shard = edge.EdgeShard.create(folder, edge.EdgeConfig(
        vectors=edge.EdgeVectorParams(size=base.shape[1], distance=edge.Distance.Cosine),
        hnsw_config=edge.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=10000),
        optimizers=edge.EdgeOptimizersConfig(default_segment_number=1, max_segment_size=1 << 30, indexing_threshold=1),
        max_search_threads=1, payload_memory=edge.Memory.Cached))
    for key, kind in schema(words).items():
        shard.update(edge.UpdateOperation.create_field_index(key, kinds[kind]))
    for first in range(0, len(base), BATCH):
        rows = range(first, min(first + BATCH, len(base)))
        shard.update(edge.UpdateOperation.upsert_points([edge.Point(row, base[row].tolist(), payload(words, row)) for row in rows]))
    begin = time.monotonic()
    shard.optimize()
    seconds = time.monotonic() - begin
    shard.flush()
    return shard, seconds


def nearest(base, asked, mask):
    """(similarity of the last of the true ten, minus a margin; how many there are) of each query"""
    rows = numpy.flatnonzero(mask)
    count = min(LIMIT, len(rows))
    if not count:
        return numpy.zeros(len(asked)), 0
    similarities = asked @ base[rows].T
    return numpy.partition(similarities, len(rows) - count, axis=1)[:, len(rows) - count] - 1e-6, count


def recall_of(side, base, asked, mask, truth):
    """The share of the true ten that a side returns, by distance. A row that does not pass ends the run."""
    least, count = truth
    if not count:
        return 1.0
    found = 0
    for number, query in enumerate(asked):
        side.ask(number)
        ids = side.ids()
        if not mask[ids].all():
            raise RuntimeError("a row does not pass the filter")
        found += min(count, int((base[ids] @ query >= least[number]).sum()))
    return found / (count * len(asked))


def processor_seconds(processes):
    """Of this process and of those."""
    nanoseconds = 0
    for process in processes:
        for task in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{task}/schedstat", encoding="utf8") as file:
                nanoseconds += int(file.read().split()[0])
    return time.process_time() + nanoseconds / 1e9


def rate(side, queries, seconds, processes):
    """Queries a second, by the clock, or by the processor time of the processes that answer; three at least."""
    def clock():
        return time.perf_counter() if processes is None else processor_seconds(processes)

    begin, end, asked = clock(), time.perf_counter() + seconds, 0
    while asked < 3 or time.perf_counter() < end:
        side.ask(asked % queries)
        asked += 1
    return asked / (clock() - begin)


def rate_at(recall, points):
    """Queries a second at a recall by [(recall, queries a second)], or None if it is not reached."""
    front = []
    for one in sorted(points, key=lambda point: (-point[0], -point[1])):
        if not front or one[1] > front[-1][1]:
            front.append(one)
    front.reverse()
    for (low, fast), (high, slow) in zip([(0, front[0][1]), *front], front):
        if recall <= high:
            share = (recall - low) / (high - low) if high > low else 1
            return math.exp((1 - share) * math.log(fast) + share * math.log(slow))
    return None


def measure(options, sides, processes, base, asked, name, conditions, mask):
    """A row of the table: of one filter."""
    truth = nearest(base, asked, mask)
    recalls = {}
    for ef in EFS:
        for way, side in sides.items():
            side.prepare(conditions, ef)
            recalls[way, ef] = recall_of(side, base, asked, mask, truth)
    rates = {way: [] for way in sides}  # by round: {ef: queries a second}
    for _ in range(options.rounds):
        for way in sides:
            rates[way].append({})
        for ef in EFS:
            for way, side in sides.items():
                side.prepare(conditions, ef)
                rates[way][-1][ef] = rate(side, len(asked), options.seconds, processes and processes[way])
    recall = min(options.recall, *(max(recalls[way, ef] for ef in EFS) for way in sides))
    at = {way: [rate_at(recall, [(recalls[way, ef], found[ef]) for ef in EFS]) for found in rates[way]] for way in sides}
    row = {"filter": name, "rows": int(mask.sum()), "recall": round(recall, 3)}
    row |= {way: round(statistics.median(at[way])) for way in sides}
    row |= {f"{way} : edge": round(statistics.median(own / other for own, other in zip(at[way], at["edge"])), 2) for way in sides if way != "edge"}
    row["points"] = {way: [(ef, recalls[way, ef], statistics.median(found[ef] for found in rates[way])) for ef in EFS] for way in sides}
    return row


def start_gateway(options):
    gateway = subprocess.Popen([options.gateway, "--postgres", options.db, "--threads", "1", "--connections", "1", "--http-port", str(HTTP_PORT), "--grpc-port",
                                str(GRPC_PORT), "--log-level", "warn"], stdout=subprocess.DEVNULL)
    time.sleep(1)
    return gateway


def processes_of(options, sides, gateway):
    """{way: the processes that answer it, besides this one}"""
    libpq = sides["libpq"].connection.backend_pid
    sides["REST"].prepare([], None)
    sides["REST"].ask(0)
    with psycopg.connect(options.db) as session:
        behind, = session.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
                                  " AND NOT pid IN (pg_backend_pid(), %s)", (libpq,)).fetchone()
    return {"edge": [], "libpq": [libpq], "REST": [gateway.pid, behind], "gRPC": [gateway.pid, behind]}


def arguments():
    parser = argparse.ArgumentParser(description="vecext and Qdrant's engine in process, at equal recall")
    parser.add_argument("--gateway", required=True, help="the program vecextd")
    parser.add_argument("--data", required=True, help="folder of the data set")
    parser.add_argument("--db", default="", help="connection string")
    parser.add_argument("--shard", default="edge_shard", help="folder of edge's shard")
    parser.add_argument("--rows", type=int, default=339479)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=.1, help="of each side, at each ef in each round")
    parser.add_argument("--processor", action="store_true", help="queries a second of processor time, which holds on a busy machine")
    parser.add_argument("--recall", type=float, default=.95)
    parser.add_argument("--filter", nargs="+", help="the only filters to measure")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


def main():
    options = arguments()
    base, asked, words = read(options.data, options.rows, options.queries)
    built = load_collection(options.db, base, words)
    shard, optimized = load_shard(options.shard, base, words)
    print(f"{len(base)} rows; seconds to build the graph: vecext {built and round(built)}, edge {optimized and round(optimized)}")
    base /= numpy.linalg.norm(base, axis=1, keepdims=True)
    asked /= numpy.linalg.norm(asked, axis=1, keepdims=True)
    gateway = start_gateway(options)
    try:
        sides = {"edge": Edge(shard, asked), "libpq": Libpq(options.db, COLLECTION, asked), "REST": Rest(HTTP_PORT, COLLECTION, asked),
                 "gRPC": Grpc(GRPC_PORT, COLLECTION, asked)}
        processes = processes_of(options, sides, gateway) if options.processor else None
        rows = []
        for name, (conditions, mask) in filters(words).items():
            if options.filter and name not in options.filter:
                continue
            rows.append(measure(options, sides, processes, base, asked, name, conditions, mask))
            shown = {key: value for key, value in rows[-1].items() if key != "points"}
            if len(rows) == 1:
                print("| " + " | ".join(shown) + " |\n|" + "---|" * len(shown))
            print("| " + " | ".join(str(value) for value in shown.values()) + " |", flush=True)
        if options.json:
            with open(options.json, "w", encoding="utf8") as file:
                json.dump(rows, file, indent=1)
    finally:
        gateway.terminate()
        gateway.wait()
        shard.close()


if __name__ == "__main__":
    main()
