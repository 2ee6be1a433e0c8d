"""Search in texts, filters, and hybrid search as expressions of SQLAlchemy."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import ARRAY, Boolean, Float, Integer, Table, Text, cast, column, func, inspect, literal_column
from sqlalchemy.dialects.postgresql import JSONB, REGCLASS, dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import TableValuedAlias

from vecext.sqlalchemy.types import SPARSEVEC, VECTOR


def bm25_distance(text: Any, query: Any) -> ColumnElement[float]:
    """`text <@> query`: the negative BM25 score, for ORDER BY. `query` is plain words, or an expression of type tsquery or vecext.bm25_query."""
    distance: ColumnElement[float] = text.op("<@>", return_type=Float())(query)
    return distance


def bm25_matches(text: Any, query: Any) -> ColumnElement[bool]:
    """`text @@@ query`: true if the text has any of the words, or satisfies the tsquery."""
    condition: ColumnElement[bool] = text.op("@@@", return_type=Boolean())(query)
    return condition


def matches(payload: Any, filter: dict[str, Any] | str) -> ColumnElement[bool]:
    """`vecext.matches(payload, filter)`: true if a jsonb payload, or a row of a collection, satisfies a filter in JSON, or a filter text."""
    return func.vecext.matches(payload, cast(filter, Text if isinstance(filter, str) else JSONB), type_=Boolean())


def hybrid_search(
    relation: Any,
    *,
    text: str | None = None,
    vector: Any = None,
    sparse: Any = None,
    legs: list[dict[str, Any]] | None = None,
    filter: dict[str, Any] | None = None,
    method: Literal["relative", "rrf", "dbsf", "weighted"] | None = None,
    limit: int | None = None,
    window: int | None = None,
    k: float | None = None,
    alpha: float | None = None,
    weights: list[float] | None = None,
    text_column: str | None = None,
    vector_column: str | None = None,
    sparse_column: str | None = None,
    offset: int | None = None,
    params: dict[str, Any] | None = None,
    name: str = "hits",
) -> TableValuedAlias:
    """`vecext.hybrid_search(…)` as a FROM element of that name, with columns id, score, ranks, scores and row_id.

    `relation` is a mapped class, a Table, or a name as in SQL. Arguments are those of the function, `limit`, `offset` and `window` without the underscore,
    with its defaults where they are left out.
    `id` is the primary key as a text: `select(Item).join(hits, cast(hits.c.id, BigInteger) == Item.id).order_by(hits.c.score.desc())`.
    """
    arguments: dict[str, tuple[Any, Any]] = {
        "text": (text, Text),
        "vector": (vector, VECTOR),
        "sparse": (sparse, SPARSEVEC),
        "legs": (legs, JSONB),
        "filter": (filter, JSONB),
        "method": (method, Text),
        "limit_": (limit, Integer),
        "window_": (window, Integer),
        "k": (k, Float),
        "alpha": (alpha, Float),
        "weights": (weights, ARRAY(Float)),
        "text_column": (text_column, Text),
        "vector_column": (vector_column, Text),
        "sparse_column": (sparse_column, Text),
        "offset_": (offset, Integer),
        "params": (params, JSONB),
    }
    named = [literal_column(key).op("=>")(cast(value, kind)) for key, (value, kind) in arguments.items() if value is not None]
    columns: list[Any] = [column("id", Text), column("score", Float), column("ranks", ARRAY(Integer)), column("scores", ARRAY(Float)), column("row_id")]
    return func.vecext.hybrid_search(cast(_name_of(relation), REGCLASS), *named).table_valued(*columns).alias(name)


def _name_of(relation: Any) -> str:
    if isinstance(relation, str):
        return relation
    table = relation if isinstance(relation, Table) else inspect(relation).local_table
    name: str = dialect().identifier_preparer.format_table(table)  # type: ignore[no-untyped-call]
    return name
