"""Types, distances, searches and indexes of SQLAlchemy, by a driver without and with the types registered."""

import asyncio

import numpy as np
import psycopg
import pytest

sqlalchemy = pytest.importorskip("sqlalchemy")

from sqlalchemy import ARRAY, BigInteger, Column, Index, MetaData, String, Table, cast, create_engine, event, func, inspect, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from vecext import Bit, HalfVector, SparseVector, register_vector
from vecext.sqlalchemy import BIT, HALFVEC, SPARSEVEC, VECTOR, avg, bm25_distance, bm25_matches, hybrid_search, matches, sum


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "alchemy item"
    id = mapped_column(BigInteger, primary_key=True)
    embedding = mapped_column(VECTOR(3))
    half = mapped_column(HALFVEC(3))
    bits = mapped_column(BIT(3))
    sparse = mapped_column(SPARSEVEC(3))
    body = mapped_column(String)
    payload = mapped_column(JSONB)
    __table_args__ = (
        Index("alchemy_vectors", embedding, postgresql_using="ivfpq", postgresql_with={"bits": 4}, postgresql_ops={"embedding": "vector_cosine_ops"}),
        Index("alchemy_words", body, postgresql_using="bm25", postgresql_with={"text_config": "'english'"}),
        Index("alchemy_sparse", sparse, postgresql_using="inverted"),
    )


ROWS = [
    (1, [1, 1, 1], "000", "the crash of an index", "en"),
    (2, [2, 2, 2], "101", "a safe log", "en"),
    (3, [1, 1, 2], "111", "ein index", "de"),
]


@pytest.fixture(params=["texts", "registered"])
def session(database, request):
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))
    if request.param == "registered":
        event.listen(engine, "connect", lambda connection, record: register_vector(connection))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for key, vector, bits, body, lang in ROWS:
            session.add(Item(id=key, embedding=vector, half=vector, bits=bits, sparse=SparseVector(vector), body=body, payload={"lang": lang}))
        session.commit()
        yield session
        session.rollback()
    Base.metadata.drop_all(engine)
    engine.dispose()


def test_values(session):
    session.add(Item(id=4, embedding=np.array([1.5, 2, 3]), half=HalfVector([1.5, 2, 3]), bits=Bit("110"), sparse=[0, 2.5, 0]))
    session.add(Item(id=5))
    session.commit()
    item = session.get(Item, 4)
    assert item.embedding.dtype == np.float32
    assert item.embedding.tolist() == [1.5, 2, 3]
    assert item.half == HalfVector([1.5, 2, 3])
    assert item.bits == "110"
    assert item.sparse == SparseVector([0, 2.5, 0])
    item = session.get(Item, 5)
    assert (item.embedding, item.half, item.bits, item.sparse) == (None, None, None, None)


def test_changed_attributes(session):
    item = session.get(Item, 1)
    item.embedding = np.array([1, 1, 1])
    assert not session.is_modified(item)
    item.embedding = [1, 1, 5]
    session.commit()
    assert session.get(Item, 1).embedding.tolist() == [1, 1, 5]


def test_dimensions_are_checked(session):
    with pytest.raises(sqlalchemy.exc.StatementError, match="expected 3 dimensions, not 2"):
        session.execute(select(Item.embedding.l2_distance([1, 2])))


@pytest.mark.parametrize("column", [Item.embedding, Item.half, Item.sparse])
@pytest.mark.parametrize(
    "distance, order",
    [("l2_distance", [1, 3, 2]), ("max_inner_product", [2, 3, 1]), ("cosine_distance", [1, 2, 3]), ("l1_distance", [1, 3, 2])],
)
def test_distances(session, column, distance, order):
    assert session.scalars(select(Item.id).order_by(getattr(column, distance)([1, 1, 1]), Item.id)).all() == order


def test_distances_of_bits(session):
    for distance in ("hamming_distance", "jaccard_distance"):
        assert session.scalars(select(Item.id).order_by(getattr(Item.bits, distance)("101"))).all() == [2, 3, 1]
        assert session.scalars(select(Item.id).order_by(getattr(Item.bits, distance)(Bit("101")))).all() == [2, 3, 1]


def test_expressions(session):
    assert session.scalars(select(Item.id).where(Item.embedding.l2_distance([1, 1, 1]) < 1)).all() == [1]
    assert session.scalar(select(Item.embedding.l2_distance(Item.half.cast(VECTOR))).where(Item.id == 1)) == 0
    assert session.scalar(select(avg(Item.embedding))).tolist() == pytest.approx([4 / 3, 4 / 3, 5 / 3])
    assert session.scalar(select(sum(Item.half))) == HalfVector([4, 4, 5])
    half = func.cast(Item.embedding, HALFVEC(3)).l2_distance([1, 1, 1])
    assert session.scalars(select(Item.id).order_by(half)).all() == [1, 3, 2]
    statement = select(Item.id).where(Item.embedding.l2_distance([1, 1, 1]) < 1)
    assert "'[1.0,1.0,1.0]'" in str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))


