"""The base of the result classes."""

from __future__ import annotations

import copy
from typing import Any, ClassVar, NoReturn, Self

from .errors import ArgumentError

__all__ = ["Record"]


class Record:
    """A frozen result: properties over the JSON shape that the command line prints (see ``docs/JSON.md``).

    Two results are equal when their shapes are. ``repr`` shows no content of the message.
    """

    __slots__ = ("_shape",)

    _shape: dict[str, Any]

    def __init__(self, shape: dict[str, Any]) -> None:
        """Wraps a shape; results are made by an engine, not by hand."""
        if not isinstance(shape, dict):
            raise ArgumentError(f"a {type(self).__name__} is made by an engine")
        object.__setattr__(self, "_shape", shape)

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape, as a copy that the caller may change."""
        return copy.deepcopy(self._shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._shape == other._shape

    __hash__: ClassVar[None]  # type: ignore[assignment]  # a shape holds lists: no `__hash__` beside `__eq__`

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} is frozen")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Any]]]:
        return type(self), (self._shape,)
