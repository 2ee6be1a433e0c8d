"""`vecext load`: what is in the table afterwards, what is said, and what is refused."""

import gzip
import json
import signal
import subprocess
import time

import h5py
import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command import call, peak_memory, program, result, run

VECTORS = np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)


@pytest.fixture
def sql(database):
    """Executes a statement, whose rows are returned; tables are dropped at the end."""
    with psycopg.connect(database, autocommit=True) as connection:

        def execute(statement, *parameters):
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else None

        yield execute
        execute("DROP SCHEMA public CASCADE")
        execute("CREATE SCHEMA public")
        execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        execute("CREATE EXTENSION IF NOT EXISTS vecext")


def vectors_of(sql, statement="SELECT embedding::real[] FROM items ORDER BY id"):
    return np.array([row[0] for row in sql(statement)], dtype=np.float32)


def test_one_array_becomes_a_table(database, sql, capfd, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS)
    done = result(capfd, database, "load", tmp_path / "x.npy", "--table", "items", "--create", "--index", "ivfpq")
    assert done["table"] == "public.items" and done["rows"] == 300 and done["indexes"] == ["items_embedding_idx"]
    assert sql("SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0") == [
        ("id", "bigint"),
        ("embedding", "vector(4)"),
    ]
    assert sql("SELECT min(id), max(id) FROM items") == [(0, 299)]
    assert np.array_equal(vectors_of(sql), VECTORS)
    assert sql("SELECT pg_get_indexdef('items_embedding_idx'::regclass)") == [
        ("CREATE INDEX items_embedding_idx ON public.items USING ivfpq (embedding vector_cosine_ops)",)
    ]
    assert len(sql(done["search"])) == 10
    assert sql("SELECT to_regclass('vecext_loads')") == [(None,)]
    assert sql("SELECT reltuples FROM pg_class WHERE oid = 'items'::regclass") == [(300,)]


@pytest.mark.parametrize(("method", "distance"), [("hnsw", "l2"), ("ivfflat", "ip")])
def test_other_indexes(database, sql, capfd, tmp_path, method, distance):
    np.save(tmp_path / "x.npy", VECTORS.astype(np.float16))
    done = result(capfd, database, "load", tmp_path / "x.npy", "--table", "items", "--create", "--index", method, "--distance", distance)
    assert f"USING {method} (embedding halfvec_{distance}_ops)" in sql("SELECT pg_get_indexdef(%s::regclass)", done["indexes"][0])[0][0]


def test_files_are_numbered_one_after_the_other(database, sql, capfd, tmp_path):
    for number, part in enumerate(np.split(VECTORS, [100, 100, 250])):
        np.save(tmp_path / f"x{number}.npy", part)
    done = result(capfd, database, "load", tmp_path / "x*.npy", "--table", "items", "--create", "--id", "number", "--batch", "30")
    assert done["rows"] == 300
    assert np.array_equal(vectors_of(sql, "SELECT embedding::real[] FROM items ORDER BY number"), VECTORS)
    assert sql("SELECT count(DISTINCT number), max(number) FROM items") == [(300, 299)]


def test_columns_are_mapped(database, sql, capfd, tmp_path):
    sql(
        """CREATE TABLE "My items" ("Id" serial PRIMARY KEY, note text DEFAULT 'none', title text, embedding vector(4),
            twice int GENERATED ALWAYS AS (2) STORED)"""
    )
    pq.write_table(pa.table({"name": ["a", "b"], "vec": [[1.0, 2, 3, 4], [5.0, 6, 7, 8]], "extra": [1, 2]}), tmp_path / "x.parquet")
    arguments = ["load", tmp_path / "x.parquet", "--table", '"My items"', "--map", "name=title"]
    code, out, err = call(capfd, database, *arguments)
    assert code == 0 and "left out, as My items has no such column: extra" in err
    assert 'SELECT "Id" FROM "My items" ORDER BY embedding <=>' in out
    assert sql('SELECT "Id", note, title, embedding::text FROM "My items" ORDER BY 1') == [(1, "none", "a", "[1,2,3,4]"), (2, "none", "b", "[5,6,7,8]")]
    assert call(capfd, database, *arguments, "--map", "vec=")[0] == 0
    assert sql('SELECT count(*), count(embedding) FROM "My items"') == [(4, 2)]


