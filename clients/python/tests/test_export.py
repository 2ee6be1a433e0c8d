"""`vecext export`, and tables that go out and in again."""

import fcntl
import json
import signal
import subprocess

import h5py
import numpy as np
import psycopg
import pyarrow.parquet as pq
import pytest
from psycopg.conninfo import make_conninfo

from command import call, program, result, run
from test_load import ALL_TYPES, objects, sql, wait_until  # noqa: F401 (a fixture)


def fill(sql):  # noqa: F811
    sql(ALL_TYPES)
    sql(
        """INSERT INTO items SELECT i, ARRAY[random(), -random() * 1e-30, random() * 1e30]::real[]::vector,
            ARRAY[random(), -random(), 60000 * random()]::real[]::halfvec,
            format('{1:%s,5:%s}/5', random()::real, random()::real)::sparsevec, i::bit(4),
            'größer, "🦜"' || chr(10) || i || chr(9), 'abc', random()::numeric / 3, random(), random(),
            i, -i, i % 2 = 0, jsonb_build_object('a', ARRAY[i, NULL], 'ä', random()),
            '[1, 2]', gen_random_uuid(), now() + i * interval '1 hour', now(), now(), '1 day',
            ARRAY['a', NULL, 'b "c"'], ARRAY[random(), 'NaN'], decode(md5(i::text), 'hex'), '10.0.0.0/8'
        FROM generate_series(1, 500) AS i"""
    )
    sql("INSERT INTO items (id, t, f4, f8) VALUES (-1, '', 'NaN', '-Infinity'), (0, NULL, '-0', 0.1)")


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "jsonl", "parquet", "arrow", "arrows"])
def test_all_types_go_out_and_in_again(database, sql, capfd, tmp_path, format):  # noqa: F811
    fill(sql)
    path = tmp_path / f"x.{format}"
    assert result(capfd, database, "export", path, "--table", "items")["rows"] == 502
    sql("CREATE TABLE again (LIKE items)")
    assert result(capfd, database, "load", path, "--table", "again")["rows"] == 502
    rows = sql("SELECT i::text, vector_send(v), halfvec_send(h) FROM items AS i ORDER BY id")
    assert sql("SELECT i::text, vector_send(v), halfvec_send(h) FROM again AS i ORDER BY id") == rows
    if format in ("parquet", "arrow", "arrows"):
        result(capfd, database, "load", path, "--table", "created", "--create")
        assert sql("SELECT i::text, vector_send(v), halfvec_send(h) FROM created AS i ORDER BY id") == rows
        types = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"
        assert sql(types, "created") == sql(types, "items")


ODD = "-c datestyle=German -c intervalstyle=sql_standard -c extra_float_digits=-15 -c bytea_output=escape -c client_encoding=LATIN1 -c timezone=Asia/Kolkata"


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_settings_of_a_session_change_no_value(database, sql, capfd, tmp_path, format):  # noqa: F811
    fill(sql)
    odd = make_conninfo(database, options=ODD)
    assert result(capfd, odd, "export", tmp_path / f"x.{format}", "--table", "items")["rows"] == 502
    rows = sql("SELECT i::text, vector_send(v), halfvec_send(h) FROM items AS i ORDER BY id")
    for number, dsn in enumerate((database, odd)):
        sql(f"CREATE TABLE again{number} (LIKE items)")
        result(capfd, dsn, "load", tmp_path / f"x.{format}", "--table", f"again{number}")
        assert sql(f"SELECT i::text, vector_send(v), halfvec_send(h) FROM again{number} AS i ORDER BY id") == rows


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "jsonl", "parquet", "arrow", "arrows"])
@pytest.mark.parametrize("rows", [0, 1])
def test_no_row_and_one_row(database, sql, capfd, tmp_path, format, rows):  # noqa: F811
    fill(sql)
    path = tmp_path / f"x.{format}"
    assert result(capfd, database, "export", path, "--table", "items", "--where", f"id BETWEEN 1 AND {rows}")["rows"] == rows
    sql("CREATE TABLE again (LIKE items)")
    if (format, rows) not in (("json", 0), ("jsonl", 0)):  # these have no columns, then
        assert result(capfd, database, "load", path, "--table", "again")["rows"] == rows
        assert sql("SELECT count(*) FROM again AS ours JOIN items AS theirs ON ours::text = theirs::text") == [(rows,)]


@pytest.mark.parametrize("format", ["npz", "hdf5"])
def test_arrays_go_out_and_in_again(database, sql, capfd, tmp_path, format):  # noqa: F811
    fill(sql)
    path = tmp_path / f"x.{format}"
    columns = "id,v,h,f8,f4,i2,o"
    code, _, err = call(capfd, database, "export", path, "--table", "items", "--columns", columns)
    assert code == 1 and "has a NULL in v, which arrays cannot hold" in err and "--where 'v IS NOT NULL'" in err and not path.exists()
    assert result(capfd, database, "export", path, "--table", "items", "--columns", columns, "--where", "v IS NOT NULL")["rows"] == 500
    result(capfd, database, "load", path, "--table", "again", "--create")
    shown = "SELECT id, vector_send(v), halfvec_send(h), float8send(f8), float4send(f4), i2, o FROM {} WHERE v IS NOT NULL ORDER BY id"
    assert sql(shown.format("again")) == sql(shown.format("items"))


