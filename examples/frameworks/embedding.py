"""A stand-in for a model: a text's vector counts its words, each at a place that its hash says."""

import hashlib
import re

SIZE = 256


def embed(text: str) -> list[float]:
    """A vector of SIZE numbers and length 1."""
    vector = [0.0] * SIZE
    for word in re.findall(r"\w+", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % SIZE] += 1.0
    length = sum(number * number for number in vector) ** 0.5 or 1.0
    return [number / length for number in vector]
