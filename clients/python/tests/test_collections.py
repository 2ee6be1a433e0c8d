"""Collections: what calls write and return, over a connection and an AsyncConnection."""

import asyncio
import inspect
from uuid import UUID

import numpy as np
import psycopg
import pytest

from vecext import AsyncCollection, Bit, Collection, SparseVector, Vector, connect, connect_async
from vecext.collections import Facet, Point
from vecext.collections.calls import Calls

VECTORS = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
PAYLOADS = [{"number": number, "kind": "even" if number % 2 == 0 else "odd"} for number in range(20)]


@pytest.fixture
def docs(connection):
    return Collection(connection, "docs").create({"size": 3, "distance": "euclid"}).upsert(range(20), VECTORS, PAYLOADS)


def test_upsert_and_query_in_one_expression(connection):
    hits = (
        Collection(connection, "docs")
        .create({"size": 3, "distance": "cosine"})
        .upsert([1, 2], [[1, 0, 0], [0, 1, 0]], [{"title": "a"}, None])
        .query([1.0, 0.1, 0])
    )
    assert [(hit.id, hit.payload) for hit in hits] == [(1, {"title": "a"}), (2, {})]
    assert hits[0].score == pytest.approx(1 / np.sqrt(1.01))


@pytest.mark.parametrize("query", [VECTORS[7], VECTORS[7].tolist(), Vector(VECTORS[7]), [int(x) for x in [1, 2, 3]]])
def test_nearest_points_are_those_of_numpy(docs, query):
    given = np.asarray(query.to_numpy() if isinstance(query, Vector) else query)
    distances = np.linalg.norm(VECTORS - given, axis=1)
    hits = docs.query(query, limit=5)
    assert [hit.id for hit in hits] == np.argsort(distances)[:5].tolist()
    assert [hit.score for hit in hits] == pytest.approx(np.sort(distances)[:5].tolist(), abs=1e-6)


def test_query_with_conditions_and_requests(docs):
    odd = docs.query(VECTORS[7], filter={"must": [{"key": "kind", "match": {"value": "odd"}}]}, limit=3, with_payload=["number"], with_vectors=True)
    assert odd[0].id == 7 and odd[0].payload == {"number": 7} and all(hit.id % 2 for hit in odd)
    assert np.allclose(odd[0].vectors, VECTORS[7])
    assert [hit.order_value for hit in docs.query({"order_by": {"key": "number", "direction": "desc"}}, limit=2)] == [19, 18]
    fused = docs.query({"fusion": "rrf"}, prefetch=[{"query": VECTORS[3], "limit": 2}, {"query": 3, "limit": 2}], limit=1)
    second = np.argsort(np.linalg.norm(VECTORS - VECTORS[3], axis=1))[1]
    assert (fused[0].id, fused[0].score) == (second, pytest.approx(1 / 3 + 1 / 2))  # a point is not near itself
    assert docs.query(VECTORS[7], score_threshold=0.001)[0].id == 7


def test_get_count_facet_scroll(docs):
    assert docs.get([5, 99, 2], with_payload=["number"]) == [Point(5, {"number": 5}, None), Point(2, {"number": 2}, None)]
    assert docs.count() == 20 and docs.count({"must": [{"key": "number", "range": {"lt": 5}}]}) == 5
    assert docs.facet("kind") == [Facet("even", 10), Facet("odd", 10)]
    found, cursor = [], None
    while True:
        page = docs.scroll(cursor, limit=6, with_payload=False)
        found += [point.id for point in page.points]
        if (cursor := page.next_cursor) is None:
            break
    assert found == list(range(20))


def test_payloads_and_deletion(docs):
    assert docs.set_payload({"kind": None, "seen": True}, [1, 2, 99]) == 2
    assert docs.overwrite_payload({"only": 1}, filter={"must": [{"key": "number", "match": {"value": 3}}]}) == 1
    assert docs.delete_payload(["kind"], [4]) == 1
    assert [point.payload for point in docs.get([1, 3, 4])] == [{"number": 1, "seen": True}, {"only": 1}, {"number": 4}]
    assert docs.update_vectors([{"id": 1, "vector": np.zeros(3)}]) == 1
    assert docs.get([1], with_vectors=True)[0].vectors == [0, 0, 0]
    assert docs.delete([1, 99]) == 1 and docs.delete(filter={}) == 19 and docs.count() == 0