ALL_TYPES = """CREATE TABLE items (id bigint PRIMARY KEY, v vector(3), h halfvec(3), s sparsevec(5), b bit(4), t text, c varchar(5), n numeric,
    f8 float8, f4 float4, i2 smallint, i4 integer, o boolean, j jsonb, jj json, u uuid, w timestamptz, p timestamp, d date, y interval,
    a text[], m float8[], x bytea, ip inet)"""


def test_csv_takes_all_types(database, sql, capfd, tmp_path):
    sql(ALL_TYPES)
    sql("CREATE TYPE mood AS ENUM ('well', 'ill')")
    sql("CREATE DOMAIN city AS text CHECK (value <> '')")
    sql("ALTER TABLE items ADD e mood, ADD k city")
    values = {
        "id": "1", "v": "[0.1, -2e-7,3]", "h": "[1,2,0.5]", "s": "{1:0.5,5:2}/5", "b": "1010", "t": 'größer, "🦜"\nx', "c": "abcde",
        "n": "1.50", "f8": "1e300", "f4": "0.1", "i2": "-3", "i4": "4", "o": "t", "j": '{"a": [1, null, "ä"]}', "jj": "[1,  0.10]",
        "u": "0a1b2c3d-0000-4000-8000-0123456789ab", "w": "2024-02-29 12:00:00+02",
        "d": "2024-02-29", "y": "1 day 2 hours", "a": '{a,"b c",NULL}', "m": "{1,2.5}", "x": "\\x00ff", "ip": "10.0.0.0/8", "e": "ill", "k": "Ulm",
    }  # fmt: skip
    sql(f"INSERT INTO items ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})", *values.values())
    sql("INSERT INTO items (id, t) VALUES (2, '')")
    with psycopg.connect(database) as connection, connection.cursor().copy("COPY items TO STDOUT (FORMAT csv, HEADER)") as copy:
        (tmp_path / "x.csv").write_bytes(b"".join(map(bytes, copy)))
    sql("CREATE TABLE again (LIKE items)")
    assert result(capfd, database, "load", tmp_path / "x.csv", "--table", "again")["rows"] == 2
    assert sql("SELECT i::text FROM items AS i ORDER BY id") == sql("SELECT i::text FROM again AS i ORDER BY id")


def test_json_values(database, sql, capfd, tmp_path):
    sql("CREATE TABLE items (id bigint, embedding vector(2), j jsonb, t text, w timestamptz, a text[], n numeric, s sparsevec(3))")
    rows = [
        {
            "id": 1,
            "embedding": [1, 0.5],
            "j": "text",
            "t": "ü",
            "w": "2024-02-29T12:00:00Z",
            "a": ["x", None, 'a "b"'],
            "n": 12345678901234567890,
            "s": "{1:1}/3",
        },
        {"id": 2, "embedding": None, "j": {"a": [1, None]}, "t": None, "n": 0.25},
        {"id": 3, "embedding": [3, 4], "j": [1], "t": "🦜", "a": []},
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert result(capfd, database, "load", tmp_path / "x.jsonl", "--table", "items")["rows"] == 3
    assert sql("SELECT id, embedding::text, j::text, t, w AT TIME ZONE 'UTC', a::text, n::text, s::text FROM items ORDER BY id") == [
        (1, "[1,0.5]", '"text"', "ü", __import__("datetime").datetime(2024, 2, 29, 12), '{x,NULL,"a \\"b\\""}', "12345678901234567890", "{1:1}/3"),
        (2, None, '{"a": [1, null]}', None, None, None, "0.25", None),
        (3, "[3,4]", "[1]", "🦜", None, "{}", None, None),
    ]


def test_table_for_csv(database, sql, capfd, tmp_path):
    (tmp_path / "x.csv").write_text("id,v,t,w\nb,[1,2],x,2024-02-29\na,[3,4],,\n".replace("[1,2]", '"[1,2]"').replace("[3,4]", '"[3,4]"'))
    result(capfd, database, "load", tmp_path / "x.csv", "--table", "items", "--create")
    assert sql("SELECT id, v::text, t, w::text FROM items ORDER BY id") == [("a", "[3,4]", None, None), ("b", "[1,2]", "x", "2024-02-29")]
    assert sql("SELECT pg_typeof(v)::text, pg_typeof(w)::text FROM items LIMIT 1") == [("vector", "date")]


def test_a_dataset_of_hdf5_alone(database, sql, capfd, tmp_path):
    with h5py.File(tmp_path / "x.hdf5", "w") as file:
        file["train"], file["test"] = VECTORS, VECTORS[:5]
    assert result(capfd, database, "load", f"{tmp_path}/x.hdf5:test", "--table", "items", "--create")["rows"] == 5
    assert np.array_equal(vectors_of(sql), VECTORS[:5])


def test_hdf5_as_ann_benchmarks_has_it(database, sql, capfd, tmp_path):
    with h5py.File(tmp_path / "x.hdf5", "w") as file:
        file["train"], file["test"], file["neighbors"] = VECTORS, VECTORS[:5], np.zeros((5, 10), dtype=np.int32)
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(4))")
    assert result(capfd, database, "load", tmp_path / "x.hdf5", "--table", "items", "--id", "id")["rows"] == 300
    assert np.array_equal(vectors_of(sql), VECTORS)


