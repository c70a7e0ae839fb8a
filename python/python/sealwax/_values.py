"""What the frozen values share: their own copy of each collection, and a shape without empty fields."""

from __future__ import annotations

from typing import Any


def freeze(value: object, *fields: str) -> None:
    """Turns each field of ``value`` that holds a collection into a tuple of its own."""
    for field in fields:
        items = getattr(value, field)
        if isinstance(items, str | bytes):
            raise TypeError(f"`{field}` takes a collection of values, not one {type(items).__name__}")
        if items is not None:
            object.__setattr__(value, field, tuple(items))


def present(**fields: Any) -> dict[str, Any]:
    """The fields that are not ``None``."""
    return {name: value for name, value in fields.items() if value is not None}
