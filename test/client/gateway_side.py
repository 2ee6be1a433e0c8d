"""The questions of a round, put to the gateway by Qdrant's own client."""
from qdrant_client import QdrantClient, models

from compare import Difference
from deviations import applied
from qdrant_side import EVERYTHING, QdrantSide, unit


class CountingClient:
    """Qdrant's client, each of whose methods that are used here makes one request; counts them."""

    def __init__(self, client):
        self.client, self.requests = client, 0

    def __getattr__(self, method):
        self.requests += 1
        return getattr(self.client, method)


class GatewaySide(QdrantSide):
    """A collection behind the gateway. Ids are texts in all answers."""

    def __init__(self, gateway, by_grpc):
        super().__init__()
        self.client = CountingClient(QdrantClient(url=gateway.url, grpc_port=gateway.grpc_port, prefer_grpc=by_grpc, timeout=60))

    @property
    def operations(self):
        return self.client.requests

    def create(self, name, vectors, id_type):
        self.client.delete_collection(name)  # what a round has left that ended early
        super().create(name, vectors)

    def use_indexes(self, always):
        """The sessions of the gateway are its own."""

    def create_index(self, key, kind):
        # An index for prefixes is an option of a keyword index there.
        self.client.create_payload_index(self.name, key, field_schema="keyword" if kind == "prefix" else kind)

    def named(self, vectors):
        """The vectors of a record by name; those for cosine at length 1."""
        result = {}
        for name, vector in super().named(vectors).items():
            if self.vectors[name].get("distance") == "cosine":
                applied("cosine-keeps-length")
                vector = [unit(part) for part in vector] if isinstance(vector[0], list) else unit(vector)
            result[name] = vector
        return result

    def records(self, ids=None):
        records = super().records()
        return records if ids is None else {str(point): records[str(point)] for point in ids if str(point) in records}

    def matching_payloads(self, filter):
        return self.matching(filter)

    def direct(self, request):
        """SQL alone has functions for kinds of queries."""

    def scroll_from(self, filter, limit, first=None):
        ids, following = self.scroll(filter, limit, first)
        return ids, None if following is None else str(following)

    def ordered(self, filter, limit, order_by):
        records, _ = self.client.scroll(self.name, scroll_filter=self.filter(filter), limit=limit,
                                        order_by=models.OrderBy.model_validate(order_by), with_payload=False)
        return [(str(record.id), record.order_value) for record in records]

    def facet(self, key, filter, limit):
        """All [(type, value, count)], after a check that `limit` cuts the list."""
        everything, cut = (self.client.facet(self.name, key, facet_filter=self.filter(filter), limit=most, exact=True).hits
                           for most in (EVERYTHING, limit))
        if everything[:limit] != cut:
            raise Difference(f"{cut} with the limit {limit}, {everything} without")
        return [(type(hit.value).__name__, hit.value, hit.count) for hit in everything]

    def query(self, request):
        parsed = models.QueryRequest.model_validate(request)
        answer = self.client.query_points(
            self.name, query=parsed.query, using=parsed.using, prefetch=parsed.prefetch, query_filter=parsed.filter,
            limit=parsed.limit or 10, offset=parsed.offset, score_threshold=parsed.score_threshold,
            search_params=parsed.params, lookup_from=parsed.lookup_from, with_payload=False)
        return [(str(point.id), point.score) for point in answer.points]

    def search_groups(self, *arguments):
        return self.groups(*arguments)

    def query_batch(self, requests):
        parsed = [models.QueryRequest.model_validate(request) for request in requests]
        return [[(str(point.id), point.score) for point in answer.points]
                for answer in self.client.query_batch_points(self.name, parsed)]

    def groups(self, request, group_by, limit, group_size):
        parsed = models.QueryRequest.model_validate(request)
        answer = self.client.query_points_groups(
            self.name, group_by=group_by, query=parsed.query, using=parsed.using, query_filter=parsed.filter,
            search_params=parsed.params, score_threshold=parsed.score_threshold, limit=limit, group_size=group_size,
            with_payload=False)
        return [(group.id, [(str(hit.id), hit.score) for hit in group.hits]) for group in answer.groups]
