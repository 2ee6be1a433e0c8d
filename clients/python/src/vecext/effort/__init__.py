"""How much effort an index needs for a recall: exact answers by the server, a grid of settings, and the one to take.

`tune` measures; `plot` draws what it returns. The command `vecext tune` is these two, `vecext bench` is `clients.measure`.
"""

from vecext.effort.choice import Choice
from vecext.effort.grid import Point
from vecext.effort.index import SearchedIndex, find_index
from vecext.effort.queries import Queries, queries_of_file, sampled_queries
from vecext.effort.tuning import Tuning, tune

__all__ = ["Choice", "Point", "Queries", "SearchedIndex", "Tuning", "find_index", "queries_of_file", "sampled_queries", "tune"]
