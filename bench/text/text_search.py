#!/usr/bin/env python3
"""Compares full-text search by a bm25 index with GIN and ts_rank_cd, and with RUM, on collections that corpus.py has made.

    bench/text/text_search.py FOLDER... [--db CONNINFO] [--json FILE] [--rounds N] [--queries N] [--writes] [--rivals gin rum]

Results are compared with the oracle first: the best 10, 100 and 1,000 of all rows and of .1 to 50 % of them, pruning on and off;
a difference ends the run. Needs psycopg 3 and numpy; the database has no table docs or rivals yet, and is the caller's own."""
import argparse
import datetime
import json
import os
import pathlib
import sys

import numpy
import psycopg

from measured import Session
from oracle import Oracle

SHARES = {"all": 1000, "50 %": 500, "10 %": 100, "1 %": 10, ".1 %": 1}
SEARCH = "SELECT id FROM docs {} ORDER BY body <@> $1 LIMIT {}"
RIVALS = {
    "gin": ("gin (lexemes)", "SELECT id FROM rivals WHERE lexemes @@ $1::tsquery {} ORDER BY ts_rank_cd(lexemes, $1::tsquery) DESC LIMIT {}"),
    "rum": ("rum (lexemes rum_tsvector_ops)", "SELECT id FROM rivals WHERE lexemes @@ $1::tsquery {} ORDER BY lexemes <=> $1::tsquery LIMIT {}"),
}


def where(share, word="WHERE"):
    return "" if share == "all" else f"{word} part < {SHARES[share]}"


def load(session, folder, share=1.0):
    """Table docs, with a part from 0 to 999 that has nothing to do with its text; returns (rows, bytes of text)."""
    session.execute("DROP TABLE IF EXISTS docs")
    session.execute("CREATE TABLE docs (id int, part int GENERATED ALWAYS AS ((hashint4(id) & 2147483647) % 1000) STORED, grouped text, body text)")
    copy_rows(session, folder, 0, share)
    session.execute("ALTER TABLE docs ADD PRIMARY KEY (id)")
    session.execute("CREATE INDEX docs_part ON docs (part)")
    session.execute("VACUUM (ANALYZE, FREEZE) docs")
    return session.execute("SELECT count(*), sum(octet_length(body)) FROM docs").fetchone()


def copy_rows(session, folder, first, last):
    """The rows between two shares of the file."""
    lines = (folder / "rows.tsv").read_bytes().splitlines(keepends=True)
    with session.connection.cursor().copy("COPY docs (id, grouped, body) FROM STDIN") as copy:
        copy.write(b"".join(lines[int(first * len(lines)):int(last * len(lines))]))


def read_queries(folder, count):
    rows = [line.split("\t") for line in (folder / "queries.tsv").read_text(encoding="utf-8").splitlines()]
    return [row[2] for row in rows if row[1] == "mix"][:count]


def check(session, queries, limits=(10, 100, 1000), prunings=("on", "off")):
    """Compares every search with the oracle; returns how many were compared."""
    oracle = Oracle(session.connection, queries)
    compared = 0
    for pruning in prunings:
        session.execute(f"SET vecext.bm25_pruning = {pruning}")
        for share, part in SHARES.items():
            for limit in limits:
                session.prepare(SEARCH.format(where(share), limit))
                for query in queries:
                    fault = oracle.difference(query, part, session.ask(query), limit)
                    if fault is not None:
                        sys.exit(f"'{query}', {share}, {limit} rows, pruning {pruning}: {fault}")
                    compared += 1
    session.execute("RESET vecext.bm25_pruning")
    return compared


def figures(times, cpu, queries):
    words = numpy.array([min(len(query.split()), 8) for query in queries[:len(times)]])
    return {"queries": len(times), "mean": float(times.mean()), "p50": float(numpy.median(times)), "p99": float(numpy.quantile(times, 0.99)),
            "cpu": cpu, "by_terms": {int(n): float(times[words == n].mean()) for n in sorted(set(words))}}


