"""The vector store of langchain-postgres with an index of vecext."""

import asyncio

import pytest

pytest.importorskip("langchain_postgres")

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_postgres import PGEngine, PGVectorStore
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from vecext.langchain import IvfpqIndex, RecallQueryOptions


class Lengths(Embeddings):
    """Texts are near if their lengths are."""

    def embed_query(self, text):
        return [float(len(text)), 1.0]

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]


def url_of(database):
    """A connection string as a URL of SQLAlchemy."""
    found = conninfo_to_dict(database)
    query = {key: str(found[key]) for key in ("host", "port") if key in found}
    return URL.create("postgresql+psycopg", username=found.get("user"), database=found["dbname"], query=query).render_as_string()


def test_store_with_index(database, connection):
    async def run():
        engine = PGEngine.from_engine(create_async_engine(url_of(database)))
        await engine.ainit_vectorstore_table(table_name="documents", vector_size=2)
        store = await PGVectorStore.create(engine, Lengths(), table_name="documents", index_query_options=RecallQueryOptions(0.99))
        await store.aadd_documents([Document(page_content="x" * length) for length in range(1, 50)])
        await store.aapply_vector_index(IvfpqIndex(name="documents_index"))
        nearest = await store.asimilarity_search("y" * 7, k=1)
        await engine.close()
        return nearest

    assert [len(document.page_content) for document in asyncio.run(run())] == [7]
    (definition,) = connection.execute("SELECT pg_get_indexdef('documents_index'::regclass)").fetchone()
    assert "USING ivfpq (embedding vector_cosine_ops)" in definition
    connection.execute("DROP TABLE documents")
    connection.commit()
