"""What callers and drivers hand over, as values of the classes of this package."""

from typing import Any


def value_of(value_class: Any, given: Any, dimensions: int | None = None) -> Any:
    """Makes a value of `value_class` from a text, a list, an array, or an object with to_text(). None gives None.

    Raises ValueError if the value does not have that number of dimensions.
    """
    if given is None:
        return None
    if not isinstance(given, value_class) and hasattr(given, "to_text"):
        given = given.to_text()
    value = given if isinstance(given, value_class) else value_class.from_text(given) if isinstance(given, str) else value_class(given)
    if dimensions is not None and value.dimensions() != dimensions:
        raise ValueError(f"expected {dimensions} dimensions, not {value.dimensions()}")
    return value