def test_standard_input(database, sql, tmp_path):
    lines = "".join(json.dumps({"id": i, "embedding": vector.tolist()}) + "\n" for i, vector in enumerate(VECTORS)).encode()
    for format, stdin in [("jsonl", lines), ("npy", npy_bytes(tmp_path))]:
        code, out, err = run(database, "load", "-", "--format", format, "--table", "items", "--create", stdin=stdin)
        assert (code, out.splitlines()[0]) == (0, "300 rows loaded into items"), err
        assert np.array_equal(vectors_of(sql), VECTORS)
        sql("DROP TABLE items")


def npy_bytes(tmp_path):
    np.save(tmp_path / "in.npy", VECTORS)
    return (tmp_path / "in.npy").read_bytes()


def test_empty_files(database, sql, capfd, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS[:0])
    assert result(capfd, database, "load", tmp_path / "x.npy", "--table", "items", "--create", "--index", "ivfpq")["rows"] == 0
    (tmp_path / "x.csv").write_text("id,embedding\n")
    assert result(capfd, database, "load", tmp_path / "x.csv", "--table", "items")["rows"] == 0


def test_schema_of_the_table(database, sql, capfd, tmp_path):
    sql("CREATE SCHEMA other")
    np.save(tmp_path / "x.npy", VECTORS)
    assert result(capfd, database, "load", tmp_path / "x.npy", "--table", "other.items", "--create")["table"] == "other.items"
    assert sql("SELECT count(*) FROM other.items") == [(300,)]


def objects(sql):
    return sql("SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1")


def test_dry_run_changes_nothing(database, sql, capfd, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS)
    code, out, _ = call(capfd, database, "load", tmp_path / "x.npy", "--table", "items", "--create", "--index", "ivfpq", "--dry-run")
    assert code == 0 and objects(sql) == []
    assert out.splitlines() == [
        f"would load 300 rows of {tmp_path}/x.npy: embedding (vector(4)) to embedding",
        "into items (id bigint, embedding vector(4))",
        "rows are numbered in id, from 0",
        "and then create an index by ivfpq",
    ]
    sql("CREATE TABLE items (embedding vector(4))")
    done = result(capfd, database, "load", tmp_path / "x.npy", "--table", "items", "--dry-run")
    assert done["dry_run"] and done["files"] == [{"file": f"{tmp_path}/x.npy", "rows": 300, "columns": {"embedding": "embedding"}, "left_out": []}]
    assert sql("SELECT count(*) FROM items") == [(0,)] and objects(sql) == [("items",)]


def test_output_without_a_terminal(database, sql, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS)
    code, out, err = run(database, "load", tmp_path / "x.npy", "--table", "items", "--create", "--index", "ivfpq")
    assert code == 0 and "\x1b" not in out + err and "\r" not in out + err
    lines = err.splitlines()
    assert lines[0].startswith("loading items: 300 rows in ") and lines[1].startswith("creating an index by ivfpq on embedding: ") and len(lines) == 2
    assert out.splitlines()[0] == "300 rows loaded into items, index items_embedding_idx"
    code, out, err = run(database, "load", tmp_path / "x.npy", "--table", "others", "--create", "-q")
    assert (code, out, err) == (0, "", "")


