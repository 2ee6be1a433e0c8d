"""`vecext tune` and `vecext bench`: exact answers, the setting that is chosen, and what is refused."""

import json
import xml.etree.ElementTree as ElementTree

import matplotlib.image
import numpy as np
import psycopg
import pytest

from command import call, result
from vecext import copy_rows, register_vector
from vecext.effort.choice import choose, halves
from vecext.effort.grid import Point

ROWS, DIMS, K = 5000, 12, 10
GENERATOR = np.random.default_rng(4)
VECTORS = GENERATOR.normal(size=(ROWS, DIMS)).astype(np.float32)
QUERIES = GENERATOR.normal(size=(400, DIMS)).astype(np.float32)  # the last 200 are never given to tune
GIVEN, OTHERS = QUERIES[:200], QUERIES[200:]
OPERATORS = {"vector_l2_ops": "<->", "vector_cosine_ops": "<=>"}


@pytest.fixture
def items(database):
    """A connection to a database whose table `items` has VECTORS, with an index by a method."""
    with psycopg.connect(database, autocommit=True) as connection:
        register_vector(connection)

        def make(method="ivfpq", operators="vector_l2_ops", rows=ROWS):
            connection.execute(f"CREATE TABLE items (id int PRIMARY KEY, part int, embedding vector({DIMS}))")
            copy_rows(connection, "items", {"id": np.arange(rows), "part": np.arange(rows) % 4, "embedding": VECTORS[:rows]})
            connection.execute(f"CREATE INDEX items_idx ON items USING {method} (embedding {operators})")
            connection.execute("VACUUM ANALYZE items")
            return connection

        yield make
        connection.execute("DROP TABLE IF EXISTS items")


@pytest.fixture
def given(tmp_path):
    np.save(tmp_path / "q.npy", GIVEN)
    return tmp_path / "q.npy"


def nearest(queries, operators, is_row=None):
    """The ids of the nearest rows, by numpy."""
    rows = np.arange(ROWS) if is_row is None else np.flatnonzero(is_row)
    vectors, queries = VECTORS[rows].astype(float), queries.astype(float)
    if operators == "vector_cosine_ops":
        vectors, queries = (values / np.linalg.norm(values, axis=1, keepdims=True) for values in (vectors, queries))
    distances = (vectors**2).sum(1) - 2 * queries @ vectors.T
    return rows[np.argsort(distances, axis=1)[:, :K]]


def recall(connection, queries, truth, operators, where=""):
    """The recall of searches with the settings of the session, by ids."""
    found = 0
    for query, ids in zip(queries, truth, strict=True):
        rows = connection.execute(f"SELECT id FROM items {where} ORDER BY embedding {OPERATORS[operators]} %s LIMIT {K}", [query]).fetchall()
        found += len({row[0] for row in rows} & set(ids.tolist()))
    return found / truth.size


@pytest.mark.parametrize(("method", "operators"), [("ivfpq", "vector_l2_ops"), ("hnsw", "vector_cosine_ops"), ("ivfflat", "vector_cosine_ops")])
def test_the_choice_holds_for_other_queries(database, items, given, capfd, method, operators):
    connection = items(method, operators)
    done = result(capfd, database, "tune", "items_idx", "--queries", given, "--recall", "0.9")
    choice = done["choice"]
    assert done["method"] == method and done["k"] == K and done["queries"] == 200 and not done["are_rows"]
    assert min(choice["chosen_recall"], choice["checked_recall"]) >= 0.9
    assert choice["checked_interval"][0] <= choice["checked_recall"] <= choice["checked_interval"][1]
    for statement in choice["set"]:
        connection.execute(statement)
    assert recall(connection, GIVEN, nearest(GIVEN, operators), operators) == pytest.approx(choice["recall"], abs=0.002)
    assert recall(connection, OTHERS, nearest(OTHERS, operators), operators) >= 0.87


def test_more_effort_finds_more(database, items, given, capfd):
    items("ivfflat")
    points = result(capfd, database, "tune", "items_idx", "--queries", given)["points"]
    efforts = [point for point in points if "ivfflat.probes" in point["settings"]]
    assert [float(point["settings"]["ivfflat.probes"]) for point in efforts] == sorted(float(point["settings"]["ivfflat.probes"]) for point in efforts)
    recalls = [point["recall"] for point in efforts]
    assert recalls == sorted(recalls) and recalls[0] < 0.9 and recalls[-1] == 1
    assert all(0 < point["median_ms"] <= point["p95_ms"] and point["queries_per_second"] > 0 for point in points)


def test_the_statements_are_for_the_role_in_this_database(database, items, given, capfd):
    connection = items()
    connection.execute('CREATE ROLE "vecext tuner" LOGIN')
    try:
        connection.execute('GRANT SELECT ON items TO "vecext tuner"')
        dsn = f"{database} user='vecext tuner'"
        choice = result(capfd, dsn, "tune", "items_idx", "--queries", given)["choice"]
        with psycopg.connect(dsn, autocommit=True) as session:
            for statement in choice["alter"]:
                session.execute(statement)
        with psycopg.connect(dsn) as session:
            session.execute("SELECT '[1]'::vector")
            for name, value in choice["settings"].items():
                assert float(session.execute("SELECT current_setting(%s)", [name]).fetchone()[0]) == float(value)
    finally:
        connection.execute('DROP OWNED BY "vecext tuner"')
        connection.execute('DROP ROLE "vecext tuner"')


