"""What callers and drivers hand over, as values of the classes of this package."""

from typing import Any


def value_of(value_class: Any, given: Any, dimensions: int | None = None) -> Any:
    """A value of the class, of a text form, a list, an array, such a value, or one of another package that has a text form; None of None.

    Raises ValueError if it has not that number of dimensions.
    """
    if given is None:
        return None
    if not isinstance(given, value_class) and hasattr(given, "to_text"):
        given = given.to_text()
    value = given if isinstance(given, value_class) else value_class.from_text(given) if isinstance(given, str) else value_class(given)
    if dimensions is not None and value.dimensions() != dimensions:
        raise ValueError(f"expected {dimensions} dimensions, not {value.dimensions()}")
    return value