@pytest.mark.parametrize("format", ["npy", "fbin", "fvecs"])
def test_formats_of_one_column(database, sql, capfd, tmp_path, format):  # noqa: F811
    sql("CREATE TABLE items (id bigint PRIMARY KEY, t text, embedding vector(3))")
    sql("INSERT INTO items SELECT i, 'x', ARRAY[i, random(), random()]::real[]::vector FROM generate_series(20000, 1, -1) AS i")
    path = tmp_path / f"x.{format}"
    code, _, err = call(capfd, database, "export", path, "--table", "items")
    assert code == 0 and f"left out, as {format} does not hold them: id, t" in err
    result(capfd, database, "load", path, "--table", "again", "--create")
    assert sql("SELECT count(*), sum((vector_send(a.embedding) = vector_send(i.embedding))::int) FROM again AS a JOIN items AS i ON i.id = a.id + 1") == [
        (20000, 20000)
    ]


def test_libraries_read_exports(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql)
    for format in ("parquet", "hdf5"):
        arguments = ["--columns", "id,v,t", "--where", "v IS NOT NULL"]
        result(capfd, database, "export", tmp_path / f"x.{format}", "--table", "items", *arguments)
    vectors = np.array([row[0] for row in sql("SELECT v::real[] FROM items WHERE v IS NOT NULL ORDER BY id")], dtype=np.float32)
    table = pq.read_table(tmp_path / "x.parquet")
    assert np.array_equal(np.array(table["v"].to_pylist(), dtype=np.float32), vectors) and table["id"].to_pylist() == list(range(1, 501))
    with h5py.File(tmp_path / "x.hdf5") as file:
        assert np.array_equal(file["v"], vectors) and file["t"][0].decode() == 'größer, "🦜"\n1\t'


def test_standard_output(database, sql):  # noqa: F811
    fill(sql)
    code, out, _ = run(database, "export", "-", "--format", "jsonl", "--table", "items", "--columns", "id,j", "--where", "id IN (2, 3)", "-q")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [row["id"] for row in rows] == [2, 3] and rows[0]["j"]["a"] == [2, None]
    code, out, _ = run(database, "export", "-", "--format", "json", "--table", "items", "--columns", "id", "-q")
    assert code == 0 and [row["id"] for row in json.loads(out)] == list(range(-1, 501))


def test_errors(database, sql, capfd, tmp_path):  # noqa: F811
    sql("CREATE TABLE items (id bigint, a vector(3), b vector(3), t text)")
    (tmp_path / "there.csv").write_text("x")
    for arguments, error, hint in [
        (["x.csv", "--table", "missing"], "table missing does not exist", ""),
        (["x", "--table", "items"], "the format of {}/x is not known", "--format"),
        (["x.npy", "--table", "items"], "npy holds one column, and a, b could be meant", "--columns a"),
        (["x.npy", "--table", "items", "--columns", "t"], "npy holds numbers and vectors, and t is text", "--columns"),
        (["x.csv", "--table", "items", "--columns", "id,c"], "items has no column c", "it has id, a, b, t"),
        (["there.csv", "--table", "items"], "{}/there.csv exists", ""),
        (["x.csv", "--table", "items", "--resume"], "an export to x.csv cannot be resumed", "primary key"),
        (["x.csv", "--table", "items", "--where", "c = 1"], 'column "c" does not exist', ""),
        (["none/x.csv", "--table", "items"], "{}/none/x.csv.part: No such file or directory", ""),
    ]:
        name, *others = arguments
        code, out, err = call(capfd, database, "export", tmp_path / name, *others)
        first, *rest = err.splitlines()[-2:] if "hint" in err else err.splitlines()[-1:]
        assert code == 1 and out == "" and first.startswith("error: " + error.format(tmp_path)), err
        assert hint in "".join(rest)
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_killed_and_resumed(database, sql, capfd, tmp_path, format):  # noqa: F811
    """The export waits at a row for a lock of another session, and is killed there, after which its file is damaged at the end."""
    sql("CREATE TABLE items (id bigint, part text, embedding vector(3), PRIMARY KEY (part, id))")
    sql("INSERT INTO items SELECT i, chr(97 + i % 2), ARRAY[i, 0, 1]::real[]::vector FROM generate_series(1, 40000) AS i")
    sql(
        """CREATE FUNCTION waits(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN IF id = 39000 THEN PERFORM pg_advisory_xact_lock_shared(1); END IF; RETURN true; END $$"""
    )
    path = tmp_path / f"x.{format}"
    arguments = ["export", path, "--table", "items", "--where", "waits(id)"]
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(1)")
        process = subprocess.Popen(program(database, *arguments))
        wait_until(lambda: sql("SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0")[0][0] == 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
    part = tmp_path / f"x.{format}.part"
    assert not path.exists() and 8000 < len(part.read_bytes().splitlines()) < 40000
    with open(part, "ab") as file:
        file.write(b'{"id": 1, "cut')
    code, _, err = call(capfd, database, *arguments[:-1], "true", "--resume")
    assert code == 1 and "the interrupted export was another one" in err
    assert result(capfd, database, *arguments, "--resume")["rows"] == 40000
    assert result(capfd, database, *["export", tmp_path / f"whole.{format}", *arguments[2:]])["rows"] == 40000
    assert path.read_bytes() == (tmp_path / f"whole.{format}").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"whole.{format}", f"x.{format}"]
    assert objects(sql) == [("items",)]


def test_two_exports_to_one_file(database, sql, capfd, tmp_path):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY)")
    sql("INSERT INTO items SELECT generate_series(1, 10)")
    with open(tmp_path / "x.csv.part", "wb") as other:
        other.write(b"of another one")
        fcntl.flock(other, fcntl.LOCK_EX)
        code, _, err = call(capfd, database, "export", tmp_path / "x.csv", "--table", "items")
        assert code == 1 and "another export writes" in err
    assert result(capfd, database, "export", tmp_path / "x.csv", "--table", "items")["rows"] == 10
    assert (tmp_path / "x.csv").read_text().split() == ["id", *map(str, range(1, 11))]
