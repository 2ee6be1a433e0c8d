#!/usr/bin/env python3
"""What programs do with LangChain's store of Qdrant, at the gateway whose port of gRPC and URL are the arguments."""
import asyncio
import sys
import uuid

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_qdrant import QdrantVectorStore, RetrievalMode, SparseEmbeddings, SparseVector
from qdrant_client import models

from texts import TEXTS, check, dense, metadata, report, sparse

NAME = "langchain"


class Dense(Embeddings):
    def embed_documents(self, texts):
        return [dense(text) for text in texts]

    def embed_query(self, text):
        return dense(text)


class Sparse(SparseEmbeddings):
    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text):
        indices, values = sparse(text)
        return SparseVector(indices=indices, values=values)


def texts_of(documents):
    return [document.page_content for document in documents]


def having(key, **condition):
    return models.FieldCondition(key=f"metadata.{key}", **condition)


def make_store(options, **more):
    return QdrantVectorStore.from_texts(TEXTS, Dense(), [metadata(number) for number in range(len(TEXTS))],
                                        collection_name=NAME, force_recreate=True, **options, **more)


def search(store):
    check("nearest", texts_of(store.similarity_search("cat", k=2)), ["cat", "cat dog cat"])
    check("second page", texts_of(store.similarity_search("cat", k=1, offset=1)), ["cat dog cat"])
    found, score = store.similarity_search_with_score("plane", k=1)[0]
    check("score", (found.page_content, found.metadata["number"], round(score, 4)), ("plane", 9, 1.0))
    check("by a vector", texts_of(store.similarity_search_by_vector(dense("fish"), k=1)), ["fish"])
    check("threshold", texts_of(store.similarity_search("car", k=9, score_threshold=0.9)), ["car"])
    check("different ones", texts_of(store.max_marginal_relevance_search("cat dog", k=2, fetch_k=4, lambda_mult=0.1))[0],
          "cat dog cat")
    retriever = store.as_retriever(search_type="mmr", search_kwargs={"k": 3, "fetch_k": 6})
    check("retriever", len(retriever.invoke("bird")), 3)


def search_filtered(store):
    def found(text, **filter):
        return texts_of(store.similarity_search(text, k=9, filter=models.Filter(**filter)))
    vehicle, small = having("kind", match=models.MatchValue(value="vehicle")), having("number", range=models.Range(lt=3))
    check("kind", found("cat", must=[vehicle])[:1] != ["cat"] and len(found("cat", must=[vehicle])), 5)
    check("range", sorted(found("cat", must=[small])), ["cat", "cat dog cat", "dog"])
    check("neither", sorted(found("fish", must_not=[vehicle, small])), ["bird dog bird", "fish"])
    check("word of an array", found("dog", must=[having("tags", match=models.MatchAny(any=["bird", "plane"]))])[0],
          "bird dog bird")
    check("within a filter", sorted(found("ship", must=[vehicle, models.Filter(should=[
        having("number", match=models.MatchValue(value=7)), having("tags[]", match=models.MatchValue(value="train"))])])),
        ["ship", "train car train"])


def change(store):
    (default,) = store.add_texts(["ship ship car"])
    check("default id", str(uuid.UUID(default)) == store.get_by_ids([default])[0].metadata["_id"], True)
    own = [str(uuid.UUID(int=5)), 17]
    store.add_documents([Document(page_content="dog cat dog", metadata={"n": 1}), Document(page_content="plane car")], ids=own)
    check("own ids", sorted(texts_of(store.get_by_ids(own))), ["dog cat dog", "plane car"])
    store.add_documents([Document(page_content="fish ship", metadata={"m": 2})], ids=own[:1])
    (changed,) = store.get_by_ids(own[:1])
    check("overwritten", (changed.page_content, "n" in changed.metadata, changed.metadata["m"]), ("fish ship", False, 2))
    check("deleted", store.delete([default, *own]), True)
    check("gone", store.get_by_ids([default, *own]), [])
    check("count", store.client.count(NAME).count, len(TEXTS))


async def use_async(store):
    ids = await store.aadd_texts(["car plane", "fish bird"], [{"number": 20}, {"number": 21}])
    check("async: nearest", texts_of(await store.asimilarity_search("fish bird", k=1)), ["fish bird"])
    check("async: filter", texts_of(await store.asimilarity_search("fish bird", k=1, filter=models.Filter(
        must=[having("number", match=models.MatchValue(value=20))]))), ["car plane"])
    check("async: different ones", len(await store.amax_marginal_relevance_search("fish", k=3)), 3)
    check("async: by ids", len(await store.aget_by_ids(ids)), 2)
    check("async: deleted", await store.adelete(ids), True)
    check("async: retriever", texts_of(await store.as_retriever(search_kwargs={"k": 1}).ainvoke("bird")), ["bird dog bird"])


def use_sparse(options):
    make_store(options, sparse_embedding=Sparse(), retrieval_mode=RetrievalMode.HYBRID, vector_name="dense",
               sparse_vector_name="words")
    for mode, text, nearest in ((RetrievalMode.DENSE, "cat", "cat"), (RetrievalMode.SPARSE, "cat", "cat dog cat"),
                                (RetrievalMode.HYBRID, "cat dog", "cat dog cat")):
        store = QdrantVectorStore.from_existing_collection(NAME, Dense(), sparse_embedding=Sparse(), retrieval_mode=mode,
                                                           vector_name="dense", sparse_vector_name="words", **options)
        check(mode.value, texts_of(store.similarity_search(text, k=1)), [nearest])
    check("hybrid: filter", texts_of(store.similarity_search("ship", k=1, filter=models.Filter(
        must=[having("number", range=models.Range(gt=7))]))), ["ship plane ship"])


def main():
    port, url = sys.argv[1:]
    for by_grpc in (False, True):
        options = {"url": url, "grpc_port": int(port), "prefer_grpc": by_grpc}
        store = make_store(options)
        search(store)
        search_filtered(store)
        change(QdrantVectorStore.from_existing_collection(NAME, Dense(), **options))
        asyncio.run(use_async(store))
        use_sparse(options)
        store.client.delete_collection(NAME)
    report("LangChain")


if __name__ == "__main__":
    main()
