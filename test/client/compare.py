"""Compares two answers."""
import math

TOLERANCE = 1e-4
# DBSF divides by the deviation of a list's scores, which single precision gives few digits of where they are close.
DBSF_TOLERANCE = 1e-2


class Difference(Exception):
    """Two answers differ; says how."""


def close(a, b, tolerance=TOLERANCE):
    if a is None or b is None:
        return a is b
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def same_value(a, b):
    """Whether two JSON values are equal; 1 and 1.0 are one number."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or math.isclose(a, b, rel_tol=1e-12)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    return type(a) is type(b) and a == b


def same_numbers(a, b):
    """Whether two vectors, sparse vectors or multi-vectors are equal."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_numbers(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_numbers, a, b))
    return isinstance(a, (int, float)) and isinstance(b, (int, float)) and close(a, b)


def check_equal(ours, theirs):
    if ours != theirs:
        raise Difference(f"ours {ours!r}, theirs {theirs!r}")


def check_sets(ours, theirs):
    """Compares sets of ids."""
    if set(ours) != set(theirs):
        raise Difference(f"only ours {sorted(set(ours) - set(theirs))}, only theirs {sorted(set(theirs) - set(ours))}")


def check_ranking(ours, theirs, all_scores, tolerance=TOLERANCE):
    """Compares [(id, score)], best first. all_scores: those of all points that could be in the answer; of points with
    equal scores, either side may have put another first, or left another out."""
    shown = f"ours {ours}, theirs {theirs}"
    if len(ours) != len(theirs):
        raise Difference(f"{len(ours)} points, not {len(theirs)}: {shown}")
    if len({point for point, _ in ours}) != len(ours):
        raise Difference(f"a point twice: {shown}")
    for place, ((point, score), (other, expected)) in enumerate(zip(ours, theirs)):
        if not close(score, expected, tolerance):
            raise Difference(f"place {place}: {point} with {score}, not {other} with {expected}: {shown}")
        if point not in all_scores or not close(score, all_scores[point], tolerance):
            raise Difference(f"point {point}: score {score}, not {all_scores.get(point)}: {shown}")


def check_records(ours, theirs):
    """Compares {id: (payload, vectors)}."""
    check_sets(ours, theirs)
    for point, (payload, vectors) in ours.items():
        expected, expected_vectors = theirs[point]
        if not same_value(payload, expected):
            raise Difference(f"payload of {point}: ours {payload!r}, theirs {expected!r}")
        if not same_numbers(vectors, expected_vectors):
            raise Difference(f"vectors of {point}: ours {vectors!r}, theirs {expected_vectors!r}")
