"""What the tests of exports to other systems share: a table that goes out, and comes in again."""

import numpy as np

from command import result

ROWS = 250


def fill(sql, key="bigint", operators="vector_l2_ops"):
    """Makes table items: a key of that type, vectors with elements of many magnitudes, texts, numbers, and a payload."""
    keys = {"bigint": "i * 3", "text": "'a ' || i", "uuid": "md5(i::text)::uuid"}
    sql(f"CREATE TABLE items (id {key} PRIMARY KEY, embedding vector(4) NOT NULL, title text, price float8, payload jsonb)")
    sql(
        f"""INSERT INTO items SELECT {keys[key]}, ARRAY[random(), -random() * 1e-30, random() * 1e20, i]::real[]::vector, 'naïve ' || i, i / 8.0,
            jsonb_build_object('n', i, 'tags', ARRAY['a', 'b'])
        FROM generate_series(1, {ROWS}) AS i"""
    )
    sql(f"CREATE INDEX ON items USING hnsw (embedding {operators})")


def stored(sql):
    """The rows of items: keys as texts, in their order, vectors as an array, and what the payload of a point is."""
    rows = sql("SELECT id::text, embedding::real[], jsonb_build_object('title', title, 'price', price) || payload FROM items ORDER BY id::text COLLATE \"C\"")
    return [row[0] for row in rows], np.array([row[1] for row in rows], dtype=np.float32), [row[2] for row in rows]


def assert_comes_back(database, sql, capfd, system, *place, payload="payload"):
    """Imports the collection into another table, and compares it with items: keys, vectors bit by bit, payloads."""
    assert result(capfd, database, "import", system, *place, "--table", "again")["rows"] == ROWS
    keys, vectors, payloads = stored(sql)
    rows = sql(f'SELECT id::text, embedding::real[], {payload} FROM again ORDER BY id::text COLLATE "C"')
    assert [row[0] for row in rows] == keys
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), vectors)
    assert [row[2] for row in rows] == payloads
