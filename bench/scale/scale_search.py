#!/usr/bin/env python3
"""Measures a table of many rows: as one table, as partitions, as shards over postgres_fdw, and with many sessions.

    bench/scale/scale_search.py --data FILE.hdf5 [--db CONNINFO] [--rows N] [--parts N] [--method hnsw] [--type vector]
        [--layout one partitions shards] [--queries N] [--seconds N] [--sessions N] [--json FILE]

The rows are those of the data set (HDF5, as of ann-benchmarks, with "train") and, beyond them, points between two near ones: a row and one of
the ten rows stored behind it, in a random proportion, with noise of .05 of their length. They are made by a seed, so that no file of this size is needed. Queries are
rows of "test"; exact answers are found by comparing all rows, which are made once more for that.

For each layout: the time of COPY and of CREATE INDEX, bytes of table and indexes, recall of the ten nearest, queries a second of 1 and of 2 clients
(pgbench), the private memory of a session that has searched, and, once, that many sessions at a time which each search.

The server must be on this machine, and pgbench in PATH. The database gets tables "scale_…", and, for shards, databases "scale_0", …: they are dropped first. 10 million rows
of 100 dimensions take 4.6 GB for the table and 10.7 GB for hnsw; set maintenance_work_mem and shared_buffers accordingly,
and max_connections to 5 times the sessions, of which each has one with each shard. Needs h5py, numpy, psycopg 3.
"""
import argparse
import json
import subprocess
import tempfile
import time

import h5py
import numpy
import psycopg

K = 10
BATCH = 50_000
SEED = 7


def batches(data, rows):
    """Yields (number of the first row, vectors)."""
    for first in range(0, rows, BATCH):
        count = min(BATCH, rows - first)
        generator = numpy.random.default_rng((SEED, first))
        places = numpy.arange(first, first + count) % len(data)
        vectors = data[places]
        if first + count > len(data):
            others = data[(places + generator.integers(1, 11, count)) % len(data)]
            share = generator.random((count, 1), dtype=numpy.float32)
            mixed = vectors * share + others * (1 - share)
            noise = generator.normal(size=mixed.shape).astype(numpy.float32)
            noise *= 0.05 * numpy.linalg.norm(mixed, axis=1, keepdims=True) / numpy.sqrt(mixed.shape[1])
            vectors = numpy.where((numpy.arange(first, first + count) < len(data))[:, None], vectors, mixed + noise)
        yield first, numpy.ascontiguousarray(vectors, dtype=numpy.float32)


def unit(vectors):
    return vectors / numpy.maximum(numpy.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)


def true_neighbors(data, rows, queries):
    """The numbers of the ten rows with the least cosine distance to each query."""
    best = numpy.full((len(queries), K), -2.0, dtype=numpy.float32)
    ids = numpy.zeros((len(queries), K), dtype=numpy.int64)
    asked = unit(queries)
    for first, vectors in batches(data, rows):
        near = asked @ unit(vectors).T
        here = numpy.argpartition(-near, K, axis=1)[:, :K]
        all_near = numpy.hstack([best, numpy.take_along_axis(near, here, axis=1)])
        all_ids = numpy.hstack([ids, here + first])
        kept = numpy.argsort(-all_near, axis=1)[:, :K]
        best = numpy.take_along_axis(all_near, kept, axis=1)
        ids = numpy.take_along_axis(all_ids, kept, axis=1)
    return ids


def text_of(vector):
    return "[" + ",".join(repr(float(x)) for x in vector) + "]"


