#!/usr/bin/env python3
"""LlamaIndex's vector store for pgvector, unchanged, over vecext; libpq's variables name the server.

Its index is `hnsw`, of which vecext has one of the same name.
"""

import os

from embedding import SIZE, embed
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.core.vector_stores.types import VectorStoreQueryMode
from llama_index.vector_stores.postgres import PGVectorStore

TEXTS = ["the cat sleeps on the mat", "a dog barks at the cat", "stocks fell in early trade", "the market rose in late trade"]

database = os.environ.get("PGDATABASE", "postgres")
store = PGVectorStore.from_params(
    connection_string=f"postgresql+psycopg2:///{database}",
    async_connection_string=f"postgresql+asyncpg:///{database}",
    table_name="llama_index_example",
    embed_dim=SIZE,
    hybrid_search=True,
    text_search_config="english",
    hnsw_kwargs={"hnsw_m": 16, "hnsw_ef_construction": 64, "hnsw_ef_search": 100, "hnsw_dist_method": "vector_cosine_ops"},
)
store.clear()
nodes = [TextNode(text=text, embedding=embed(text), metadata={"topic": "animals" if "cat" in text else "money"}) for text in TEXTS]
print(len(store.add(nodes)), "nodes")

found = store.query(VectorStoreQuery(query_embedding=embed("the cat on the mat"), similarity_top_k=1))
print("nearest:", found.nodes[0].get_content())
animals = MetadataFilters(filters=[MetadataFilter(key="topic", value="animals")])
found = store.query(VectorStoreQuery(query_embedding=embed("late trade"), similarity_top_k=4, filters=animals))
print("of animals:", len(found.nodes), "nodes")
words = VectorStoreQuery(query_str="late market", query_embedding=embed("late market"), similarity_top_k=1, sparse_top_k=1, mode=VectorStoreQueryMode.HYBRID)
print("by words and vectors:", store.query(words).nodes[0].get_content())
