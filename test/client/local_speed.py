"""Has qdrant-client's in-memory implementation remember what it would otherwise find out once more. Its answers stay as they are."""
from contextlib import contextmanager
from functools import lru_cache

from qdrant_client.local import local_collection, payload_value_extractor

calculate = local_collection.calculate_payload_mask
masks = None  # within remembered_filters: JSON of a filter → which points satisfy it


@contextmanager
def remembered_filters():
    """While no point changes, each filter is applied once to all points."""
    global masks
    masks = {}
    try:
        yield
    finally:
        masks = None


def mask_of(payload_filter, **points):
    if masks is None or payload_filter is None:
        return calculate(payload_filter=payload_filter, **points)
    key = payload_filter.model_dump_json()
    if key not in masks:
        masks[key] = calculate(payload_filter=payload_filter, **points)
    return masks[key]


local_collection.calculate_payload_mask = mask_of
payload_value_extractor.parse_json_path = lru_cache(payload_value_extractor.parse_json_path)
