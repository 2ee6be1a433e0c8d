"""`vecext snapshot`: collections that are written, dropped, and restored; files that are damaged; what is refused."""

import hashlib
import io
import json
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from command import call, peak_memory, program, result, run
from test_load import objects, sql  # noqa: F401 (a fixture)
from vecext.command import snapshot_restore, snapshot_take

VECTORS = {
    "": {"size": 3, "distance": "cosine", "hnsw": {"m": 8}},
    "flat": {"size": 3, "distance": "euclid", "type": "halfvec", "index": "none"},
    "lists": {"size": 2, "distance": "dot", "index": "ivfpq", "ivfpq": {"lists": 4}},
    "words": {"type": "sparsevec"},
    "tokens": {"size": 2, "distance": "cosine", "multivector": {"comparator": "max_sim"}},
    "bits": {"size": 4, "distance": "hamming", "type": "bit"},
    "bytes": {"size": 2, "distance": "euclid", "datatype": "uint8"},
    "any": {"size": None, "distance": "euclid"},
}
SCHEMA = {"year": {"type": "integer", "required": True}, "topics": {"type": "keyword", "array": True}}
INDEXES = [
    ("lang", "keyword", {}),
    ("year", "integer", {}),
    ("u", "uuid", {"scalar_only": True}),
    ("title", "text", {"tokenizer": "word", "min_token_len": 2}),
    ("body", "bm25", {}),
    ("gone", "is_empty", {}),
]
IDS = {
    "bigint": "i * 10000000019",
    "uuid": "md5(i::text)::uuid",
    "text": "'größer, ' || i",
    "point_id": "CASE WHEN i % 2 = 0 THEN i::text ELSE md5(i::text)::uuid::text END::vecext.point_id",
}
OPTIONS = {"index_threshold": 0, "strict_mode": {"max_query_limit": 50}, "config": {"a": {"b": 1}}}


def fill(sql, *, id="bigint", points=300):  # noqa: F811
    """A collection with vectors of all shapes, some of them NULL, and payload indexes of many types."""
    options = json.dumps(OPTIONS | {"id": id})[:-1] + ', "metadata": {"digits": 0.12345678901234567890123}}'
    sql("SELECT vecext.create_collection('films', %s, payload_schema => %s, options => %s)", json.dumps(VECTORS), json.dumps(SCHEMA), options)
    for key, kind, given in INDEXES:
        sql("SELECT vecext.create_payload_index('films', %s, %s, options => %s)", key, kind, json.dumps(given))
    sql(
        f"""INSERT INTO films (id, embedding, flat, lists, words, tokens, bits, bytes, "any", payload)
        SELECT {IDS[id]}, ARRAY[random(), -random() * 1e-30, '-0']::real[]::vector, ARRAY[random(), 60000 * random(), 1]::real[]::halfvec,
            ARRAY[random(), random()]::real[]::vector, CASE WHEN i % 3 > 0 THEN format('{{7:%s,4000000000:1e-40}}/4294967296', i)::sparsevec END,
            CASE WHEN i % 4 > 0 THEN array_fill(ARRAY[i, random()]::real[]::vector, ARRAY[i % 4]) END, (i % 16)::bit(4), ARRAY[i % 256, 7]::real[]::halfvec,
            CASE WHEN i % 5 > 0 THEN ARRAY[i, 1, 2, 3]::real[]::vector END,
            jsonb_build_object('year', i, 'lang', (ARRAY['en', 'de'])[i % 2 + 1], 'title', 'film ' || i, 'body', 'crash safe 🦜 ' || i,
                'x', random()::numeric / 3, 'topics', ARRAY['a', 'b'], 'u', md5(i::text)::uuid, 'none', NULL)
        FROM generate_series(1, {points}) AS i"""
    )
    sql(f"INSERT INTO films (id, payload) SELECT {IDS[id]}, jsonb_build_object('year', i) FROM generate_series(0, 0) AS i")