def test_conditions(database, items, given, capfd):
    connection = items()
    done = result(capfd, database, "tune", "items_idx", "--queries", given, "--where", "part % 2 < 1")
    assert done["where"] == "part % 2 < 1"
    for statement in done["choice"]["set"]:
        connection.execute(statement)
    truth = nearest(GIVEN, "vector_l2_ops", np.arange(ROWS) % 2 == 0)
    assert recall(connection, GIVEN, truth, "vector_l2_ops", "WHERE part %% 2 < 1") == pytest.approx(done["choice"]["recall"], abs=0.002)


def test_rows_of_the_table_are_left_out_of_their_own_answers(database, items, capfd):
    connection = items()
    connection.execute("DELETE FROM items WHERE id >= 4000")
    connection.execute("INSERT INTO items SELECT id + 10000, part, embedding FROM items")  # each row has one other at distance 0
    connection.execute("VACUUM ANALYZE items")
    done = result(capfd, database, "tune", "items_idx", "--k", "1", "--most", "50")
    assert done["are_rows"] and done["queries"] == 50
    assert done["choice"]["recall"] >= 0.95


def test_exact_answers_are_kept(database, items, given, capfd, tmp_path):
    connection = items()
    connection.execute("SELECT pg_stat_force_next_flush()")  # the rows of items() are counted as changes of the table then
    arguments = ["tune", "items_idx", "--queries", given, "--truth", tmp_path / "truth.npz"]
    result(capfd, database, *arguments)
    with np.load(tmp_path / "truth.npz") as kept:
        truth = kept["truth"]
    near = VECTORS[nearest(GIVEN, "vector_l2_ops")]
    assert np.allclose(truth, np.linalg.norm(near - GIVEN[:, None], axis=2), atol=1e-5)
    stamp = (tmp_path / "truth.npz").stat().st_mtime_ns
    result(capfd, database, *arguments)
    assert (tmp_path / "truth.npz").stat().st_mtime_ns == stamp
    connection.execute("INSERT INTO items SELECT 20000 + n, 0, %s FROM generate_series(1, 20) AS n", [GIVEN[0]])
    connection.execute("SELECT pg_stat_force_next_flush()")
    result(capfd, database, *arguments)
    with np.load(tmp_path / "truth.npz") as kept:
        assert np.array_equal(kept["truth"][0], np.zeros(K))
    (tmp_path / "other.npz").write_text("no answers")
    code, _, err = call(capfd, database, *arguments[:-1], tmp_path / "other.npz")
    assert code == 1 and "has no exact answers" in err


def test_table_and_picture(database, items, given, capfd, tmp_path):
    items()
    for name in ("recall.svg", "recall.png"):
        code, out, _ = call(capfd, database, "tune", "items_idx", "--queries", given, "--plot", tmp_path / name)
        assert code == 0 and str(tmp_path / name) in out
    (line,) = [line for line in out.splitlines() if line.endswith("<- take this")]
    assert any(statement.strip().startswith(f"SET {line.split(' = ')[0]}") for statement in out.splitlines())
    svg = (tmp_path / "recall.svg").read_text()
    texts = "".join(ElementTree.fromstring(svg).itertext())
    assert "take " in texts and "items_idx (ivfpq)" in texts and "prefers-color-scheme: dark" in svg
    assert matplotlib.image.imread(tmp_path / "recall.png").shape[0] > 400


def test_a_recall_that_is_not_reached(database, items, given, capfd, monkeypatch):
    items("hnsw")
    monkeypatch.setattr("vecext.effort.tuning.TARGETS", (0.5,))
    monkeypatch.setattr("vecext.effort.grid.GRAPH_EFFORTS", (4, 6))
    code, out, _ = call(capfd, database, "tune", "items_idx", "--queries", given, "--recall", "1")
    assert code == 1 and "no setting finds 1 on both halves" in out and "take this" not in out


def point(setting, value, first, second, milliseconds):
    """A point with a recall on each of the halves of 100 queries."""
    recalls = np.empty(100)
    for half, found in zip(halves(100), (first, second), strict=True):
        recalls[half] = found
    return Point(setting, value, {setting: f"{value:g}"}, recalls, np.full(100, milliseconds))


def test_the_least_effort_that_both_halves_confirm(connection):
    points = [point("ivfpq.probes", *figures) for figures in ((1, 0.8, 0.99, 1.0), (2, 0.96, 0.94, 2.0), (3, 0.96, 0.95, 3.0), (4, 1, 1, 4.0))]
    chosen = choose(connection, points, 0.95)
    assert chosen is not None and (chosen.point.value, chosen.chosen_recall, chosen.checked_recall) == (3, pytest.approx(0.96), pytest.approx(0.95))
    assert choose(connection, points[:2], 0.95) is None
    near = choose(connection, [*points, point("vecext.target_recall", 0.9, 0.96, 0.96, 3.2)], 0.95)
    far = choose(connection, [*points, point("vecext.target_recall", 0.9, 0.96, 0.96, 4.2)], 0.95)
    assert near is not None and near.point.setting == "vecext.target_recall"
    assert far is not None and far.point.setting == "ivfpq.probes"


