#!/usr/bin/env python3
"""Compares, for random statements as applications write them, the way that is taken with the best of its ways.

    bench/filter/statement_ways.py [--db CONNINFO] [--statements N] [--rows N] [--seed N] [--limit-ms N] [--clock] [--json FILE] [--one N]

A statement has an order by a distance, or by a form of one, and conditions of all costs: comparisons, ranges, words, functions, subqueries,
policies, limits of the distance, joins, IN and EXISTS. Its ways are the strategies of vecext.filter_strategy, off, and a sort of all rows.
Each is timed as often as fits a tenth of a second, 3 times at least, and the least time counts. Where the way taken then looks slower than
another, these take further turns. A way that takes longer than the limit counts as that. Shown are the shares of statements beyond 1.2 and
3 times, and the worst.

The time is the CPU time of the session's process, without parallel workers, which other work on the machine does not change. It needs the
server on this machine. --clock measures by the clock, with parallel workers.

The database, which has no tables docs, owners, orders and member of its own, gets them; needs psycopg 3 and numpy."""
import argparse
import json
import random
import time

import numpy
import psycopg

DIMENSIONS = 32
TENANTS = 400
SLACK_MS = 0.3  # differences below that are noise
MOST_TURNS = 5  # of ways that look slower than another
DOUBTFUL = 1.15  # times another's time
WAYS = {
    "auto": {},
    "off": {"vecext.filter_strategy": "off"},
    "postfilter": {"vecext.filter_strategy": "postfilter"},
    "inline": {"vecext.filter_strategy": "inline"},
    "exact": {"vecext.filter_strategy": "exact"},
    "sort": {"vecext.filter_strategy": "off", "enable_indexscan": "off"},
}
TABLES = """
CREATE TABLE docs (id int PRIMARY KEY, tenant int, price float8, day date, tags text[], body text, e vector(32));
CREATE TABLE owners (id int PRIMARY KEY, country text, level int);
CREATE TABLE orders (id int PRIMARY KEY, doc int, kind int, paid bool);
CREATE TABLE member (tenant int, usr int);
CREATE FUNCTION can_see(t int) RETURNS bool LANGUAGE plpgsql STABLE COST 10000 AS
    'BEGIN RETURN (SELECT country = ''CH'' FROM owners WHERE id = t); END';
CREATE FUNCTION can_see_cheap(t int) RETURNS bool LANGUAGE plpgsql STABLE AS
    'BEGIN RETURN (SELECT level > 7 FROM owners WHERE id = t); END';
CREATE FUNCTION my_tenants(u int) RETURNS SETOF int LANGUAGE sql STABLE AS 'SELECT tenant FROM member WHERE usr = u';
"""
INDEXES = """
CREATE INDEX ON docs (tenant); CREATE INDEX ON docs (price); CREATE INDEX ON docs USING gin (tags); CREATE INDEX ON docs USING bm25 (body);
CREATE INDEX docs_e ON docs USING {method} (e vector_cosine_ops);
CREATE INDEX ON orders (doc); CREATE INDEX ON orders (kind); CREATE INDEX ON member (tenant); CREATE INDEX ON member (usr);
VACUUM ANALYZE;
"""


def load(connection, rows, method, generator):
    """The tables. Vectors lie in 200 clusters, of which tenants have some, so that conditions go with distances, or not."""
    connection.execute(TABLES)
    centers = generator.normal(size=(200, DIMENSIONS))
    clusters = generator.integers(0, 200, rows)
    vectors = centers[clusters] + generator.normal(size=(rows, DIMENSIONS)) * 0.6
    tenants = numpy.where(generator.random(rows) < 0.5, clusters * 2, generator.integers(0, TENANTS, rows))
    with connection.cursor().copy("COPY docs FROM STDIN") as copy:
        for i in range(rows):
            copy.write_row((i, int(tenants[i]), float(generator.gamma(2) * 50), f"2025-{1 + i % 12:02}-{1 + i % 28:02}",
                            [f"t{i % 5}", f"u{clusters[i] % 50}"], f"w{i % 100} w{clusters[i]} w{i % 7}",
                            "[" + ",".join(f"{x:.5f}" for x in vectors[i]) + "]"))
    with connection.cursor().copy("COPY owners FROM STDIN") as copy:
        for i in range(TENANTS):
            copy.write_row((i, "CH" if i % 100 == 0 else "US", i % 10))
    with connection.cursor().copy("COPY orders FROM STDIN") as copy:
        for i in range(rows * 2):
            # Orders of kind 0 are of few clusters; others of any document.
            kind = i % 300
            copy.write_row((i, int(rows * generator.random() ** (4 if kind == 0 else 1)), kind, i % 3 == 0))
    with connection.cursor().copy("COPY member FROM STDIN") as copy:
        for i in range(TENANTS):
            copy.write_row((i, i % 97))
    for statement in INDEXES.format(method=method).split(";"):
        if statement.strip():
            connection.execute(statement)


