"""What the frozen values share: their own copy of each collection, checked words, and a shape without empty fields."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

from .errors import ArgumentError, FactsError
from .moment import millis


def freeze(value: object, *fields: str) -> None:
    """Turns each field of ``value`` that holds a collection into a tuple of its own."""
    for field in fields:
        items = getattr(value, field)
        if isinstance(items, str | bytes):
            raise ArgumentError(f"`{field}` takes a collection of values, not one {type(items).__name__}")
        if items is not None:
            object.__setattr__(value, field, tuple(items))


def one_of(field: str, words: object, value: object) -> None:
    """Refuses a ``value`` that is none of the literals ``words``: a misspelt fact would be a missing one."""
    known: tuple[str, ...] = get_args(words)
    if isinstance(value, str) and value in known:
        return
    folded = value.strip().lower().replace("_", "-").replace(" ", "-") if isinstance(value, str) else ""
    nearest = next(iter(get_close_matches(folded, known, n=1)), None)
    # Only one plain word is repeated: nobody knows what a host put there.
    shown = f" `{value}`" if folded.replace("-", "").isalpha() and folded.isascii() and len(folded) < 37 else ""
    meant = "" if nearest is None else f" (did you mean `{nearest}`?)"
    expected = "`, `".join(known)
    message = f"`{field}`: there is no value{shown}, expected one of `{expected}`{meant}"
    raise FactsError(message, "facts", field, None, nearest, list(known))


def times(value: object, *fields: str) -> None:
    """Refuses a time of ``value`` that nobody can mean; ``None`` is no time."""
    for field in fields:
        at = getattr(value, field)
        if at is not None:
            millis(at)


def present(**fields: Any) -> dict[str, Any]:
    """The fields that are not ``None``."""
    return {name: value for name, value in fields.items() if value is not None}