def by_limits_and_shares(session, statement, word, queries, parameters, rounds):
    """Figures of the best 10 of every share of the rows, and of more of all rows."""
    found = {}
    for share, limit in [(share, 10) for share in SHARES] + [("all", 100), ("all", 1000)]:
        times, cpu = session.times(statement.format(where(share, word), limit), parameters, rounds)
        found[f"{share}, {limit}"] = figures(times, cpu, queries)
    return found


def build(session, table, definition, text_bytes):
    _, wall, cpu = session.timed(lambda: session.execute(f"CREATE INDEX {table}_index ON {table} USING {definition}"))
    session.execute(f"VACUUM ANALYZE {table}")
    size = session.execute(f"SELECT pg_relation_size('{table}_index')").fetchone()[0]
    return {"build_s": wall, "build_cpu_s": cpu, "build_mb_s": text_bytes / 1e6 / cpu, "index_bytes": size, "share_of_text": size / text_bytes}


def measure_writes(session, folder, queries, rounds):
    """Half of the rows by COPY into an index of the other half; searches afterwards, after a merge and after REINDEX."""
    load(session, folder, 0.5)
    session.execute("BEGIN")
    without = session.timed(lambda: copy_rows(session, folder, 0.5, 1))[2]
    session.execute("ROLLBACK")
    session.execute("VACUUM docs")
    session.execute("CREATE INDEX docs_index ON docs USING bm25 (body) WITH (text_config = 'english')")
    before = session.execute("SELECT sum(octet_length(body)) FROM docs").fetchone()[0]
    _, wall, cpu = session.timed(lambda: copy_rows(session, folder, 0.5, 1))
    copied = session.execute("SELECT sum(octet_length(body)) FROM docs").fetchone()[0] - before
    found = {"copy_mb_s": copied / 1e6 / cpu, "copy_s": wall, "copy_without_index_mb_s": copied / 1e6 / without}
    statement = SEARCH.format("", 10)
    for name, action in ("after COPY", None), ("merged", "SELECT vecext.merge('docs_index')"), ("rebuilt", "REINDEX INDEX docs_index"):
        if action:
            found[name + ", s"] = session.timed(lambda: session.execute(action))[2]
        times, cpu = session.times(statement, queries, rounds)
        found[name] = figures(times, cpu, queries)
    session.execute("DELETE FROM docs WHERE id % 2 = 0")
    found["vacuum of half, s"] = session.timed(lambda: session.execute("VACUUM docs"))[2]
    times, cpu = session.times(statement, queries, rounds)
    found["half deleted"] = figures(times, cpu, queries)
    found["compared"] = check(session, queries[:20], limits=(10, 100), prunings=("on",))
    return found


def measure_rival(session, name, queries, text_bytes, rounds):
    definition, statement = RIVALS[name]
    session.execute("DROP TABLE IF EXISTS rivals")
    session.execute("CREATE TABLE rivals AS SELECT id, part, to_tsvector('english', body) AS lexemes FROM docs ORDER BY id")
    session.execute("CREATE INDEX ON rivals (part)")
    if name == "rum":
        session.execute("CREATE EXTENSION IF NOT EXISTS rum")
    parameters = [session.execute("SELECT string_agg(quote_literal(lexeme), ' | ') FROM vecext.query_tokens('english', %s)", [query]).fetchone()[0]
                  or "" for query in queries]
    found = build(session, "rivals", definition, text_bytes)
    found["search"] = by_limits_and_shares(session, statement, "AND", queries, parameters, rounds)
    session.execute("DROP TABLE rivals")
    return found