class Statements:
    """Random statements over the tables."""

    def __init__(self, seed, vectors):
        self.random = random.Random(seed)
        self.vectors = vectors

    def of(self, *choices):
        return self.random.choice(choices)

    def number(self, most):
        return int(most ** self.random.random())

    def condition(self):
        choices = [
            lambda: f"d.tenant = {self.number(TENANTS)}",
            lambda: f"d.tenant < {self.number(TENANTS)}",
            lambda: f"d.tenant IN ({', '.join(str(self.random.randrange(TENANTS)) for _ in range(self.number(30)))})",
            lambda: f"d.price < {self.number(300)}",
            lambda: f"d.price BETWEEN {self.number(100)} AND {self.number(300) + 50}",
            lambda: f"d.day >= '2025-{self.random.randint(1, 12):02}-01'",
            lambda: f"d.tags @> '{{t{self.random.randrange(5)}}}'",
            lambda: f"d.tags && '{{u{self.random.randrange(50)},u{self.random.randrange(50)}}}'",
            lambda: f"d.body @@@ 'w{self.random.randrange(200)}'",
            lambda: f"d.body LIKE '%w{self.random.randrange(200)} %'",
            lambda: f"d.id % {self.number(200) + 1} = 0",
            lambda: f"md5(d.body || d.id) LIKE '{self.random.randrange(16):x}%'",
            lambda: f"d.body ~ 'w{self.random.randrange(10)}(1|2|3) '",
            lambda: "can_see(d.tenant)",
            lambda: "can_see_cheap(d.tenant)",
            lambda: f"(SELECT level FROM owners o WHERE o.id = d.tenant) = {self.random.randrange(10)}",
            lambda: f"{self.random.randrange(97)} IN (SELECT usr FROM member m WHERE m.tenant = d.tenant)",
            lambda: f"d.tenant IN (SELECT my_tenants({self.random.randrange(97)}))",
            lambda: f"d.id IN (SELECT doc FROM orders WHERE kind = {self.number(299)})",
            lambda: f"d.id IN (SELECT doc FROM orders WHERE kind < {self.number(299)} AND paid)",
            lambda: f"EXISTS (SELECT FROM orders r WHERE r.doc = d.id AND r.kind = {self.number(299)})",
            lambda: f"EXISTS (SELECT FROM owners o WHERE o.id = d.tenant AND o.country = '{self.of('CH', 'US')}')",
            lambda: f"NOT EXISTS (SELECT FROM orders r WHERE r.doc = d.id AND r.kind < {self.number(299)})",
            lambda: f"d.tenant = ANY (ARRAY(SELECT my_tenants({self.random.randrange(97)})))",
            lambda: f"d.tenant IN (SELECT id FROM owners WHERE country = '{self.of('CH', 'US')}')",
            lambda: f"{self.of('1 - (d.e <=> q) >', '1 - cosine_distance(d.e, q) >=')} {self.of('0.5', '0.8', '0.9', '0.99')}",
            lambda: f"d.e <=> q < {self.of('0.01', '0.1', '0.3', '0.7')}",
        ]
        text = self.random.choice(choices)()
        return f"({text} OR {self.random.choice(choices)()})" if self.random.random() < 0.1 else text

    def join(self):
        return self.of(("", ""), ("", ""), ("", ""),
                       ("JOIN owners o ON o.id = d.tenant", f"o.country = '{self.of('CH', 'US')}'"),
                       ("JOIN owners o ON o.id = d.tenant", f"o.level = {self.random.randrange(10)}"),
                       ("JOIN orders r ON r.doc = d.id", f"r.kind = {self.number(299)}"),
                       ("JOIN orders r ON r.doc = d.id", f"r.kind < {self.number(299)}"),
                       ("JOIN orders r ON r.doc = d.id JOIN owners o ON o.id = d.tenant", f"r.kind < {self.number(299)} AND o.level < 3"))

    def make(self):
        join, of_join = self.join()
        conditions = [self.condition() for _ in range(self.of(0, 1, 1, 1, 2, 2, 3))] + ([of_join] if of_join else [])
        order = self.of("d.e <=> q", "d.e <=> q", "d.e <=> q, d.id", "1 - (d.e <=> q) DESC NULLS LAST", "cosine_distance(d.e, q)")
        limit = self.of("LIMIT 1", "LIMIT 10", "LIMIT 10", "LIMIT 10", "LIMIT 100", "LIMIT 10 OFFSET 50", "")
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        text = f"SELECT d.id FROM docs d {join} {where} ORDER BY {order} {limit}"
        vector = self.random.choice(self.vectors)
        return text.replace(", q)", f", '{vector}')").replace("=> q", f"=> '{vector}'")


