"""vecext from Python, by psycopg."""

import psycopg

CATEGORIES = ["sea", "city", "wood"]
ADJECTIVES = ["quiet", "bright", "narrow", "distant", "ancient"]
NOUNS = ["harbor", "bridge", "garden", "tower", "meadow", "lantern", "river", "orchard", "market", "island", "valley"]
QUERY = [100, 200, 300, 400, 300, 200, 100, 0]
FILTER = '{"must": [{"key": "category", "match": {"value": "sea"}}]}'


def vector(numbers):
    """The text form of a vector: [1,2,3]."""
    return "[" + ",".join(map(str, numbers)) + "]"


def row(i):
    """Row i. An application would get the embedding from a model."""
    body = f"{ADJECTIVES[i % 5]} {NOUNS[i % 11]} {i}"
    return i, CATEGORIES[i % 3], body, vector(i * (d + 2) ** 2 % 1009 - 504 for d in range(8))


def print_rows(title, rows):
    print(title)
    for each in rows:
        print("  " + " | ".join(each))


# PGHOST, PGDATABASE and so on name the server.
with psycopg.connect(autocommit=True) as db:
    db.execute("SET client_min_messages = warning")
    db.execute("CREATE EXTENSION IF NOT EXISTS vecext")
    db.execute("DROP TABLE IF EXISTS vecext_example")
    db.execute("""
        CREATE TABLE vecext_example (
            id bigint PRIMARY KEY,
            category text NOT NULL,
            body text NOT NULL,
            embedding vector(8) NOT NULL)""")

    # COPY is the fastest way to load rows.
    with db.cursor().copy("COPY vecext_example FROM STDIN") as copy:
        for i in range(1, 1001):
            copy.write_row(row(i))

    db.execute("CREATE INDEX ON vecext_example USING ivfpq (embedding vector_cosine_ops)")
    db.execute("CREATE INDEX ON vecext_example USING bm25 (body)")
    db.execute("ANALYZE vecext_example")
    print_rows("loaded", db.execute("SELECT count(*)::text FROM vecext_example"))

    print_rows("nearest in a category", db.execute("""
        SELECT id::text, round((embedding <=> %(query)s)::numeric, 4)::text, body
        FROM vecext_example WHERE category = %(category)s
        ORDER BY embedding <=> %(query)s LIMIT 5""", {"query": vector(QUERY), "category": "sea"}))

    print_rows("words and vectors", db.execute("""
        SELECT h.id, round(h.score::numeric, 4)::text, e.body
        FROM vecext.hybrid_search('vecext_example', text => %s, vector => %s, filter => %s, limit_ => 5) h
        JOIN vecext_example e ON e.id = h.id::bigint ORDER BY h.score DESC""", ["harbor", vector(QUERY), FILTER]))
