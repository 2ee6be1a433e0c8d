"""Collections: typed calls of the functions of schema vecext."""

from vecext.collections.collection import AsyncCollection, Collection
from vecext.collections.records import Facet, Hit, Id, Page, Point

__all__ = ["AsyncCollection", "Collection", "Facet", "Hit", "Id", "Page", "Point"]
