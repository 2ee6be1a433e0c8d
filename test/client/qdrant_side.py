"""The questions of a round, put to qdrant-client's in-memory implementation."""
import json
import math

import grpc
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse
from qdrant_client.local import local_collection, payload_value_extractor

from deviations import applied
from generate import UUIDS
from local_speed import remembered_filters

DISTANCES = {"cosine": models.Distance.COSINE, "dot": models.Distance.DOT, "euclid": models.Distance.EUCLID,
             "manhattan": models.Distance.MANHATTAN}
EVERYTHING = 1_000_000
# What the client raises if the server refuses a request.
REFUSALS = (UnexpectedResponse, grpc.RpcError)
HTTP_STATUS = {grpc.StatusCode.INVALID_ARGUMENT: 400, grpc.StatusCode.NOT_FOUND: 404}


def status_of(refusal):
    """The status of HTTP, or that of gRPC as one of HTTP."""
    return HTTP_STATUS.get(refusal.code()) if isinstance(refusal, grpc.RpcError) else refusal.status_code


def integral_as_integer(value):
    """The value with 1 for 1.0."""
    if isinstance(value, dict):
        return {key: integral_as_integer(part) for key, part in value.items()}
    if isinstance(value, list):
        return [integral_as_integer(part) for part in value]
    if isinstance(value, float) and value == int(value) and abs(value) < 2**63:
        applied("one-is-1.0")
        return int(value)
    return value


def unit(vector):
    length = math.sqrt(sum(x * x for x in vector))
    return [x / length for x in vector]


def fuse_distances_negated(responses, limit, fuse=local_collection.distribution_based_score_fusion):
    """DBSF; a list whose scores ascend has distances."""
    for response in responses:
        if response and response[0].score < response[-1].score:
            applied("dbsf-of-distances")
            for point in response:
                point.score = -point.score
    return fuse(responses=responses, limit=limit)


class OrderValue:
    """What a value of a key orders by, where the key has an index of that type, or none."""

    def __init__(self):
        self.index = None
        self.original = local_collection.to_order_value

    def __call__(self, value):
        result = self.original(value)
        is_time = result is not None and not isinstance(value, (int, float))
        if self.index is None or is_time == (self.index == "datetime"):
            return result
        applied("order-by-indexed-type")
        return None


def groups_of_point(_, payload, group_by):
    """The groups that a point belongs to, whatever other values it has."""
    values = payload_value_extractor.value_by_key(payload, group_by) or []
    keys = [value for value in values if type(value) in (str, int)]
    if len(keys) < len(values):
        applied("group-key-by-key")
    return list(dict.fromkeys(keys))


def included(value, tree):
    """The part of a container that a selector shows, by {step: tree or True}."""
    if isinstance(value, list):
        parts = [(None, part) for part in value]
    else:
        parts = value.items()
    shown = []
    for step, part in parts:
        subtree = tree.get(step)
        if subtree is True:
            shown.append((step, part))
        elif subtree is not None and isinstance(part, (dict, list)):
            shown.append((step, included(part, subtree)))
        elif subtree is not None:
            applied("selector-of-scalar")
    return [part for _, part in shown] if isinstance(value, list) else dict(shown)


local_collection.distribution_based_score_fusion = fuse_distances_negated
local_collection.to_order_value = order_value = OrderValue()
local_collection.LocalCollection._group_ids = groups_of_point
payload_value_extractor._include = included


