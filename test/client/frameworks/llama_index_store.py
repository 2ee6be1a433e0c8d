#!/usr/bin/env python3
"""What programs do with LlamaIndex's store of Qdrant, at the gateway whose port of gRPC and URL are the arguments."""
import asyncio
import sys

from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.core.vector_stores import FilterCondition, FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.core.vector_stores.types import VectorStoreQueryMode
from llama_index.vector_stores.qdrant import QdrantVectorStore
from qdrant_client import AsyncQdrantClient, QdrantClient

from texts import TEXTS, check, dense, metadata, report, sparse

NAME = "llama index"
DOCUMENTS = ["first", "second"]  # the even texts are of the first one


class Dense(BaseEmbedding):
    def _get_text_embedding(self, text):
        return dense(text)

    def _get_query_embedding(self, query):
        return dense(query)

    async def _aget_query_embedding(self, query):
        return dense(query)


def sparse_of_all(texts):
    vectors = [sparse(text) for text in texts]
    return [indices for indices, _ in vectors], [values for _, values in vectors]


def make_nodes():
    """Their ids are UUIDs that LlamaIndex makes."""
    return [TextNode(text=text, embedding=dense(text), metadata=metadata(number),
                     relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=DOCUMENTS[number % 2])})
            for number, text in enumerate(TEXTS)]


def make_store(clients, **more):
    client, aclient = clients
    client.delete_collection(NAME)
    return QdrantVectorStore(NAME, client=client, aclient=aclient, **more)


def condition(key, operator, value):
    return MetadataFilter(key=key, operator=operator, value=value)


def query_of(text, count=len(TEXTS), filters=None, of=FilterCondition.AND, **more):
    filters = filters and MetadataFilters(filters=filters, condition=of)
    return VectorStoreQuery(query_embedding=dense(text), query_str=text, similarity_top_k=count, filters=filters, **more)


def texts_of(result):
    return [node.get_content() for node in result.nodes]


def search(store, nodes):
    result = store.query(query_of("cat", 2))
    check("nearest", texts_of(result), ["cat", "cat dog cat"])
    check("score", round(result.similarities[0], 4), 1.0)
    check("id", result.ids[0], nodes[0].node_id)
    check("text and metadata", (result.nodes[0].text, result.nodes[0].metadata), ("cat", metadata(0)))

    def found(text, *filters, **more):
        return texts_of(store.query(query_of(text, filters=list(filters), **more)))
    vehicle, small = condition("kind", FilterOperator.EQ, "vehicle"), condition("number", FilterOperator.LT, 3)
    check("equal", len(found("cat", vehicle)), 5)
    check("unequal", sorted(found("cat", condition("kind", FilterOperator.NE, "vehicle"))), sorted(TEXTS[:5]))
    check("or", len(found("cat", vehicle, small, of=FilterCondition.OR)), 8)
    check("not", len(found("cat", vehicle, small, of=FilterCondition.NOT)), 2)
    check("in", found("train", condition("number", FilterOperator.IN, [1, 5]))[0], "car")
    check("not in", len(found("car", condition("tags", FilterOperator.NIN, ["car", "plane"]))), 8)
    check("words", found("dog", condition("kind", FilterOperator.TEXT_MATCH, "vehicle"), small), [])
    check("empty", len(found("dog", condition("missing", FilterOperator.IS_EMPTY, None))), len(TEXTS))
    check("within a filter", len(found("dog", vehicle, MetadataFilters(
        filters=[small, condition("number", FilterOperator.GTE, 8)], condition=FilterCondition.OR))), 2)
    check("documents", len(found("cat", doc_ids=["second"])), 5)
    check("ids", found("cat", node_ids=[nodes[3].node_id]), ["bird dog bird"])


def change(store, nodes):
    check("by ids", [node.get_content() for node in store.get_nodes([nodes[2].node_id])], ["dog"])
    check("by filter", len(store.get_nodes(filters=MetadataFilters(filters=[condition("kind", FilterOperator.EQ, "animal")]))), 5)
    nodes[2].metadata["kind"] = "changed"
    store.add([nodes[2]])
    check("overwritten", store.get_nodes([nodes[2].node_id])[0].metadata["kind"], "changed")
    check("count", store.client.count(NAME).count, len(TEXTS))
    store.delete_nodes([nodes[0].node_id])
    store.delete_nodes(filters=MetadataFilters(filters=[condition("number", FilterOperator.GT, 7)]))
    check("deleted", store.client.count(NAME).count, len(TEXTS) - 3)
    store.delete("first")
    check("document deleted", sorted(node.metadata["number"] for node in store.get_nodes()), [1, 3, 5, 7])


async def use_async(clients):
    store, nodes = make_store(clients), make_nodes()
    await store.async_add(nodes)
    check("async: nearest", texts_of(await store.aquery(query_of("cat", 2))), ["cat", "cat dog cat"])
    check("async: filter", len(texts_of(await store.aquery(query_of("cat", filters=[
        condition("kind", FilterOperator.EQ, "animal")])))), 5)
    await store.adelete_nodes([nodes[0].node_id])
    await store.adelete("second")
    check("async: deleted", sorted(node.metadata["number"] for node in await store.aget_nodes()), [2, 4, 6, 8])
    await store.aclear()
    check("async: cleared", await clients[1].collection_exists(NAME), False)
    await clients[1].close()


def use_hybrid(clients):
    store = make_store(clients, enable_hybrid=True, sparse_doc_fn=sparse_of_all, sparse_query_fn=sparse_of_all,
                       payload_indexes=[{"field_name": "kind", "field_schema": "keyword"}])
    store.add(make_nodes())
    for mode, text, nearest in ((VectorStoreQueryMode.DEFAULT, "cat", "cat"), (VectorStoreQueryMode.SPARSE, "cat", "cat dog cat"),
                                (VectorStoreQueryMode.HYBRID, "cat dog", "cat dog cat")):
        check(mode.value, texts_of(store.query(query_of(text, 2, mode=mode)))[0], nearest)
    check("hybrid: filter", texts_of(store.query(query_of("ship", 1, [condition("kind", FilterOperator.EQ, "animal"), condition(
        "number", FilterOperator.LT, 1)], mode=VectorStoreQueryMode.HYBRID))), ["cat"])
    store.clear()


def use_index(clients):
    store, model = make_store(clients), Dense()
    index = VectorStoreIndex(make_nodes(), storage_context=StorageContext.from_defaults(vector_store=store), embed_model=model)
    index.insert_nodes([TextNode(text="ship train", id_="3f2504e0-4f89-41d3-9a0c-0305e82c3301")])
    again = VectorStoreIndex.from_vector_store(store, embed_model=model)
    found = again.as_retriever(similarity_top_k=1).retrieve("train ship")
    check("retriever", [(hit.node_id, hit.text) for hit in found], [("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "ship train")])
    index.delete_nodes(["3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
    index.delete_ref_doc("first")
    check("index: deleted", clients[0].count(NAME).count, 5)
    store.clear()


def main():
    port, url = sys.argv[1:]
    for by_grpc in (False, True):
        options = {"url": url, "grpc_port": int(port), "prefer_grpc": by_grpc}
        clients = QdrantClient(**options), AsyncQdrantClient(**options)
        store, nodes = make_store(clients), make_nodes()
        check("ids of what is added", store.add(nodes), [node.node_id for node in nodes])
        search(store, nodes)
        change(store, nodes)
        use_hybrid(clients)
        use_index(clients)
        asyncio.run(use_async(clients))
    report("LlamaIndex")


if __name__ == "__main__":
    main()
