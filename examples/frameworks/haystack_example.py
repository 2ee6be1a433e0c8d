#!/usr/bin/env python3
"""Haystack's document store for pgvector, unchanged, over vecext; libpq's variables name the server.

Its index is `hnsw`, of which vecext has one of the same name.
"""

import os

from embedding import SIZE, embed
from haystack import Document
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import Secret
from haystack_integrations.components.retrievers.pgvector import PgvectorEmbeddingRetriever, PgvectorKeywordRetriever
from haystack_integrations.document_stores.pgvector import PgvectorDocumentStore

TEXTS = ["the cat sleeps on the mat", "a dog barks at the cat", "stocks fell in early trade", "the market rose in late trade"]

os.environ.setdefault("PG_CONN_STR", "dbname=" + os.environ.get("PGDATABASE", "postgres"))
store = PgvectorDocumentStore(
    connection_string=Secret.from_env_var("PG_CONN_STR"),
    table_name="haystack_example",
    embedding_dimension=SIZE,
    vector_function="cosine_similarity",
    search_strategy="hnsw",
    recreate_table=True,
    hnsw_recreate_index_if_exists=True,
)
documents = [Document(content=text, embedding=embed(text), meta={"topic": "animals" if "cat" in text else "money"}) for text in TEXTS]
print(store.write_documents(documents, policy=DuplicatePolicy.OVERWRITE), "documents")

found = PgvectorEmbeddingRetriever(document_store=store, top_k=1).run(query_embedding=embed("the cat on the mat"))
print("nearest:", found["documents"][0].content)
animals = {"field": "meta.topic", "operator": "==", "value": "animals"}
found = PgvectorEmbeddingRetriever(document_store=store, filters=animals, top_k=4).run(query_embedding=embed("late trade"))
print("of animals:", len(found["documents"]), "documents")
found = PgvectorKeywordRetriever(document_store=store, top_k=1).run(query="late market")
print("by words:", found["documents"][0].content)