class QdrantSide:
    """A collection of the in-memory implementation. Ids are texts in all answers."""

    def __init__(self):
        self.client = QdrantClient(":memory:")
        self.vectors = {}
        self.indexes = {}  # key → type of its index, which only orders are about
        self.name = None

    def create(self, name, vectors):
        self.name, self.vectors, self.indexes = name, vectors, {}
        dense = {}
        for vector_name, spec in vectors.items():
            if spec.get("type") != "sparsevec":
                multi = models.MultiVectorConfig(comparator="max_sim") if spec.get("multivector") else None
                dense[vector_name] = models.VectorParams(size=spec["size"], distance=DISTANCES[spec["distance"]],
                                                         multivector_config=multi)
        sparse = {vector_name: models.SparseVectorParams() for vector_name, spec in vectors.items()
                  if spec.get("type") == "sparsevec"}
        self.client.create_collection(name, vectors_config=dense.get("", dense), sparse_vectors_config=sparse)

    def drop(self):
        self.client.delete_collection(self.name)

    # --- Points ---

    def upsert(self, points, mode=None, condition=None):
        structs = [models.PointStruct.model_validate({**point, "payload": integral_as_integer(point["payload"])})
                   for point in points]
        self.client.upsert(self.name, structs, update_mode=mode and models.UpdateMode(mode), update_filter=self.filter(condition))

    def update_vectors(self, points):
        self.client.update_vectors(self.name, [models.PointVectors.model_validate(point) for point in points])

    def delete_vectors(self, names, ids=None, filter=None):
        self.client.delete_vectors(self.name, names, points=self.selector(ids, filter))

    def delete(self, ids=None, filter=None):
        self.client.delete(self.name, points_selector=self.selector(ids, filter))

    def set_payload(self, payload, ids=None, filter=None, key=None):
        self.client.set_payload(self.name, integral_as_integer(payload), points=self.selector(ids, filter), key=key)

    def overwrite_payload(self, payload, ids=None, filter=None):
        self.client.overwrite_payload(self.name, integral_as_integer(payload), points=self.selector(ids, filter))

    def delete_payload(self, keys, ids=None, filter=None):
        self.client.delete_payload(self.name, keys, points=self.selector(ids, filter))

    def clear_payload(self, ids=None, filter=None):
        self.client.clear_payload(self.name, points_selector=self.selector(ids, filter))

    def selector(self, ids, filter):
        return self.filter(filter) if ids is None else ids

    def selected(self, ids, with_payload):
        """{id: payload} of what a selector shows."""
        if isinstance(with_payload, dict):
            kind = models.PayloadSelectorInclude if "include" in with_payload else models.PayloadSelectorExclude
            with_payload = kind.model_validate(with_payload)
        return {str(record.id): record.payload
                for record in self.client.retrieve(self.name, ids, with_payload=with_payload)}

    def records(self):
        """{id: (payload, {name: vector})} of all points; vectors for cosine have length 1."""
        records, _ = self.client.scroll(self.name, limit=EVERYTHING, with_payload=True, with_vectors=True)
        return {str(record.id): (record.payload, self.named(record.vector)) for record in records}

    def named(self, vectors):
        """The vectors of a record by name, as JSON."""
        if vectors is None:
            return {}
        named = vectors if isinstance(vectors, dict) else {"": vectors}
        return {name: vector.model_dump() if isinstance(vector, models.SparseVector) else vector
                for name, vector in named.items()}

    # --- Questions ---

    def filter(self, filter):
        return None if filter is None else models.Filter.model_validate(filter)

    def matching(self, filter):
        """The ids of the points that satisfy a filter."""
        records, _ = self.client.scroll(self.name, scroll_filter=self.filter(filter), limit=EVERYTHING,
                                        with_payload=False)
        return [str(record.id) for record in records]

    def scroll(self, filter, limit, offset=None):
        """A page in the order of ids, and the first id of the next."""
        records, following = self.client.scroll(self.name, scroll_filter=self.filter(filter), limit=limit,
                                                offset=offset, with_payload=False)
        return [str(record.id) for record in records], following

    def ordered(self, filter, limit, order_by):
        """A page in the order of a key, [(id, value)], and {id: value} of all."""
        order_value.index = self.indexes.get(order_by["key"])
        records, _ = self.client.scroll(self.name, scroll_filter=self.filter(filter), limit=EVERYTHING,
                                        order_by=models.OrderBy.model_validate(order_by), with_payload=False)
        values = {}
        for record in records:
            values.setdefault(str(record.id), record.order_value)
        if len(values) < len(records):
            applied("order-by-array")
        return list(values.items())[:limit], values

    def count(self, filter):
        return self.client.count(self.name, count_filter=self.filter(filter)).count

    def facet(self, key, filter):
        """[(type, value, count)]."""
        hits = self.client.facet(self.name, key, facet_filter=self.filter(filter), limit=EVERYTHING).hits
        if self.indexes.get(key) == "uuid":
            applied("facet-of-uuids")
            hits = [hit for hit in hits if hit.value in UUIDS]
        return [(type(hit.value).__name__, hit.value, hit.count) for hit in hits]

    def query(self, request):
        """[(id, score)] of a request to query(), and {id: score} without its limit."""
        with remembered_filters():
            return self.cut_and_whole(request)

    def cut_and_whole(self, request):
        everything = self.run_query({**request, "limit": EVERYTHING, "offset": 0})
        if self.is_about_examples(request):
            applied("threshold-of-examples")
            everything = self.run_query({**request, "limit": EVERYTHING, "offset": 0, "score_threshold": None})
            everything = [hit for hit in everything if hit[1] > request["score_threshold"]]
            start = request.get("offset", 0)
            return everything[start : start + request["limit"]], dict(everything)
        return self.run_query(request), dict(everything)

    @staticmethod
    def is_about_examples(request):
        query = request.get("query")
        return (request.get("score_threshold") is not None and isinstance(query, dict)
                and ("discover" in query or "context" in query
                     or query.get("recommend", {}).get("strategy", "average_vector") != "average_vector"))

    def run_query(self, request):
        order_value.index = self.indexes.get("rank")  # the only key that queries order by
        parsed = models.QueryRequest.model_validate(self.with_unit_examples(json.loads(json.dumps(request))))
        answer = self.client.query_points(
            self.name, query=parsed.query, using=parsed.using, prefetch=parsed.prefetch, query_filter=parsed.filter,
            limit=parsed.limit or 10, offset=parsed.offset, score_threshold=parsed.score_threshold,
            lookup_from=parsed.lookup_from, with_payload=False)
        return [(str(point.id), point.score) for point in answer.points]

    def with_unit_examples(self, request):
        query = request.get("query")
        if isinstance(query, dict) and "recommend" in query:
            spec = self.vectors[request.get("using") or ""]
            if spec["distance"] == "cosine" and not spec.get("multivector"):
                for kind in ("positive", "negative"):
                    examples = query["recommend"].get(kind, [])
                    if any(isinstance(example, list) for example in examples):
                        applied("unit-examples")
                    query["recommend"][kind] = [unit(example) if isinstance(example, list) else example
                                                for example in examples]
        prefetch = request.get("prefetch") or []
        for part in prefetch if isinstance(prefetch, list) else [prefetch]:
            self.with_unit_examples(part)
        return request

    def groups(self, request, group_by, limit, group_size):
        """[(key, [(id, score)])]."""
        parsed = models.QueryRequest.model_validate(self.with_unit_examples(json.loads(json.dumps(request))))
        answer = self.client.query_points_groups(
            self.name, group_by=group_by, query=parsed.query, using=parsed.using, query_filter=parsed.filter,
            score_threshold=parsed.score_threshold, limit=limit, group_size=group_size, with_payload=False)
        return [(group.id, [(str(hit.id), hit.score) for hit in group.hits]) for group in answer.groups]

    def matrix(self, filter, sample, limit, using):
        """{(a, b): score} of the pairs."""
        answer = self.client.search_matrix_pairs(self.name, query_filter=self.filter(filter), sample=sample,
                                                 limit=limit, using=using or None)
        return {(str(pair.a), str(pair.b)): pair.score for pair in answer.pairs}