def rows_of(database, table="films"):
    """All rows, in binary: their bits."""
    with psycopg.connect(database) as connection, connection.cursor().copy(f"COPY (SELECT * FROM {table} ORDER BY 1) TO STDOUT (FORMAT binary)") as copy:
        return [bytes(row) for row in copy]


def schema_of(sql, table="films"):  # noqa: F811
    """Columns, indexes, constraints and triggers of a table."""
    oid = sql("SELECT %s::regclass::oid", table)[0][0]
    return [
        sql(
            """SELECT attname::text, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
            FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON adrelid = attrelid AND adnum = attnum WHERE attrelid = %s AND attnum > 0 ORDER BY attnum""",
            oid,
        ),
        sql("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s ORDER BY 1", oid),
        sql("SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s ORDER BY 1", oid),
        sql("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s ORDER BY 1", oid),
    ]


def definition_of(sql, name="films"):  # noqa: F811
    return sql("SELECT vecext.collection_definition(%s)::text", name)[0][0]


REQUESTS = [
    {"query": [0.5, -0.1, 0.2], "params": {"exact": True}},
    {"query": [0.5, 30000, 1], "using": "flat", "filter": {"must": [{"key": "lang", "match": {"value": "de"}}]}},
    {"query": [0.5, 0.1], "using": "lists", "params": {"exact": True}, "filter": {"must": [{"key": "year", "range": {"lt": 50}}]}},
    {"query": {"indices": [6], "values": [2.0]}, "using": "words"},
    {"query": [[1, 0], [0, 1]], "using": "tokens"},
    {"query": [5, 1, 2, 3], "using": "any"},
]


def answers(sql, name="films"):  # noqa: F811
    """What searches, counts and facets return."""
    found = [sql("SELECT id::text, score, payload FROM vecext.query(%s, %s)", name, json.dumps(request | {"limit": 20})) for request in REQUESTS]
    found.append(sql("SELECT value, count FROM vecext.facet(%s, 'lang')", name))
    found.append(sql("SELECT vecext.count_points(%s, filter => %s)", name, '{"must": [{"key": "title", "match": {"text": "film"}}]}'))
    assert all(found), [len(rows) for rows in found]
    return found


def take(database, capfd, folder, name="films"):
    """Takes a snapshot; returns its path."""
    return result(capfd, database, "snapshot", "create", name, "--folder", folder)["file"]


@pytest.mark.parametrize("id", IDS)
def test_all_that_a_collection_has_comes_back(database, sql, capfd, tmp_path, id):  # noqa: F811
    fill(sql, id=id)
    before = rows_of(database), schema_of(sql), definition_of(sql), answers(sql)
    done = result(capfd, database, "snapshot", "create", "films", "--folder", tmp_path / "new")
    assert done["collection"] == "films" and done["points"] == 301 and Path(done["file"]).stat().st_size == done["bytes"]
    sql("SELECT vecext.drop_collection('films')")
    assert result(capfd, database, "snapshot", "restore", done["file"]) == {"collection": "films", "file": done["file"], "points": 301}
    rows, schema, definition, found = rows_of(database), schema_of(sql), definition_of(sql), answers(sql)
    assert (rows, schema, definition) == before[:3]
    assert found == before[3]


def test_under_another_name_and_in_another_schema(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql)
    sql("CREATE SCHEMA shelf")
    file = take(database, capfd, tmp_path)
    for name, shown, table in [("copied", "copied", "copied"), ('shelf."Old.Films"', "Old.Films", 'shelf."Old.Films"'), ("n" * 70, "n" * 70, None)]:
        assert result(capfd, database, "snapshot", "restore", file, "--as", name)["collection"] == shown
        table = table or sql("SELECT vecext.collection_table(%s)::text", name)[0][0]
        assert rows_of(database, table) == rows_of(database) and answers(sql, name) == answers(sql)
        theirs, ours = json.loads(definition_of(sql, name)), json.loads(definition_of(sql))
        for definition in (theirs, ours):
            del definition["name"]
            for index in definition["payload_indexes"]:
                del index["index"], index["array_index"], index["constraint_name"]
                index["options"].pop("config", None)  # made for the index, and named after it
        assert theirs == ours
    with pytest.raises(psycopg.errors.CheckViolation):
        sql('INSERT INTO copied (id, payload) VALUES (-1, \'{"year": "x"}\')')
    sql("DROP SCHEMA shelf CASCADE")


