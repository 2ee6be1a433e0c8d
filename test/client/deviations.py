"""Where vecext answers otherwise than qdrant-client's in-memory implementation, on purpose.

Each is by name in the table below, the only list of them. Code that makes an exception for one calls applied(name).
"""
from collections import Counter

# Name → what differs and why. § is a section of the reference of the collections' API.
DEVIATIONS = {
    # jsonb compares numbers by value, so no index could tell 1 from 1.0 (§7). Qdrant gets 1 where vecext gets 1.0.
    "one-is-1.0": "match finds 1.0 where 1 is asked for",
    # Qdrant normalizes what it stores; a table keeps what was written (§1). Both are compared as directions.
    "cosine-keeps-length": "vectors for cosine come back as they were written",
    # Qdrant averages unit vectors of points with raw vectors of the request (§10). Qdrant gets unit vectors.
    "unit-examples": "recommend by average takes all examples as unit vectors where the distance is cosine",
    # A row is one point (§12). Of Qdrant's answer, the first place of each point counts.
    "order-by-array": "an order by a key whose value is an array has each point once",
    # The formula is about scores of which larger is better (§13); the in-memory implementation fuses distances as they
    # are. It gets them negated.
    "dbsf-of-distances": "DBSF over distances negates them first",
    # The in-memory implementation compares scores of examples with the threshold as if they were distances where the
    # vector's distance is one. They are scores of which larger is better (§8).
    "threshold-of-examples": "a threshold of recommend, discover and context is a lower bound for every distance",
    # Qdrant replaces whatever is there by an empty array, and sets no element of it (§5). No such request is made.
    "no-array-is-made": "set_payload with a key through an array changes nothing where there is no such array",
    # It removes that element (§5). No such request is made, since Qdrant does nothing.
    "delete-element": "delete_payload with a key that ends in the number of an element",
    # A facet is about all scalars (§12). Of our answer, integers, texts and booleans count.
    "facet-of-floats": "facet counts floats, too",
    # Qdrant orders by an index, the in-memory implementation by all values (§12). An index of integers has all numbers,
    # so that it serves ranges.
    "order-by-indexed-type": "an order by a key with an index has numbers alone, or times alone",
    # §9. Qdrant leaves out a point that has a value which is no key of a group, though it has others that are.
    "group-key-by-key": "a point is in the groups of those of its values that are texts or integers",
    # "missing without default → error; wrong type → error" (§13). Formulas read neither arrays nor null here.
    "formula-of-array": "a formula's key with an array is an error; Qdrant takes the only element, or the default",
    "formula-of-null": "a formula's key with null is missing, so that the default is taken; Qdrant raises an error",
    # Qdrant counts what the index has; the in-memory implementation has no indexes.
    "facet-of-uuids": "a facet of a key with an index of UUIDs counts these alone",
    # Qdrant's facets have one type, that of the index (§12); the in-memory implementation has an order of its own.
    "facet-order-of-types": "which of two values of different types comes first where their counts are equal",
    # A path reaches nothing there (§7), so nothing is shown; Qdrant shows the scalar.
    "selector-of-scalar": "with_payload with a path that goes on from a scalar",
    # Score is null where nothing is scored; Qdrant has 0 or 1 (§13). Ids are compared.
    "no-score-in-lists": "points in the order of ids or of a key have no score",
    # A missing point is an error, and an error undoes all of the statement (§4).
    "missing-point-undoes": "update_vectors with a missing point changes nothing; Qdrant changes the other points",
    # §5 says nothing of it. Qdrant changes the others, then says which it did not find.
    "missing-point-is-skipped": "other changes of points by id pass over those that are missing, without an error",
}

counts = Counter()


def applied(name):
    """Counts that a deviation was allowed for."""
    if name not in DEVIATIONS:
        raise KeyError(f"no deviation {name}")
    counts[name] += 1


def report():
    for name, what in DEVIATIONS.items():
        yield f"deviation {name}, {counts[name]} times: {what}"