def copied_rows(ids, vectors, element):
    """The bytes of COPY BINARY for rows (id, vector): all have one length, so they are an array. `element` is numpy's type of an element."""
    count, dimensions = vectors.shape
    row = numpy.dtype([("fields", ">i2"), ("id_length", ">i4"), ("id", ">i8"), ("length", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"),
                       ("elements", element, (dimensions,))])
    rows = numpy.zeros(count, dtype=row)
    rows["fields"], rows["id_length"], rows["id"] = 2, 8, ids
    rows["length"], rows["dimensions"], rows["elements"] = 4 + row["elements"].itemsize, dimensions, vectors
    return b"PGCOPY\n\xff\r\n\0" + b"\0" * 8 + rows.tobytes() + b"\xff\xff"


class Layout:
    """A way to store the rows. The tables that have them are `places`; searches name "scale_rows"."""

    def __init__(self, options, connection, info, dimensions):
        self.options, self.connection, self.info = options, connection, info
        self.column = f"v {options.type}({dimensions})"
        connection.execute("DROP TABLE IF EXISTS scale_rows CASCADE")
        for number in range(options.parts):
            connection.execute(f"DROP SERVER IF EXISTS scale_{number} CASCADE")
            connection.execute(f"DROP DATABASE IF EXISTS scale_{number}")
        self.places = getattr(self, options.now)()

    def one(self):
        self.connection.execute(f"CREATE TABLE scale_rows (id bigint, {self.column})")
        return [(self.connection, "scale_rows")]

    def partitions(self):
        parts = self.options.parts
        self.connection.execute(f"CREATE TABLE scale_rows (id bigint, {self.column}) PARTITION BY LIST ((id % {parts}))")
        for number in range(parts):
            self.connection.execute(f"CREATE TABLE scale_{number} PARTITION OF scale_rows FOR VALUES IN ({number})")
        return [(self.connection, f"scale_{number}") for number in range(parts)]

    def shards(self):
        parts, places = self.options.parts, []
        self.connection.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw")
        self.connection.execute(f"CREATE TABLE scale_rows (id bigint, {self.column}) PARTITION BY LIST ((id % {parts}))")
        for number in range(parts):
            name = f"scale_{number}"
            self.connection.execute(f"CREATE DATABASE {name}")
            shard = psycopg.connect(psycopg.conninfo.make_conninfo(self.info, dbname=name), autocommit=True)
            shard.execute("CREATE EXTENSION vecext")
            shard.execute(f"CREATE TABLE {name} (id bigint, {self.column})")
            places.append((shard, name))
            own = self.connection.info
            self.connection.execute(f"CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{own.host}', port '{own.port}', dbname '{name}', "
                                    f"extensions 'vecext', fetch_size '{K + 1}')")
            self.connection.execute(f"CREATE USER MAPPING FOR CURRENT_USER SERVER {name} OPTIONS (user '{own.user}')")
            self.connection.execute(f"CREATE FOREIGN TABLE {name} PARTITION OF scale_rows FOR VALUES IN ({number}) SERVER {name}")
        return places

    def load(self, data, rows):
        element = {"vector": ">f4", "halfvec": ">f2"}[self.options.type]
        seconds = 0
        for first, vectors in batches(data, rows):
            ids = numpy.arange(first, first + len(vectors))
            for number, (connection, table) in enumerate(self.places):
                chosen = ids % len(self.places) == number
                copied = copied_rows(ids[chosen], vectors[chosen], element)
                start = time.monotonic()
                with connection.cursor().copy(f"COPY {table} FROM STDIN BINARY") as copy:
                    copy.write(copied)
                seconds += time.monotonic() - start
        return seconds

    def build(self):
        start = time.monotonic()
        for connection, table in self.places:
            connection.execute(f"CREATE INDEX ON {table} USING {self.options.method} (v {self.options.type}_cosine_ops)")
        seconds = time.monotonic() - start
        for connection, table in self.places:
            connection.execute(f"VACUUM ANALYZE {table}")
        self.connection.execute("ANALYZE scale_rows")
        return seconds

    def bytes(self):
        sizes = [connection.execute("SELECT pg_table_size(%s::regclass), pg_indexes_size(%s::regclass)", (table, table)).fetchone()
                 for connection, table in self.places]
        return [sum(size) for size in zip(*sizes)]


def recall(layout, queries, truth):
    hits = 0
    for query, ids in zip(queries, truth):
        rows = layout.connection.execute(f"SELECT id FROM scale_rows ORDER BY v <=> %s::{layout.options.type} LIMIT {K}", (text_of(query),)).fetchall()
        hits += len({row[0] for row in rows} & set(ids.tolist()))
    return hits / (K * len(queries))


def rate(layout, queries, clients):
    """Queries a second by pgbench, each client with a connection of its own and prepared statements."""
    layout.connection.execute("DROP TABLE IF EXISTS scale_queries")
    layout.connection.execute(f"CREATE TABLE scale_queries (n int PRIMARY KEY, q {layout.options.type})")
    with layout.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO scale_queries VALUES (%s, %s)", [(n, text_of(query)) for n, query in enumerate(queries)])
    script = (f"\\set n random(0, {len(queries) - 1})\nSELECT q AS q FROM scale_queries WHERE n = :n \\gset\n"
              f"SELECT id FROM scale_rows ORDER BY v <=> :q LIMIT {K};\n")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        own = layout.connection.info
        output = subprocess.run(["pgbench", "-n", "-M", "prepared", "-f", file.name, "-c", str(clients), "-j", str(clients), "-T", str(layout.options.seconds),
                                 "-h", own.host, "-p", str(own.port), "-U", own.user, own.dbname], check=True, capture_output=True, text=True).stdout
    return float(next(line.split()[2] for line in output.splitlines() if line.startswith("tps")))


def private_memory(connection):
    """The anonymous memory of the session's process, in bytes."""
    pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))