def test_modes_of_upsert(docs):
    docs.upsert([0, 100], VECTORS[:2], mode="insert_only").upsert([1, 101], VECTORS[:2], mode="update_only")
    assert [point.payload for point in docs.get([0, 1, 100, 101])] == [PAYLOADS[0], {}, {}]


def test_vectors_by_name_and_ids_of_both_kinds(connection):
    uuid = UUID("550e8400-e29b-41d4-a716-446655440000")
    vectors = {
        "dense": {"size": 3, "distance": "cosine"},
        "words": {"type": "sparsevec"},
        "tokens": {"size": 2, "distance": "cosine", "multivector": {"comparator": "max_sim"}},
    }
    both = Collection(connection, "both").create(vectors, options={"id": "point_id"})
    both.upsert([uuid, 2**64 - 1], {"dense": VECTORS[:2], "words": [SparseVector({7: 1.5}, 1_000_000_000), None]})
    assert both.query(VECTORS[1], using="dense", limit=1)[0].id == 2**64 - 1
    assert [(hit.id, hit.score) for hit in both.query(SparseVector({7: 2.0}, 10), using="words")] == [(uuid, 3.0)]
    both.upsert_points([{"id": uuid, "vector": {"tokens": [[1, 0], [0.6, 0.8]]}}])
    assert both.query(np.array([[0, 1.0]]), using="tokens", limit=1)[0].score == pytest.approx(0.8)


def test_ids_of_texts_bits_and_indexes(connection):
    texts = Collection(connection, "texts").create({"size": 4, "type": "bit", "distance": "hamming"}, options={"id": "text", "index_threshold": 1})
    texts.upsert(["007", "b"], [Bit("0110"), Bit("0000")]).create_payload_index("kind", "keyword")
    assert [hit.id for hit in texts.query([0, 1, 1, 1])] == ["007", "b"]
    assert texts.create_vector_indexes() == 1
    assert [index["key"] for index in texts.info()["payload_indexes"]] == ["kind"]


def test_ids_are_read_as_the_collection_of_now_has_them(connection):
    again = Collection(connection, "again").create({"size": 3, "distance": "cosine"}).upsert([1], VECTORS[:1])
    assert again.get([1])[0].id == 1
    assert again.drop() and not again.drop() and not again.exists()
    again.create({"size": 3, "distance": "cosine"}, options={"id": "text"}).upsert(["1"], VECTORS[:1])
    assert again.exists() and again.scroll().points[0].id == "1"


def test_errors_are_those_of_the_server(docs):
    with pytest.raises(psycopg.errors.DataException):
        docs.query([1.0, 2.0])


def test_async(database):
    async def run():
        async with await connect_async(database, autocommit=True) as connection:
            docs = AsyncCollection(connection, "async_docs")
            await docs.create({"size": 3, "distance": "euclid"})
            assert await (await docs.upsert(range(20), VECTORS, PAYLOADS)).count() == 20
            hits = await docs.query(VECTORS[4], limit=1)
            await docs.drop()
            return hits

    assert asyncio.run(run())[0][:3] == (4, 0, PAYLOADS[4])


def test_connections_know_the_types(database):
    with connect(database) as connection:
        assert not connection.autocommit
        assert connection.execute("SELECT %s::vector", (VECTORS[0],)).fetchone()[0].tolist() == VECTORS[0].tolist()


def test_every_call_has_its_description():
    names = [name for name in vars(Calls) if not name.startswith("_")]
    assert len(names) >= 17 and all(inspect.getdoc(getattr(Calls, name)) for name in names)
    assert list(inspect.signature(Collection(None, "x").count).parameters) == ["self", "filter", "exact"]


def test_no_points(connection):
    for kind in ("bigint", "uuid", "text", "point_id"):
        vectors = {"": {"size": 2, "distance": "cosine"}, "words": {"type": "sparsevec"}}
        some = Collection(connection, f"none_{kind}").create(vectors, options={"id": kind})
        some.upsert([], []).upsert([], {"words": []})
        assert some.count() == 0