def test_output_on_a_terminal(database, sql, tmp_path):
    import os
    import pty

    np.save(tmp_path / "x.npy", VECTORS)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(program(database, "load", tmp_path / "x.npy", "--table", "items", "--create"), stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 1 << 16)
        except OSError:
            break
    os.close(ours)
    assert process.wait() == 0
    assert b"loading items" in shown and b"\xe2\x94\x81" in shown and b"100%" in shown and b"300 rows" in shown


def bad_vectors(tmp_path, row, value):
    vectors = VECTORS.copy()
    vectors[row, 2] = value
    np.save(tmp_path / "bad.npy", vectors)
    return tmp_path / "bad.npy"


def test_errors(database, sql, capfd, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS)
    (tmp_path / "x.csv").write_text("id,n\n1,5\n2,many\n3,7\n")
    (tmp_path / "dims.csv").write_text('embedding\n"[1,2,3,4]"\n"[1,2,3]"\n')
    (tmp_path / "nan.jsonl").write_text('{"embedding": [1, 2, 3, 4]}\n{"embedding": [1, NaN, 3, 4]}\n')
    (tmp_path / "text.jsonl").write_text('{"embedding": [1, 2, 3, 4]}\n{"embedding": "hello"}\n')
    (tmp_path / "wrong.parquet").write_text("no such thing")
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(4), n smallint CHECK (n < 100))")
    sql("CREATE TABLE wide (id bigserial, embedding vector(5), other vector(4))")
    sql("CREATE TABLE half (embedding halfvec(4))")
    sql("CREATE TABLE others (a int, b int)")
    (tmp_path / "check.csv").write_text("id,n\n1,5\n2,500\n")
    (tmp_path / "same.csv").write_text("id,n\n1,5\n1,6\n")
    for arguments, error, hint in [
        (["x.npy", "--table", "missing"], "table missing does not exist", "--create"),
        (["x.npy", "--table", "items", "--create"], "table items exists", "--create"),
        (["x.npy", "--table", "items", "--resume"], "no load of items was interrupted", "--resume"),
        (["x.npy", "--table", "others"], "no column of {}/x.npy fits others: the file has embedding, the table a, b", "--map embedding=a"),
        (["x.npy", "--table", "items", "--map", "vec=embedding"], "{}/x.npy has no column vec", "it has embedding"),
        (["x.npy", "--table", "items", "--map", "embedding=vec"], "items has no column vec", "it has id, embedding, n"),
        (["x.npy", "--table", "wide"], "{}/x.npy, row 1: embedding has 4 dimensions, and the column is vector(5)", "--map"),
        (["x.npy", "--table", "items", "--id", "key"], "items has no column key", "it has id"),
        (["x.csv", "--table", "items"], '{}/x.csv, row 2: n does not fit smallint: invalid input syntax for type smallint: "many"', ""),
        (["check.csv", "--table", "items"], '{}/check.csv, row 2: new row for relation "items" violates check constraint', ""),
        (
            ["same.csv", "--table", "items"],
            '{}/same.csv, row 2: duplicate key value violates unique constraint "items_pkey" (Key (id)=(1) already exists.)',
            "",
        ),
        (["dims.csv", "--table", "items"], "{}/dims.csv, row 2: embedding has 3 dimensions, and 4 in the rows before", ""),
        (["nan.jsonl", "--table", "items", "--id", "id"], "{}/nan.jsonl, row 2: embedding has nan as element 2, which vector does not hold", "leave"),
        (["text.jsonl", "--table", "items", "--id", "id"], "{}/text.jsonl, row 2: embedding is not a vector: hello", ""),
        (["wrong.parquet", "--table", "items"], "{}/wrong.parquet is not a file of Parquet", ""),
        (["none.npy", "--table", "items"], "{}/none.npy is not a file", "-"),
        ([bad_vectors(tmp_path, 200, 1e9), "--table", "half"], "{}/bad.npy, row 201: embedding has 1000000000.0 as element 3, which halfvec does not hold", ""),
        (["x.npy", "--table", "a b"], "a b is not the name of a table", '"a b"'),
    ]:
        name, *others = arguments
        code, out, err = call(capfd, database, "load", tmp_path / name, *others)
        first, *rest = err.splitlines()
        assert code == 1 and out == "" and first.startswith("error: " + error.format(tmp_path)), err
        assert hint in "".join(rest) and len(rest) == bool(rest), err
    assert sql("SELECT (SELECT count(*) FROM items), (SELECT count(*) FROM wide), (SELECT count(*) FROM half)") == [(0, 0, 0)]