def test_words(session):
    assert session.scalars(select(Item.id).where(bm25_matches(Item.body, "index")).order_by(Item.id)).all() == [1, 3]
    query = func.websearch_to_tsquery("english", "index -crash")
    assert session.scalars(select(Item.id).where(bm25_matches(Item.body, query))).all() == [3]
    assert session.scalars(select(Item.id).order_by(bm25_distance(Item.body, "safe logs")).limit(1)).all() == [2]
    query = func.vecext.bm25_query("crash", literal("alchemy_words").cast(REGCLASS))
    score = session.scalar(select(-bm25_distance(Item.body, query)).where(Item.id == 1))
    assert score > 0


def test_filters(session):
    in_json = {"must": [{"key": "lang", "match": {"value": "en"}}]}
    for given in (in_json, "lang = 'en'"):
        assert session.scalars(select(Item.id).where(matches(Item.payload, given)).order_by(Item.id)).all() == [1, 2]


@pytest.mark.parametrize("relation", [Item, Item.__table__, '"alchemy item"'])
def test_hybrid_search(session, relation):
    hits = hybrid_search(
        relation,
        text="crash index",
        vector=[1, 1, 1],
        filter={"must": [{"key": "payload.lang", "match": {"value": "en"}}]},
        method="rrf",
        limit=2,
        vector_column="embedding",
    )
    found = session.execute(select(Item, hits.c.score, hits.c.ranks).join(hits, cast(hits.c.id, BigInteger) == Item.id).order_by(hits.c.score.desc())).all()
    assert [(item.id, ranks) for item, _, ranks in found] == [(1, [1, 1]), (2, [None, 2])]
    assert found[0].score == pytest.approx(2 / 61)


def test_indexes_and_reflection(session):
    found = dict(session.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'alchemy item'")).all())
    assert "USING ivfpq (embedding vector_cosine_ops) WITH (bits='4')" in found["alchemy_vectors"]
    assert "USING bm25 (body) WITH (text_config=english)" in found["alchemy_words"]
    assert "USING inverted (sparse)" in found["alchemy_sparse"]
    kinds = {column["name"]: column["type"] for column in inspect(session.connection()).get_columns("alchemy item")}
    assert [type(kinds[name]) for name in ("embedding", "half", "bits", "sparse")] == [VECTOR, HALFVEC, BIT, SPARSEVEC]
    assert kinds["embedding"].dim == 3


def test_arrays(session):
    if not isinstance(session.scalar(text("SELECT '[1]'::vector")), np.ndarray):
        pytest.skip("arrays need the types registered")
    table = Table("alchemy_arrays", MetaData(), Column("vectors", ARRAY(VECTOR(2))))
    table.create(session.connection())
    session.execute(table.insert().values(vectors=[np.array([1, 2]), np.array([3, 4])]))
    assert [row.tolist() for row in session.scalar(select(table.c.vectors))] == [[1, 2], [3, 4]]


def test_another_driver(database):
    asyncpg = pytest.importorskip("asyncpg")
    from psycopg.conninfo import conninfo_to_dict
    from sqlalchemy.ext.asyncio import create_async_engine

    parameters = {key: value for key, value in conninfo_to_dict(database).items() if key in ("host", "port", "user")}
    table = Table("alchemy_other", MetaData(), Column("v", VECTOR(2)), Column("h", HALFVEC(2)), Column("b", BIT(3)), Column("s", SPARSEVEC(2)))

    async def run():
        engine = create_async_engine(
            "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(database=conninfo_to_dict(database)["dbname"], **parameters)
        )
        async with engine.connect() as connection:
            await connection.run_sync(table.create)
            await connection.execute(table.insert(), [{"v": [1, 2], "h": [1, 2], "b": Bit("101"), "s": [0, 2]}, {"v": None, "h": None, "b": "110", "s": None}])
            found = (await connection.execute(select(table).order_by(table.c.b.hamming_distance("101")))).all()
        await engine.dispose()
        return found

    first, second = asyncio.run(run())
    assert first.v.tolist() == [1, 2]
    assert (first.h, first.b.as_string(), first.s) == (HalfVector([1, 2]), "101", SparseVector([0, 2]))
    assert (second.v, second.h, second.b.as_string(), second.s) == (None, None, "110", None)