def clock(_):
    return time.perf_counter()


def cpu_time(connection):
    """The CPU time in seconds that the server's process for the session has used. It is known once the process sleeps."""
    last = None
    while True:
        with open(f"/proc/{connection.info.backend_pid}/schedstat", encoding="ascii") as file:
            nanoseconds = int(file.read().split()[0])
        if nanoseconds == last:
            return nanoseconds / 1e9
        last = nanoseconds
        time.sleep(0.0003)


class Timer:
    """Times statements in a session, by one of the functions above."""

    def __init__(self, connection, limit_ms, now):
        self.connection = connection
        self.limit_ms = limit_ms
        self.now = now

    def time_of(self, text, settings):
        """The least time in ms, and the number of rows; the limit if it takes longer."""
        with self.connection.transaction(force_rollback=True):
            for name, value in {**settings, "statement_timeout": f"{self.limit_ms}ms"}.items():
                self.connection.execute(f"SET LOCAL {name} = '{value}'")
            times = []
            try:
                while len(times) < 3 or (sum(times) < 0.1 and len(times) < 20):
                    start = self.now(self.connection)
                    rows = self.connection.execute(text, prepare=False).fetchall()
                    times.append(self.now(self.connection) - start)
                    if times[-1] > self.limit_ms / 2000:
                        break
            except psycopg.errors.QueryCanceled:
                return float(self.limit_ms), -1
            return min(times) * 1000, len(rows)

    def compare(self, text):
        """The ways of a statement: times, rows, and how the way that is taken compares."""
        times = {}
        counts = set()

        def measure(way):
            ms, rows = self.time_of(text, WAYS[way])
            times[way] = min(ms, times.get(way, ms))
            if rows >= 0:
                counts.add(rows)

        def slower_than(way):
            return max(times["auto"] - SLACK_MS, 0) / times[way]

        for way in WAYS:
            measure(way)
        others = [way for way in WAYS if way != "auto"]
        for _ in range(MOST_TURNS):
            best = min(others, key=times.get)
            if max(slower_than(best), slower_than("off")) <= DOUBTFUL:
                break
            for way in ("auto", best, "off"):
                measure(way)
        best = min(others, key=times.get)
        return {"statement": text, "ms": {way: round(ms, 3) for way, ms in times.items()}, "best": best,
                "of_best": slower_than(best), "of_off": slower_than("off"), "rows_differ": len(counts) > 1}


def show(results):
    for name in ("of_best", "of_off"):
        values = sorted(result[name] for result in results)
        print(f"{name}: median {values[len(values) // 2]:.2f}, above 1.2: {sum(v > 1.2 for v in values)}, above 3: {sum(v > 3 for v in values)}")
    print(f"statements whose ways give different numbers of rows: {sum(result['rows_differ'] for result in results)}")
    for result in sorted(results, key=lambda result: -result["of_best"])[:15]:
        text = result["statement"]
        print(f"{result['of_best']:6.1f} {result['of_off']:6.1f} {result['ms']}\n    #{result['number']} {shorten(text)}")


def shorten(text):
    parts = text.split("'[")
    return parts[0] + "".join("q" + part.split("]'", 1)[1] for part in parts[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--db", default="")
    parser.add_argument("--statements", type=int, default=2000)
    parser.add_argument("--rows", type=int, default=50000)
    parser.add_argument("--method", default="hnsw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit-ms", type=int, default=3000)
    parser.add_argument("--clock", action="store_true")
    parser.add_argument("--one", type=int)
    parser.add_argument("--json")
    options = parser.parse_args()
    connection = psycopg.connect(options.db, autocommit=True)
    connection.execute("SET jit = off")
    if not options.clock:
        connection.execute("SET max_parallel_workers_per_gather = 0")
    timer = Timer(connection, options.limit_ms, clock if options.clock else cpu_time)
    if connection.execute("SELECT to_regclass('docs')").fetchone()[0] is None:
        load(connection, options.rows, options.method, numpy.random.default_rng(7))
    vectors = [row[0] for row in connection.execute("SELECT e::text FROM docs WHERE id % 97 = 3 ORDER BY id LIMIT 200")]
    statements = Statements(options.seed, vectors)
    results = []
    for number in range(options.statements):
        text = statements.make()
        if options.one is not None and number != options.one:
            continue
        if options.one is not None:
            print(text)
        results.append({"number": number, **timer.compare(text)})
    show(results)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