def many_sessions(layout, queries):
    """Opens sessions that stay open, has each search, and returns the time a session takes and the private memory of all."""
    start = time.monotonic()
    sessions = []
    try:
        for number in range(layout.options.sessions):
            session = psycopg.connect(layout.info, autocommit=True)
            sessions.append(session)
            session.execute(f"SELECT id FROM scale_rows ORDER BY v <=> %s::{layout.options.type} LIMIT {K}", (text_of(queries[number % len(queries)]),))
        seconds = (time.monotonic() - start) / len(sessions)
        return seconds, sum(private_memory(session) for session in sessions)
    finally:
        for session in sessions:
            session.close()


def measure(options, layout, data, queries, truth):
    row = {"layout": options.now, "rows": options.rows, "method": options.method, "type": options.type}
    row["load_s"] = layout.load(data, options.rows)
    row["build_s"] = layout.build()
    row["table_bytes"], row["index_bytes"] = layout.bytes()
    row["recall"] = recall(layout, queries, truth)
    for clients in (1, 2):
        row[f"qps_{clients}"] = rate(layout, queries, clients)
    with psycopg.connect(layout.info, autocommit=True) as session:
        before = private_memory(session)
        session.execute(f"SELECT id FROM scale_rows ORDER BY v <=> %s::{options.type} LIMIT {K}", (text_of(queries[0]),))
        row["session_bytes"] = private_memory(session) - before
    if options.sessions:
        row["seconds_a_session"], row["all_sessions_bytes"] = many_sessions(layout, queries)
    return row


def show(row):
    print(f"{row['layout']:<10} {row['rows']:>10} rows  load {row['load_s']:.0f} s  build {row['build_s']:.0f} s  table {row['table_bytes'] / 2**20:.0f} MB  "
          f"index {row['index_bytes'] / 2**20:.0f} MB  recall {row['recall']:.4f}  QPS {row['qps_1']:.0f} of 1 client, {row['qps_2']:.0f} of 2  "
          f"session {row['session_bytes'] / 2**20:.1f} MB", flush=True)
    if "seconds_a_session" in row:
        print(f"{'':<10} sessions at a time: {row['seconds_a_session'] * 1000:.1f} ms each to connect and search, {row['all_sessions_bytes'] / 2**20:.0f} MB in all", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--db", default="")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--method", default="hnsw")
    parser.add_argument("--type", default="vector", choices=("vector", "halfvec"))
    parser.add_argument("--layout", nargs="+", default=["one", "partitions", "shards"], choices=("one", "partitions", "shards"))
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--sessions", type=int, default=0)
    parser.add_argument("--json")
    options = parser.parse_args()
    with h5py.File(options.data) as file:
        data = file["train"][:].astype(numpy.float32)
        queries = file["test"][:options.queries].astype(numpy.float32)
    truth = true_neighbors(data, options.rows, queries)
    connection = psycopg.connect(options.db, autocommit=True)
    connection.execute("CREATE EXTENSION IF NOT EXISTS vecext")
    rows = []
    for options.now in options.layout:
        layout = Layout(options, connection, options.db, data.shape[1])
        rows.append(measure(options, layout, data, queries, truth))
        show(rows[-1])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


main()