def test_errors_as_json_and_wrong_use(capfd, database):
    code, out, err = call(capfd, database, "load", "none.npy", "--table", "items", "--json")
    assert code == 1 and err == "" and json.loads(out)["error"] == "none.npy is not a file"
    for arguments in (
        ["load", "x.npy"],
        ["load", "--table", "items"],
        ["load", "x.npy", "--table", "t", "--map", "a"],
        ["load", "x", "--table", "t", "--index", "btree"],
        ["lode"],
    ):
        assert call(capfd, database, *arguments)[0] == 2


def test_no_server(capfd, tmp_path):
    np.save(tmp_path / "x.npy", VECTORS)
    code, _, err = call(capfd, f"host={tmp_path}", "load", tmp_path / "x.npy", "--table", "items")
    assert code == 1 and err.startswith("error: no connection to PostgreSQL: ") and "hint: name the database by --dsn, or by PGHOST" in err


def test_no_extension(capfd, database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE without_vecext TEMPLATE template0")
        try:
            code, _, err = call(capfd, psycopg.conninfo.make_conninfo(database, dbname="without_vecext"), "export", "x.csv", "--table", "items")
        finally:
            connection.execute("DROP DATABASE without_vecext WITH (FORCE)")
    assert code == 1 and "vector type not found" in err and "CREATE EXTENSION vecext" in err


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("format", ["npy", "parquet", "csv.gz"])
def test_killed_and_resumed(database, sql, capfd, tmp_path, format):
    """The load waits for a row that another transaction has inserted, and is killed there."""
    path = tmp_path / f"x.{format}"
    if format == "npy":
        np.save(path, VECTORS)
    elif format == "parquet":
        pq.write_table(pa.table({"embedding": VECTORS.tolist()}), path, row_group_size=70)
    else:
        path.write_bytes(gzip.compress(("embedding\n" + "".join(f'"{vector.tolist()}"\n' for vector in VECTORS)).encode()))
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(4))")
    arguments = ["load", path, "--table", "items", "--id", "id", "--batch", "40", "--index", "ivfpq"]
    with psycopg.connect(database) as other:
        other.execute("INSERT INTO items VALUES (170)")
        process = subprocess.Popen(program(database, *arguments))
        wait_until(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")[0][0] == 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        other.rollback()
    wait_until(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'vecext' AND datname = current_database()")[0][0] == 0)
    assert sql("SELECT count(*), max(id) FROM items") == [(160, 159)]
    assert sql("SELECT loaded::text, file, rows, numbered FROM vecext_loads") == [("items", str(path), 160, "id")]
    code, _, err = call(capfd, database, *arguments)
    assert code == 1 and "a load of items was interrupted after 160 rows" in err and "--resume goes on with it" in err
    done = result(capfd, database, *arguments, "--resume")
    assert done["rows"] == 300 and done["indexes"] == ["items_embedding_idx"]
    assert np.array_equal(vectors_of(sql), VECTORS) and sql("SELECT min(id), max(id) FROM items") == [(0, 299)]
    assert objects(sql) == [("items",)]


def interrupted(sql, capfd, database, tmp_path):
    """A load of two files that ended with an error in the second one."""
    np.save(tmp_path / "a.npy", VECTORS)
    bad = bad_vectors(tmp_path, 250, np.nan)
    arguments = ["load", tmp_path / "a.npy", bad, "--table", "items", "--create", "--batch", "100"]
    code, _, err = call(capfd, database, *arguments)
    assert code == 1 and f"{bad}, row 251: embedding has nan as element 3" in err
    assert sql("SELECT count(*) FROM items") == [(500,)]
    return arguments


def test_mended_and_resumed(database, sql, capfd, tmp_path):
    arguments = interrupted(sql, capfd, database, tmp_path)
    np.save(tmp_path / "bad.npy", VECTORS)
    assert result(capfd, database, *arguments, "--resume")["rows"] == 600
    assert np.array_equal(vectors_of(sql), np.vstack([VECTORS, VECTORS]))


def test_resumed_with_other_files(database, sql, capfd, tmp_path):
    arguments = interrupted(sql, capfd, database, tmp_path)
    code, _, err = call(capfd, database, *arguments[:2], *arguments[3:-1], "100", "--resume")
    assert code == 1 and "the interrupted load of items had other files" in err
    np.save(tmp_path / "bad.npy", VECTORS[:299])
    code, _, err = call(capfd, database, *arguments, "--resume")
    assert code == 1 and "bad.npy has changed since the load of items was interrupted" in err and "TRUNCATE items" in err
    sql("TRUNCATE items")
    arguments.remove("--create")
    assert result(capfd, database, *arguments, "--id", "id")["rows"] == 599
    assert objects(sql) == [("items",)]


def test_notes_of_several_loads(database, sql, capfd, tmp_path):
    arguments = interrupted(sql, capfd, database, tmp_path)
    np.save(tmp_path / "x.npy", VECTORS)
    result(capfd, database, "load", tmp_path / "x.npy", "--table", "others", "--create")
    assert objects(sql) == [("items",), ("others",), ("vecext_loads",)]
    sql("DROP TABLE items")
    np.save(tmp_path / "bad.npy", VECTORS)
    assert result(capfd, database, *arguments)["rows"] == 600
    assert objects(sql) == [("items",), ("others",)]


def test_memory_does_not_grow_with_the_file(database, sql, tmp_path):
    peaks = {}
    for rows in (30_000, 100_000):  # both have several batches
        vectors = np.random.default_rng(1).normal(size=(rows, 256)).astype(np.float32)
        np.save(tmp_path / "x.npy", vectors)
        elements = pa.array(vectors.reshape(-1))
        pq.write_table(pa.table({"embedding": pa.FixedSizeListArray.from_arrays(elements, 256)}), tmp_path / "x.parquet", row_group_size=rows)
        for format in ("npy", "parquet"):
            peaks[format, rows] = peak_memory(database, "load", tmp_path / f"x.{format}", "--table", f"items_{format}_{rows}", "--create")
    for format in ("npy", "parquet"):
        peaks[format, "export"] = peak_memory(database, "export", tmp_path / f"again.{format}", "--table", "items_npy_100000")
        assert peaks[format, "export"] < peaks[format, 30_000] + 150e6
        assert peaks[format, 100_000] < peaks[format, 30_000] + 20e6  # the file has 72 MB more
    assert np.array_equal(np.load(tmp_path / "again.npy"), vectors)


def test_types_that_files_name_are_types(database, sql, capfd, tmp_path):
    for sql_type in ("bigint); DROP TABLE others; --", "mood"):
        field = pa.field("x", pa.int64()).with_metadata({"postgresql_type": sql_type})
        pq.write_table(pa.table([[1]], schema=pa.schema([field])), tmp_path / "x.parquet")
        sql("CREATE TABLE IF NOT EXISTS others (a int)")
        code, _, err = call(capfd, database, "load", tmp_path / "x.parquet", "--table", "items", "--create")
        assert code == 1 and sql_type in err and objects(sql) == [("others",)]


def test_a_role_that_creates_no_table(database, sql, capfd, tmp_path):
    (tmp_path / "x.csv").write_text('id,v\n1,"[1,2]"\n2,"[3,4]"\n')
    (tmp_path / "bad.csv").write_text('id,v\n3,"[1,2]"\n4,"[3,4]"\n3,"[5,6]"\n')
    sql("CREATE TABLE items (id int PRIMARY KEY, v vector(2))")
    sql("CREATE ROLE vecext_writer LOGIN")
    try:
        sql("GRANT SELECT, INSERT ON items TO vecext_writer")
        plain = psycopg.conninfo.make_conninfo(database, user="vecext_writer")
        code, out, err = call(capfd, plain, "load", tmp_path / "x.csv", "--table", "items")
        assert code == 0 and "2 rows loaded" in out and "all rows come in one transaction" in err
        code, _, err = call(capfd, plain, "load", tmp_path / "bad.csv", "--table", "items", "--batch", "1")
        assert code == 1 and "duplicate key" in err and "--resume" not in err
        assert sql("SELECT count(*) FROM items") == [(2,)]
    finally:
        sql("DROP OWNED BY vecext_writer")
        sql("DROP ROLE vecext_writer")


def test_times_of_json_are_times(database, sql, capfd, tmp_path):
    lines = [
        {"id": 1, "at": "2026-03-04T05:06:07Z", "day": "2026-03-04", "word": "2026"},
        {"id": 2, "at": "2026-03-04T05:06:07.5+02:00", "day": None, "word": "x"},
    ]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    result(capfd, database, "load", tmp_path / "x.jsonl", "--table", "items", "--create")
    assert sql("SELECT pg_typeof(at)::text, pg_typeof(day)::text, pg_typeof(word)::text, extract(epoch FROM at)::float8 FROM items ORDER BY id") == [
        ("timestamp with time zone", "date", "text", 1772600767.0),
        ("timestamp with time zone", "date", "text", 1772593567.5),
    ]


def test_a_second_load_that_overtakes_doubles_no_row(database, sql, tmp_path):
    (tmp_path / "x.jsonl").write_text("".join(f'{{"id": {i}, "v": [{i}, 1]}}\n' for i in range(3000)))
    sql("CREATE TABLE items (id int, v vector(2))")
    arguments = ["load", tmp_path / "x.jsonl", "--table", "items", "--batch", "500"]

    def waiting():
        return sql("SELECT count(*) FROM pg_locks WHERE relation = 'items'::regclass AND NOT granted")[0][0]

    with psycopg.connect(database) as blocker:
        blocker.execute("LOCK TABLE items IN EXCLUSIVE MODE")
        first = subprocess.Popen(program(database, *arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: waiting() == 1)
        second = subprocess.Popen(program(database, *arguments, "--resume"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: waiting() == 2)
        blocker.rollback()
        errors = [process.communicate()[1] for process in (first, second)]
    assert sorted([first.returncode, second.returncode]) == [0, 1] and "goes on at the same time" in "".join(errors)
    assert sql("SELECT count(*), count(DISTINCT id) FROM items") == [(3000, 3000)]


def test_what_a_column_is_too_short_for_is_refused(database, sql, capfd, tmp_path):
    sql("CREATE DOMAIN short AS varchar(3)")
    sql("CREATE TABLE items (id int, texts varchar(3)[], word short, bits bit(3)[], span interval)")
    rows = [('{"id": 1, "texts": ["abcdef"]}', "too long"), ('{"id": 1, "word": "abcdef"}', "too long"), ('{"id": 1, "bits": ["1010"]}', "bit string length")]
    for row, message in rows:
        (tmp_path / "x.jsonl").write_text(row)
        code, _, err = call(capfd, database, "load", tmp_path / "x.jsonl", "--table", "items")
        assert code == 1 and message in err, err
    (tmp_path / "x.jsonl").write_text('{"id": 1, "texts": ["abc"], "word": "abc", "bits": ["101"], "span": "1 year 1 mon"}')
    result(capfd, database, "load", tmp_path / "x.jsonl", "--table", "items")
    assert sql("SELECT texts, word, bits::text, span::text FROM items") == [(["abc"], "abc", "{101}", "1 year 1 mon")]
    sql("DROP TABLE items")
    sql("DROP DOMAIN short")


def test_a_file_without_rows(database, sql, capfd, tmp_path):
    (tmp_path / "x.jsonl").write_text("")
    sql("CREATE TABLE items (id int, v vector(2))")
    assert result(capfd, database, "load", tmp_path / "x.jsonl", "--table", "items")["rows"] == 0


def test_a_connection_string_is_not_shown(capfd):
    for dsn in ("postgres:/u:s3cret@h/db", "postgresql://u:50%secret@h/db", "password=my secret"):
        code, _, err = call(capfd, dsn, "doctor")
        assert code == 1 and "is not a connection string" in err and "secret" not in err and "s3cret" not in err
