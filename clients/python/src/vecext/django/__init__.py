"""Pieces for Django: fields, distances, search in texts, filters, indexes, and a migration that creates the extension."""

from vecext.django.fields import BitField, HalfVectorField, SparseVectorField, VectorField
from vecext.django.functions import (
    Bm25Distance,
    Bm25Match,
    CosineDistance,
    HammingDistance,
    JaccardDistance,
    L1Distance,
    L2Distance,
    Matches,
    MaxInnerProduct,
)
from vecext.django.indexes import Bm25Index, HnswIndex, InvertedIndex, IvfflatIndex, IvfpqIndex
from vecext.django.operations import VecextExtension, VectorExtension
from vecext.types import HalfVector, SparseVector

__all__ = [
    "BitField",
    "Bm25Distance",
    "Bm25Index",
    "Bm25Match",
    "CosineDistance",
    "HalfVector",
    "HalfVectorField",
    "HammingDistance",
    "HnswIndex",
    "InvertedIndex",
    "IvfflatIndex",
    "IvfpqIndex",
    "JaccardDistance",
    "L1Distance",
    "L2Distance",
    "Matches",
    "MaxInnerProduct",
    "SparseVector",
    "SparseVectorField",
    "VecextExtension",
    "VectorExtension",
    "VectorField",
]
