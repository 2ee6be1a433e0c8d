#!/usr/bin/env python3
"""What programs do with Haystack's store of Qdrant, at the gateway whose port of gRPC and URL are the arguments."""
import asyncio
import sys

from haystack import Document, Pipeline
from haystack.dataclasses import SparseEmbedding
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.retrievers.qdrant import (QdrantEmbeddingRetriever, QdrantHybridRetriever,
                                                                QdrantSparseEmbeddingRetriever)
from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

from texts import SIZE, TEXTS, check, dense, metadata, report, sparse

ANIMALS = {"field": "meta.kind", "operator": "==", "value": "animal"}
SMALL = {"field": "meta.number", "operator": "<", "value": 3}


def sparse_of(text):
    return SparseEmbedding(*sparse(text))


def document(text, meta):
    """Its id is a hash, of which the store makes a UUID."""
    return Document(content=text, meta=meta, embedding=dense(text), sparse_embedding=sparse_of(text))


def make_documents():
    return [document(text, metadata(number)) for number, text in enumerate(TEXTS)]


def make_store(options):
    return QdrantDocumentStore(index="haystack", embedding_dim=SIZE, recreate_index=True, use_sparse_embeddings=True,
                               return_embedding=True, progress_bar=False, **options,
                               payload_fields_to_index=[{"field_name": "meta.kind", "field_schema": "keyword"}])


def texts_of(documents):
    return [document.content for document in documents]


def both(operator, *conditions):
    return {"operator": operator, "conditions": list(conditions)}


def filter_documents(store):
    def found(filters):
        return len(store.filter_documents(filters))
    check("all", store.count_documents(), len(TEXTS))
    check("whole documents", sorted(store.filter_documents(), key=lambda one: one.meta["number"])[1].content, "cat dog cat")
    check("equal", found(ANIMALS), 5)
    check("and", found(both("AND", ANIMALS, SMALL)), 3)
    check("or", found(both("OR", SMALL, {"field": "meta.number", "operator": ">=", "value": 8})), 5)
    check("not", found(both("NOT", ANIMALS, SMALL)), 5)
    check("in", found({"field": "meta.tags", "operator": "in", "value": ["car", "plane"]}), 4)
    check("not in", found({"field": "meta.number", "operator": "not in", "value": [1, 2]}), 8)
    check("unequal", found({"field": "meta.kind", "operator": "!=", "value": "animal"}), 5)
    check("count by filter", store.count_documents_by_filter(SMALL), 3)
    check("kinds of fields", store.get_metadata_fields_info()["kind"]["type"], "keyword")
    check("least and most", store.get_metadata_field_min_max("number"), {"min": 0, "max": 9})
    check("unique", store.count_unique_metadata_by_filter(ANIMALS, ["kind", "number"]), {"kind": 1, "number": 5})


def change(store):
    documents = make_documents()
    check("fails", refused(lambda: store.write_documents(documents, policy=DuplicatePolicy.FAIL)), True)
    check("skipped", store.write_documents(documents, policy=DuplicatePolicy.SKIP), 0)
    documents[0].meta["kind"] = "changed"
    check("overwritten", store.write_documents(documents[:1], policy=DuplicatePolicy.OVERWRITE), 1)
    (changed,) = store.get_documents_by_id([documents[0].id])
    check("changed", (changed.meta["kind"], [round(x, 4) for x in changed.sparse_embedding.values]), ("changed", [1.0]))
    check("updated by filter", store.update_by_filter(SMALL, {"seen": True}), 3)
    check("seen", store.count_documents_by_filter({"field": "meta.seen", "operator": "==", "value": True}), 3)
    store.delete_documents([documents[0].id])
    check("deleted by filter", store.delete_by_filter(SMALL), 2)
    check("deleted", store.count_documents(), len(TEXTS) - 3)
    store.delete_all_documents()
    check("all deleted", store.count_documents(), 0)


def refused(write):
    try:
        write()
    except DuplicateDocumentError:
        return True
    return False


def search(store):
    nearest = QdrantEmbeddingRetriever(document_store=store, top_k=2)
    found = nearest.run(query_embedding=dense("cat"))["documents"]
    check("nearest", texts_of(found), ["cat", "cat dog cat"])
    check("filtered", texts_of(nearest.run(query_embedding=dense("cat"), filters=both("NOT", ANIMALS), top_k=9)["documents"])[5:], [])
    check("threshold", texts_of(nearest.run(query_embedding=dense("ship"), score_threshold=0.95)["documents"]), ["ship"])
    groups = nearest.run(query_embedding=dense("cat"), top_k=2, group_by="meta.kind", group_size=1)["documents"]
    check("groups", [one.meta["kind"] for one in groups], ["animal", "vehicle"])
    words = QdrantSparseEmbeddingRetriever(document_store=store, top_k=1)
    check("sparse", texts_of(words.run(query_sparse_embedding=sparse_of("cat"))["documents"]), ["cat dog cat"])
    fused = QdrantHybridRetriever(document_store=store, top_k=1, filters=ANIMALS)
    for more in ({}, {"group_by": "meta.kind", "group_size": 1}):
        check("hybrid", texts_of(fused.run(query_embedding=dense("cat dog"), query_sparse_embedding=sparse_of("cat dog"),
                                           **more)["documents"]), ["cat dog cat"])
    pipeline = Pipeline()
    pipeline.add_component("retriever", nearest)
    check("pipeline", texts_of(pipeline.run({"retriever": {"query_embedding": dense("plane")}})["retriever"]["documents"])[0], "plane")


async def use_async(store):
    check("async: written", await store.write_documents_async(make_documents()), len(TEXTS))
    check("async: filter", len(await store.filter_documents_async(ANIMALS)), 5)
    found = await QdrantEmbeddingRetriever(document_store=store, top_k=1).run_async(query_embedding=dense("train"))
    check("async: nearest", texts_of(found["documents"]), ["train car train"])
    fused = await QdrantHybridRetriever(document_store=store, top_k=1).run_async(
        query_embedding=dense("cat dog"), query_sparse_embedding=sparse_of("cat dog"))
    check("async: hybrid", texts_of(fused["documents"]), ["cat dog cat"])
    check("async: deleted by filter", await store.delete_by_filter_async(SMALL), 3)
    check("async: updated", await store.update_by_filter_async(ANIMALS, {"seen": 1}), 2)
    await store.delete_all_documents_async()
    check("async: all deleted", await store.count_documents_async(), 0)
    await store.close_async()


def make_again(options):
    """Haystack makes a collection again if its vectors are without names and for cosine, and its payloads without indexes."""
    store = QdrantDocumentStore(index="haystack again", embedding_dim=SIZE, progress_bar=False, recreate_index=True, **options)
    check("written once more", store.write_documents([Document(content="car", embedding=dense("car"))]), 1)
    store.delete_all_documents(recreate_index=True)
    check("made again", store.count_documents(), 0)
    store.write_documents([Document(content="ship", embedding=dense("ship"))])
    (found,) = QdrantEmbeddingRetriever(document_store=store, scale_score=True).run(query_embedding=dense("ship"))["documents"]
    check("scaled score", round(found.score, 4), 1.0)
    store.close()


def main():
    port, url = sys.argv[1:]
    for by_grpc in (False, True):
        options = {"url": url, "grpc_port": int(port), "prefer_grpc": by_grpc}
        store = make_store(options)
        check("written", store.write_documents(make_documents()), len(TEXTS))
        filter_documents(store)
        search(store)
        change(store)
        asyncio.run(use_async(store))
        store.close()
        make_again(options)
    report("Haystack")


if __name__ == "__main__":
    main()
