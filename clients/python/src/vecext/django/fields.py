"""Fields of models."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field

from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of


class _TextWidget(forms.TextInput):
    """Shows a value in its text form."""

    def format_value(self, value: Any) -> Any:
        """The text of a value."""
        return super().format_value(_text_of(value))


class _TextFormField(forms.CharField):
    """Takes the text form of a value; nothing stands for NULL."""

    widget = _TextWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True if the text is another one than that of the value."""
        return super().has_changed(_text_of(initial), data)

    def to_python(self, value: Any) -> Any:
        """The text."""
        return None if value == "" else super().to_python(value)


class _None:
    """Contains None alone, and compares nothing with an array, as that has no truth value."""

    def __contains__(self, value: Any) -> bool:
        return value is None


class _SizedField(Field):
    """A field whose type may have a size, as in vector(3)."""

    empty_strings_allowed = False
    type_name: ClassVar[str]
    size_name: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        setattr(self, self.size_name, kwargs.pop(self.size_name, None))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """What migrations write."""
        name, path, args, kwargs = super().deconstruct()
        if self._size is not None:
            kwargs[self.size_name] = self._size
        return name, path, args, kwargs

    def db_type(self, connection: Any) -> str:
        """The type as in CREATE TABLE."""
        return self.type_name if self._size is None else f"{self.type_name}({self._size})"

    def formfield(self, **kwargs: Any) -> Any:
        """A field of forms."""
        return super().formfield(form_class=_TextFormField, **kwargs)

    @property
    def _size(self) -> int | None:
        size: int | None = getattr(self, self.size_name)
        return size


class _VectorFieldBase(_SizedField):
    """Vectors: parameters are texts, so that any driver serves."""

    size_name = "dimensions"
    empty_values = _None()
    value_class: ClassVar[Any]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The value of what the driver returns, which is a text unless the types are registered with it."""
        return self.to_python(value)

    def to_python(self, value: Any) -> Any:
        """The value of a text, list or array. Raises ValidationError for others."""
        try:
            return value_of(self.value_class, value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> Any:
        """The parameter of a value."""
        return None if value is None else value_of(self.value_class, value).to_text()

    def value_to_string(self, obj: Any) -> Any:
        """The text of a serializer."""
        return self.get_prep_value(self.value_from_object(obj))


class VectorField(_VectorFieldBase):
    """A column of type vector; values are numpy arrays of float32."""

    description = "Vector"
    type_name = "vector"
    value_class = Vector

    def to_python(self, value: Any) -> Any:
        """The array of a text, list or value."""
        value = value if isinstance(value, np.ndarray) else super().to_python(value)
        return value.to_numpy() if isinstance(value, Vector) else value


class HalfVectorField(_VectorFieldBase):
    """A column of type halfvec; values are HalfVector."""

    description = "Half vector"
    type_name = "halfvec"
    value_class = HalfVector


class SparseVectorField(_VectorFieldBase):
    """A column of type sparsevec; values are SparseVector."""

    description = "Sparse vector"
    type_name = "sparsevec"
    value_class = SparseVector


class BitField(_SizedField):
    """A column of type bit; values are texts of 0 and 1."""

    description = "Bit string"
    type_name = "bit"
    size_name = "length"

    def get_prep_value(self, value: Any) -> Any:
        """The parameter of a value."""
        return value.to_text() if isinstance(value, Bit) else value


def _text_of(value: Any) -> Any:
    value = Vector(value) if isinstance(value, np.ndarray) else value
    return value.to_text() if hasattr(value, "to_text") else value