def test_a_name_that_is_taken(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql)
    rows, found = rows_of(database), answers(sql)
    file = take(database, capfd, tmp_path)
    sql("SELECT vecext.create_alias('movies', 'films')")
    sql("SELECT vecext.delete_points('films', filter => '{}')")
    sql("CREATE TABLE others (a int)")
    for arguments, error in [
        ([], 'collection or alias "films" already exists (It is public.films.)'),
        (["--as", "movies"], 'collection or alias "movies" already exists (It is public.movies.)'),
        (["--as", "others"], 'relation "others" already exists'),
    ]:
        code, out, err = call(capfd, database, "snapshot", "restore", file, *arguments)
        assert code == 1 and out == "" and f"error: {error}\nhint: restore it under another name by --as NAME" in err and "--replace" in err
    assert sql("SELECT count(*) FROM films") == [(0,)]
    result(capfd, database, "snapshot", "restore", file, "--replace")
    assert rows_of(database) == rows and answers(sql) == answers(sql, "movies") == found
    assert objects(sql) == [("films",), ("others",)]
    sql("SELECT vecext.delete_points('films', filter => '{}')")
    assert result(capfd, database, "snapshot", "restore", file, "--replace", "--as", "movies")["collection"] == "films"
    assert rows_of(database) == rows_of(database, "movies") == rows
    result(capfd, database, "snapshot", "restore", file, "--replace", "--as", "new")
    assert rows_of(database, "new") == rows


def test_a_collection_is_read_and_written_until_it_is_replaced(database, sql, capfd, tmp_path, monkeypatch):  # noqa: F811
    fill(sql, points=20)
    file = take(database, capfd, tmp_path)
    sql("SET lock_timeout = '10s'")
    take_place = snapshot_restore._take_place
    found = []

    def used(*arguments):
        sql('SELECT vecext.upsert(\'films\', \'[{"id": -1, "payload": {"year": 1}}]\')')
        found.append(sql("SELECT vecext.count_points('films')"))
        return take_place(*arguments)

    monkeypatch.setattr(snapshot_restore, "_take_place", used)
    result(capfd, database, "snapshot", "restore", file, "--replace")
    assert found == [[(22,)]] and sql("SELECT vecext.count_points('films')") == [(21,)]


def test_a_table_that_is_a_collection(database, sql, capfd, tmp_path):  # noqa: F811
    sql("CREATE TABLE items (nr bigint PRIMARY KEY, at timestamptz NOT NULL, body text, gone int, embedding vector(3), payload jsonb)")
    sql("ALTER TABLE items DROP COLUMN gone")
    sql("INSERT INTO items SELECT i, now(), 'crash safe ' || i, ARRAY[i, 1, 2]::real[]::vector FROM generate_series(1, 100) AS i")
    sql("CREATE INDEX ON items USING ivfpq (embedding vector_cosine_ops) WITH (lists = 4)")
    sql("CREATE INDEX ON items USING bm25 (body) WITH (text_config = 'english')")
    sql('SELECT vecext.register_collection(\'items\', id_column => \'nr\', vectors => \'{"column": "embedding", "distance": "cosine"}\')')
    rows, definition = rows_of(database, "items"), definition_of(sql, "items")
    indexes = sql("SELECT indexdef FROM pg_indexes WHERE tablename = 'items' ORDER BY 1")
    file = take(database, capfd, tmp_path, "items")
    sql("SELECT vecext.drop_collection('items')")
    result(capfd, database, "snapshot", "restore", file)
    assert rows_of(database, "items") == rows and definition_of(sql, "items") == definition
    assert sql("SELECT indexdef FROM pg_indexes WHERE tablename = 'items' ORDER BY 1") == indexes