def refused(capfd, database, *arguments):
    code, out, _ = call(capfd, database, "tune", *arguments, "--json", "-q")
    assert code == 1
    error = json.loads(out)
    assert error["hint"]
    return error["error"]


def test_indexes_that_are_refused(database, items, given, capfd):
    connection = items()
    assert refused(capfd, database, "items_pkey") == "items_pkey is an index by btree, whose searches have no effort to choose"
    assert refused(capfd, database, "none_idx") == "index none_idx does not exist"
    assert refused(capfd, database, '"a') == '"a is not the name of an index'
    connection.execute("CREATE INDEX other_idx ON items USING hnsw (embedding vector_l2_ops) WHERE part = 2")
    assert "does not use other_idx for such queries, but items_idx" in refused(capfd, database, "other_idx", "--queries", given)
    connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'items_idx'::regclass")
    assert refused(capfd, database, "items_idx") == "index items_idx is not valid, so that no search uses it"


def test_queries_that_are_refused(database, items, given, capfd, tmp_path):
    items()
    assert refused(capfd, database, "items_idx", "--queries", tmp_path / "none.npy") == f"{tmp_path / 'none.npy'} is not a file"
    np.save(tmp_path / "few.npy", GIVEN[:5])
    assert "has 5 queries, too few" in refused(capfd, database, "items_idx", "--queries", tmp_path / "few.npy")
    code, _, err = call(capfd, database, "tune", "items_idx", "--queries", given, "--plot", tmp_path / "x.txt")
    assert code == 1 and "is not the name of a picture" in err
    code, _, err = call(capfd, database, "tune", "items_idx", "--queries", given, "--plot", tmp_path / "none" / "x.svg")
    assert code == 1 and "no file can be written in" in err and "measuring" not in err


def test_tables_that_are_too_small(database, items, given, capfd):
    items(rows=40)
    assert refused(capfd, database, "items_idx", "--queries", given, "--k", "41") == "items has 40 rows with a vector, too few for the 41 nearest"
    assert "does not use items_idx for such queries" in refused(capfd, database, "items_idx", "--queries", given)
    assert "has 0 rows with a vector that match" in refused(capfd, database, "items_idx", "--queries", given, "--where", "part > 9")


def test_two_indexes_of_one_order(database, items, given, capfd):
    connection = items("hnsw")
    connection.execute("CREATE INDEX lists ON items USING ivfpq (embedding vector_l2_ops)")
    (plan,) = connection.execute("EXPLAIN (FORMAT JSON) SELECT id FROM items ORDER BY embedding <-> %s LIMIT 10", [QUERIES[0]]).fetchone()
    other, used = ("items_idx", "lists") if '"lists"' in json.dumps(plan) else ("lists", "items_idx")
    for command in (["tune", other, "--queries", given], ["bench", other, "--queries", given]):
        code, _, err = call(capfd, database, *command)
        assert code == 1 and f"but {used}" in err and "both serve the same order" in err and f"vecext.recall('{other}')" in err
    assert connection.execute("SELECT vecext.recall(%s::regclass)", [other]).fetchone()[0] > 0.5


def test_bench(database, items, given, capfd):
    items()
    done = result(capfd, database, "bench", "items_idx", "--queries", given, "--clients", "1,2", "--seconds", "0.5")
    assert [rate["clients"] for rate in done["rates"]] == [1, 2]
    assert all(rate["queries_per_second"] > 0 and 0 < rate["median_ms"] <= rate["p95_ms"] and 0 < rate["client_share"] <= 1 for rate in done["rates"])
    code, out, _ = call(capfd, database, "bench", "items_idx", "--clients", "1", "--seconds", "0.3", "--where", "part = 1")
    assert code == 0 and out.splitlines()[0].split()[:2] == ["connections", "queries/s"]
    assert call(capfd, database, "bench", "items_idx", "--clients", "0")[0] == 2


def test_bench_says_which_connection_failed(database, items, given, capfd):
    connection = items()
    connection.execute(f"ALTER DATABASE {connection.info.dbname} CONNECTION LIMIT 0")
    connection.execute("CREATE ROLE vecext_bench LOGIN")
    try:
        connection.execute("GRANT SELECT ON items TO vecext_bench")
        connection.execute(f"ALTER DATABASE {connection.info.dbname} CONNECTION LIMIT 5")
        code, _, err = call(capfd, f"{database} user=vecext_bench", "bench", "items_idx", "--queries", given, "--clients", "12", "--seconds", "0.2")
    finally:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} CONNECTION LIMIT -1")
        connection.execute("DROP OWNED BY vecext_bench")
        connection.execute("DROP ROLE vecext_bench")
    assert code == 1 and "of 12 connections one failed" in err and "too many connections" in err
