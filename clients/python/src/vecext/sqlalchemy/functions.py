"""Aggregates whose result is of the type of their argument."""

from typing import Any

from sqlalchemy.sql.functions import ReturnTypeFromArgs, sum

__all__ = ["avg", "sum"]


class avg(ReturnTypeFromArgs[Any]):  # SQLAlchemy's functions are classes of this form
    """The mean of vectors, which is one of their type."""

    inherit_cache = True
    package = "vecext"
