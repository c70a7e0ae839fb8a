"""What the frozen values share: fields that are of their type, checked words, and a shape without empty fields.

An exception that Python raises itself may hold what it was raised for, as ``object`` of a ``UnicodeEncodeError`` or
``obj`` of an ``AttributeError``. So a value's fields are checked when it is made, and no exception but the package's
own comes of them. None is raised where another is being handled: it would keep that one as its context.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import ArgumentError, FactsError
from .moment import millis

Rule: TypeAlias = Callable[[str, Any], Any]
"""Takes a field's name and what was given for it; gives what the field shall hold, or raises."""

Own = TypeVar("Own")


def settle(value: object) -> None:
    """Refuses what is not of its field's type in a frozen ``value``, and takes its own copy of each collection."""
    kind: Any = type(value)
    for field, rule in _rules(kind):
        object.__setattr__(value, field, rule(field, getattr(value, field)))


def own(argument: str, kind: type[Own], value: object) -> Own:
    """The ``value``, which must be of a class of the package's own."""
    if isinstance(value, kind):
        return value
    raise refusal(argument, f"a {kind.__name__}", value)


def items(argument: str, values: Any) -> tuple[Any, ...]:
    """The values of a collection, which a text or bytes are not."""
    if isinstance(values, str | bytes | bytearray | memoryview):
        raise ArgumentError(f"`{argument}` takes a collection of values, not one {type(values).__name__}")
    return _made(argument, "a collection", tuple, values)


def refusal(argument: str, expected: str, value: object) -> ArgumentError:
    """The exception for a ``value`` of the wrong type; of it, only the type is named."""
    return ArgumentError(f"`{argument}` takes {expected}, not {type(value).__name__}")


def one_of(field: str, words: object, value: object) -> Any:
    """Refuses a ``value`` that is none of the literals ``words``: a misspelt fact would be a missing one."""
    known = _literals(words)
    if isinstance(value, str) and value in known:
        return value
    folded = value.strip().lower().replace("_", "-").replace(" ", "-") if isinstance(value, str) else ""
    nearest = next(iter(get_close_matches(folded, known, n=1)), None)
    # Only one plain word is repeated: nobody knows what a host put there.
    shown = f" `{value}`" if folded.replace("-", "").isalpha() and folded.isascii() and len(folded) < 37 else ""
    meant = "" if nearest is None else f" (did you mean `{nearest}`?)"
    expected = "`, `".join(known)
    message = f"`{field}`: there is no value{shown}, expected one of `{expected}`{meant}"
    raise FactsError(message, "facts", field, None, nearest, list(known))


def present(**fields: Any) -> dict[str, Any]:
    """The fields that are not ``None``."""
    return {name: value for name, value in fields.items() if value is not None}


@cache
def _rules(kind: type) -> tuple[tuple[str, Rule], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, _rule(hints[field.name])) for field in dataclasses.fields(kind))


def _rule(hint: Any) -> Rule:
    """The rule of an annotation. One that is not known here is a fault of the class, and shows at its first use."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return lambda field, value: one_of(field, hint, value)
    if origin in (Union, UnionType):
        rule = _choice(tuple(kind for kind in inner if kind is not NoneType))
        return _optional(rule) if NoneType in inner else rule
    if origin is Collection:
        each = _rule(inner[0])
        return lambda field, values: tuple(each(field, value) for value in items(field, values))
    if origin is Mapping:
        return _table
    return _any_of((hint,))


def _choice(kinds: tuple[Any, ...]) -> Rule:
    if set(kinds) == {datetime, int}:
        return _time
    return _rule(kinds[0]) if len(kinds) == 1 else _any_of(kinds)


def _literals(words: Any) -> tuple[str, ...]:
    if get_origin(words) is Literal:
        return get_args(words)
    return tuple(word for part in get_args(words) for word in _literals(part))


def _optional(rule: Rule) -> Rule:
    return lambda field, value: None if value is None else rule(field, value)


def _any_of(kinds: tuple[Any, ...]) -> Rule:
    expected = " or ".join(f"a {kind.__name__}" for kind in kinds)

    def rule(field: str, value: Any) -> Any:
        if isinstance(value, str) and str in kinds:
            return _text(field, value)
        if isinstance(value, kinds):
            return value
        raise refusal(field, expected, value)

    return rule


def _text(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise refusal(field, "a str", value)
    if value.isascii() or _is_whole(value):
        return value
    raise ArgumentError(f"`{field}` takes a str without lone surrogates")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flag(field: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise refusal(field, "True or False", value)


def _whole_number(field: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise refusal(field, "an int", value)


def _time(field: str, value: Any) -> Any:
    if value is None:
        raise refusal(field, "an aware datetime or an int of milliseconds", value)
    millis(value, field)
    return value


def _table(field: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise refusal(field, "a mapping", value)
    table = _made(field, "a mapping", dict, value)
    return {_text(field, name): _text(field, item) for name, item in table.items()}


_Made = TypeVar("_Made")


def _made(argument: str, expected: str, make: Callable[[Any], _Made], values: Iterable[Any]) -> _Made:
    """What ``make`` makes of ``values``; what their iteration raises may hold content, and is not passed on."""
    try:
        return make(values)
    except Exception:
        refused = refusal(argument, expected, values)
    raise refused


_PLAIN: dict[Any, Rule] = {
    str: _text,
    bool: _flag,
    int: _whole_number,
}