def test_no_points_and_indexes_that_wait(database, sql, capfd, tmp_path):  # noqa: F811
    sql('SELECT vecext.create_collection(\'films\', \'{"size": 3, "distance": "cosine"}\', options => \'{"index_threshold": 1000}\')')
    before = schema_of(sql), definition_of(sql)
    file = take(database, capfd, tmp_path)
    sql("SELECT vecext.drop_collection('films')")
    assert result(capfd, database, "snapshot", "restore", file)["points"] == 0
    assert (schema_of(sql), definition_of(sql)) == before


def damaged(data):
    """The file with a byte changed, within each member and its header, and cut at many places."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        members = tar.getmembers()
    for member in members:
        for place in (member.offset, member.offset + 130, member.offset_data, member.offset_data + member.size // 2, member.offset_data + member.size - 1):
            yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        yield data[: member.offset]
        yield data[: member.offset + 100]
        yield data[: member.offset_data + member.size // 2]
        yield data[: member.offset_data + member.size - 1]


def test_damaged_files_are_refused(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql, points=50)
    data = Path(take(database, capfd, tmp_path)).read_bytes()
    path = tmp_path / "bad.snapshot.tar"
    tried = 0
    for bad in damaged(data):
        path.write_bytes(bad)
        code, out, err = call(capfd, database, "snapshot", "restore", path, "--as", "copied", "-q")
        assert (code, out) == (1, "") and err == f"error: {path} is not a snapshot, or is damaged\nhint: nothing was restored\n"
        tried += 1
    assert tried == 36 and objects(sql) == [("films",)]


def rewritten(data, changes):
    """A snapshot whose digests are right, with other members of its manifest, but for those that are None."""
    parts = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            parts[member.name] = tar.extractfile(member).read()
    manifest = json.loads(parts["manifest.json"]) | changes
    parts["manifest.json"] = json.dumps({key: value for key, value in manifest.items() if value is not None}).encode()
    parts["SHA256SUMS"] = "".join(f"{hashlib.sha256(parts[name]).hexdigest()}  {name}\n" for name in list(parts)[:-1]).encode()
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, part in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(part)
            tar.addfile(info, io.BytesIO(part))
    return file.getvalue()


def test_a_file_that_anybody_has_made(database, sql, capfd, tmp_path):  # noqa: F811
    """It has names and types, and no SQL: nothing that it says is executed, and nothing is left."""
    fill(sql, points=10)
    sql("CREATE TABLE others (a int)")
    data = Path(take(database, capfd, tmp_path)).read_bytes()
    path = tmp_path / "made.snapshot.tar"
    evil = "bigint); DROP TABLE others; --"
    index = {"column": "embedding", "method": "hnsw", "operators": "vector_cosine_ops", "options": []}
    for changes, error in [
        ({"format": 2}, "has format 2 of snapshots, and this command reads format 1"),
        ({"points": None}, "is not a snapshot, or is damaged"),
        ({"columns": [{"name": "id", "type": evil, "not_null": True}]}, "which this database does not have"),
        ({"columns": [{"name": evil, "type": "bigint", "not_null": True}]}, 'column "id" named in key does not exist'),
        ({"columns": [{"name": "id", "type": "bigint", "not_null": True}]}, "row field count is 10, expected 1"),
        ({"indexes": [index | {"operators": evil}]}, "does not exist for access method"),
        ({"indexes": [index | {"options": [f"m=8{evil}"]}]}, 'invalid value for integer option "m"'),
    ]:
        path.write_bytes(rewritten(data, changes))
        code, _, err = call(capfd, database, "snapshot", "restore", path, "--as", "copied")
        assert code == 1 and error in err
        assert objects(sql) == [("films",), ("others",)]
        assert sql("SELECT count(*) FROM vecext.collections") == [(1,)]


def test_what_is_written_meanwhile_is_not_in(database, sql, capfd, tmp_path, monkeypatch):  # noqa: F811
    """Another session writes after the definition was read, and before the points are."""
    fill(sql, points=20)
    rows, definition = rows_of(database), definition_of(sql)
    path = snapshot_take.new_path

    def written(*arguments):
        sql("DELETE FROM films WHERE payload ->> 'lang' = 'en'")
        sql("INSERT INTO films (id, payload) VALUES (-1, '{\"year\": 1}')")
        sql("SELECT vecext.update_collection('films', '{\"metadata\": {\"later\": true}}')")
        return path(*arguments)

    monkeypatch.setattr(snapshot_take, "new_path", written)
    file = take(database, capfd, tmp_path)
    sql("SELECT vecext.drop_collection('films')")
    result(capfd, database, "snapshot", "restore", file)
    assert rows_of(database) == rows and definition_of(sql) == definition


def test_a_killed_create_leaves_no_snapshot(database, sql, capfd, tmp_path):  # noqa: F811
    """It is killed when all is written, before the file gets its name."""
    fill(sql, points=20)
    code = "import os, sys; os.fsync = lambda _: os.kill(os.getpid(), 9); from vecext.command.main import main; main(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, *program(database, "snapshot", "create", "films", "--folder", tmp_path)[3:]], check=False)
    assert done.returncode == -signal.SIGKILL and [file.suffix for file in tmp_path.iterdir()] == [".part"]
    assert result(capfd, database, "snapshot", "list", "--folder", tmp_path) == {"snapshots": []}


def test_rights(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql, points=20)
    file = take(database, capfd, tmp_path)
    sql("CREATE ROLE vecext_reader LOGIN")
    reader = make_conninfo(database, options="-c role=vecext_reader")
    folder = tmp_path / "theirs"
    try:
        code, _, err = call(capfd, reader, "snapshot", "create", "films", "--folder", folder)
        assert code == 1 and err == "error: permission denied for table films\n"
        sql("GRANT SELECT ON films TO vecext_reader")
        sql("ALTER TABLE films ENABLE ROW LEVEL SECURITY")
        code, _, err = call(capfd, reader, "snapshot", "create", "films", "--folder", folder)
        assert code == 1 and 'query would be affected by row-level security policy for table "films"' in err
        assert list(folder.iterdir()) == []
        code, _, err = call(capfd, reader, "snapshot", "restore", file, "--as", "copied", "-q")
        assert code == 1 and err == "error: permission denied for schema public\n"
        sql("ALTER TABLE films DISABLE ROW LEVEL SECURITY")
        sql("GRANT CREATE ON SCHEMA public TO vecext_reader")
        assert result(capfd, reader, "snapshot", "restore", take(reader, capfd, folder), "--as", "copied")["points"] == 21
        assert rows_of(database, "copied") == rows_of(database)
    finally:
        sql("DROP OWNED BY vecext_reader")
        sql("DROP ROLE vecext_reader")


def test_list_and_delete(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql, points=20)
    file = take(database, capfd, tmp_path)
    (tmp_path / "cut.snapshot.tar").write_bytes(Path(file).read_bytes()[:5000])
    (tmp_path / "notes.txt").write_text("x")
    cut, whole = result(capfd, database, "snapshot", "list", "--folder", tmp_path)["snapshots"]
    assert (whole["file"], whole["collection"], whole["points"], whole["bytes"]) == (file, "films", 21, Path(file).stat().st_size)
    assert cut == {"file": f"{tmp_path}/cut.snapshot.tar", "bytes": 5000, "error": f"{tmp_path}/cut.snapshot.tar is not a snapshot, or is damaged"}
    code, out, _ = run(database, "snapshot", "list", "--folder", tmp_path)
    assert code == 0 and out.splitlines()[1].startswith(f"{file}  films, 21 points, ")
    for name in (file, cut["file"]):
        assert result(capfd, database, "snapshot", "delete", name) == {"file": name}
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    code, out, _ = run(database, "snapshot", "list", "--folder", tmp_path)
    assert (code, out) == (0, f"no snapshots in {tmp_path}\n")


def test_errors(database, sql, capfd, tmp_path):  # noqa: F811
    (tmp_path / "notes.txt").write_text("x")
    for arguments, error in [
        (["create", "missing", "--folder", tmp_path], 'collection "missing" does not exist'),
        (["list", "--folder", tmp_path / "none"], "{}/none is not a folder"),
        (["restore", tmp_path / "none.snapshot.tar"], "{}/none.snapshot.tar: No such file or directory"),
        (["restore", tmp_path / "notes.txt"], "{}/notes.txt is not a snapshot, or is damaged"),
        (["delete", tmp_path / "notes.txt"], "{}/notes.txt is not a snapshot"),
        (["delete", tmp_path / "none.snapshot.tar"], "{}/none.snapshot.tar: No such file or directory"),
    ]:
        code, out, err = call(capfd, database, "snapshot", *arguments)
        assert (code, out) == (1, "") and err.splitlines()[0] == "error: " + error.format(tmp_path)
    assert call(capfd, database, "snapshot", "restore")[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_collections_that_a_snapshot_cannot_keep(database, sql, capfd, tmp_path):  # noqa: F811
    sql("CREATE TABLE parts (id bigint PRIMARY KEY, embedding vector(3), payload jsonb) PARTITION BY RANGE (id)")
    sql("CREATE TABLE made (id bigint PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (2 * a) STORED, payload jsonb)")
    for name in ("parts", "made"):
        sql("SELECT vecext.register_collection(%s)", name)
    sql('SELECT vecext.create_collection(\'films\', \'{"size": 3, "distance": "cosine"}\')')
    file = take(database, capfd, tmp_path)
    sql("SELECT vecext.enable_namespaces('films')")
    for name, what in [("parts", "partitions"), ("made", "generated columns"), ("films", "namespaces")]:
        code, _, err = call(capfd, database, "snapshot", "create", name, "--folder", tmp_path)
        assert code == 1 and err == f"error: collection {name} has {what}, which a snapshot does not keep\nhint: pg_dump keeps them\n"
    code, _, err = call(capfd, database, "snapshot", "restore", file, "--replace")
    assert code == 1 and "belong to namespaces, which a snapshot does not keep" in err
    assert len(list(tmp_path.iterdir())) == 1


def test_memory_does_not_grow_with_the_collection(database, sql, tmp_path):  # noqa: F811
    peaks = {}
    for points in (20_000, 60_000):
        sql('SELECT vecext.create_collection(%s, \'{"size": 256, "distance": "dot", "index": "none"}\')', f"c{points}")
        sql(f"INSERT INTO c{points} SELECT i, array_fill(i::real, ARRAY[256])::vector FROM generate_series(1, {points}) AS i")
        folder = tmp_path / str(points)
        peaks["create", points] = peak_memory(database, "snapshot", "create", f"c{points}", "--folder", folder)
        (file,) = folder.iterdir()
        peaks["restore", points] = peak_memory(database, "snapshot", "restore", file, "--as", f"r{points}")
    for call_name in ("create", "restore"):
        assert peaks[call_name, 60_000] < peaks[call_name, 20_000] + 15e6  # the file has 42 MB more
    assert sql("SELECT count(*) FROM r60000 AS r JOIN c60000 AS c USING (id) WHERE vector_send(r.embedding) = vector_send(c.embedding)") == [(60_000,)]