def print_table(name, results):
    """Of rivals, the build does not include making lexemes of texts, which their table has."""
    columns = list(next(iter(results.values()))["search"])
    print(f"\n{name}: mean ms by the client's clock (of the backend) of the best n rows")
    print("| | " + " | ".join(columns) + " | p50, p99 of 10 | index, of text | build MB/s |")
    print("|" + "---|" * (len(columns) + 4))
    for method, result in results.items():
        cells = [f"{f['mean']:.3f} ({f['cpu']:.3f})" for f in result["search"].values()]
        first = next(iter(result["search"].values()))
        print(f"| {method} | " + " | ".join(cells) + f" | {first['p50']:.3f}, {first['p99']:.3f} | {result['share_of_text']:.3f} | {result['build_mb_s']:.1f} |")
    for method, result in results.items():
        first = next(iter(result["search"].values()))
        print(f"{method}, by terms 1 to 8: " + " ".join(f"{ms:.3f}" for ms in first["by_terms"].values()))


def run(session, folder, options):
    name = folder.name
    queries = read_queries(folder, options.queries)
    rows, text_bytes = load(session, folder)
    print(f"\n{name}: {rows} rows, {text_bytes / 1e6:.1f} MB of text, {len(queries)} queries", flush=True)
    results = {"bm25": build(session, "docs", "bm25 (body) WITH (text_config = 'english')", text_bytes)}
    plan = "\n".join(row[0] for row in session.execute("EXPLAIN " + SEARCH.format("", 10).replace("$1", "'word'")))
    if "docs_index" not in plan:
        sys.exit("the index is not used:\n" + plan)
    compared = check(session, queries[:options.checked])
    print(f"{compared} searches equal to the oracle's", flush=True)
    results["bm25"]["search"] = by_limits_and_shares(session, SEARCH, "WHERE", queries, queries, options.rounds)
    for rival in options.rivals:
        results[rival] = measure_rival(session, rival, queries[:options.rival_queries], text_bytes, 1)
    print_table(name, results)
    if options.writes:
        results["writes"] = measure_writes(session, folder, queries, options.rounds)
        written = results["writes"]
        print(f"{name}: COPY into the index {written['copy_mb_s']:.1f} MB/s, without it {written['copy_without_index_mb_s']:.1f}; " + "; ".join(
            f"{state} {written[state]['mean']:.3f} ms ({written[state]['cpu']:.3f})" for state in ("after COPY", "merged", "rebuilt", "half deleted"))
            + f"; merge {written['merged, s']:.2f} s, VACUUM of half {written['vacuum of half, s']:.2f} s")
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+", type=pathlib.Path)
    parser.add_argument("--db", default="")
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--checked", type=int, default=50, help="queries compared with the oracle")
    parser.add_argument("--rival-queries", type=int, default=200)
    parser.add_argument("--rivals", nargs="*", default=["gin", "rum"], choices=sorted(RIVALS))
    parser.add_argument("--writes", action="store_true")
    options = parser.parse_args()
    session = Session(options.db)
    for statement in ("CREATE EXTENSION IF NOT EXISTS vecext", "SET jit = off", "SET maintenance_work_mem = '1GB'",
                      "SET max_parallel_workers_per_gather = 0", "SET max_parallel_maintenance_workers = 0"):
        session.execute(statement)
    server = session.execute("SELECT version()").fetchone()[0].split(" on ")[0]
    floor, cpu = session.times("SELECT 1 WHERE $1::text <> ''", ["word"] * 2000)
    print(f"{datetime.date.today()}, {server}, psycopg {psycopg.__version__}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
          f"a statement without a search takes {floor.mean():.3f} ms ({cpu:.3f})", flush=True)
    results = {"date": str(datetime.date.today()), "server": server, "load": os.getloadavg(), "floor_ms": float(floor.mean()), "collections": {}}
    for folder in options.folder:
        results["collections"][folder.name] = run(session, folder, options)
        if options.json:
            pathlib.Path(options.json).write_text(json.dumps(results, indent=1), encoding="utf-8")
    session.execute("DROP TABLE IF EXISTS docs")


if __name__ == "__main__":
    main()
