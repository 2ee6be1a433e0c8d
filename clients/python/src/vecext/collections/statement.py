"""Calls as statements: each is written once, and executed by a Collection or an AsyncCollection."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload
from uuid import UUID

from vecext.collections.records import Id

if TYPE_CHECKING:
    from vecext.collections.collection import AsyncCollection, Collection

P = ParamSpec("P")
T = TypeVar("T")
Rows = list[tuple[Any, ...]]
ReadId = Callable[[str], Id]


@dataclass(frozen=True)
class Statement(Generic[T]):
    """SQL with its parameters. `read` makes the result of the rows, if need be with the function that reads ids."""

    text: str
    parameters: dict[str, Any]
    read: Callable[[Rows, ReadId], T]
    has_ids: bool = False
    changes_ids: bool = False  # true if ids may have another type afterwards


# The type of a collection's ids; what functions return is text.
ID_TYPE = "SELECT vecext.collection_info(%s) #>> '{id,type}'"


def id_reader(type_name: str) -> ReadId:
    """What makes an id of the text of one."""
    if type_name in ("bigint", "integer"):
        return int
    if type_name == "uuid":
        return UUID
    if type_name == "vecext.point_id":
        return lambda text: int(text) if text.isdecimal() else UUID(text)
    return str


def scalar(rows: Rows, _: ReadId) -> Any:
    """The one value of the one row."""
    return rows[0][0]


class _Method:
    """A function that makes a statement, as a method that executes it."""

    def __init__(self, make: Callable[..., Statement[Any]]) -> None:
        self._make = make

    def _bound(self, collection: Any, returns_collection: bool) -> Any:
        if collection is None:
            return self._make

        @functools.wraps(self._make)
        def execute(*arguments: Any, **named: Any) -> Any:
            statement = self._make(collection, *arguments, **named)
            return collection.execute(replace(statement, read=lambda *_: collection) if returns_collection else statement)

        return execute


class Call(_Method, Generic[P, T]):
    """A method that returns what its statement reads; of an AsyncCollection one to await."""

    def __init__(self, make: Callable[Concatenate[Any, P], Statement[T]]) -> None:
        super().__init__(make)

    @overload
    def __get__(self, collection: Collection, owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, collection: AsyncCollection, owner: Any) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, collection: None, owner: Any) -> Callable[Concatenate[Any, P], Statement[T]]: ...
    def __get__(self, collection: Any, owner: Any) -> Any:
        return self._bound(collection, False)


class Change(_Method, Generic[P]):
    """A method that returns the collection, for the next call; of an AsyncCollection one to await."""

    def __init__(self, make: Callable[Concatenate[Any, P], Statement[Any]]) -> None:
        super().__init__(make)

    @overload
    def __get__(self, collection: Collection, owner: Any) -> Callable[P, Collection]: ...
    @overload
    def __get__(self, collection: AsyncCollection, owner: Any) -> Callable[P, Awaitable[AsyncCollection]]: ...
    @overload
    def __get__(self, collection: None, owner: Any) -> Callable[Concatenate[Any, P], Statement[Any]]: ...
    def __get__(self, collection: Any, owner: Any) -> Any:
        return self._bound(collection, True)
