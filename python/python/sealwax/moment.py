"""Points in time, as callers give them and as the engine reads them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from .errors import ArgumentError, FactsError, SealwaxError

__all__ = ["When", "millis", "moment", "rfc3339"]

When: TypeAlias = datetime | int | None
"""An aware ``datetime``, milliseconds since 1970-01-01T00:00:00 UTC, or ``None`` for now."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_PLAUSIBLE_SECONDS = range(631_152_000, 4_102_444_800)  # 1990 to 2100, as `Timestamp::mistaken_unit` has it
_OTHER_UNITS = (("seconds", 1), ("microseconds", 10**6), ("nanoseconds", 10**9))
_INT64 = range(-(2**63), 2**63)


def millis(at: When, argument: str = "at") -> int:
    """Milliseconds since 1970 UTC; exact, where ``datetime.timestamp`` would go through a float."""
    if at is None:
        return time.time_ns() // 1_000_000
    if isinstance(at, datetime):
        return _since_epoch(at, argument)
    if isinstance(at, bool) or not isinstance(at, int):
        expected = "an aware datetime, an int of milliseconds, or None"
        raise ArgumentError(f"`{argument}` takes {expected}, not {type(at).__name__}")
    if at not in _INT64:
        raise FactsError("a time in milliseconds must fit 64 bits", "time")
    for unit, per_second in _OTHER_UNITS:
        if at // per_second in _PLAUSIBLE_SECONDS:
            raise FactsError(f"a time is in milliseconds since 1970, and this was probably given in {unit}", "time")
    return at


def rfc3339(at: datetime | int) -> str:
    """The time as RFC 3339 text in UTC, which is how JSON and TOML hold it."""
    since = millis(at)
    try:
        time_at = _EPOCH + since * _MILLISECOND
    except OverflowError:
        raise FactsError("the time lies outside the years that RFC 3339 can write", "time") from None
    return time_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The time that text from the engine says; the nearest there is, of one that neither RFC 3339 nor Python can write."""
    beyond, _, rest = text.partition(" ms since 1970")
    if rest == "" and beyond != text:
        return (datetime.min if beyond.startswith("-") else datetime.max).replace(tzinfo=UTC)
    return datetime.fromisoformat(text)


def _since_epoch(at: datetime, argument: str) -> int:
    try:
        if at.tzinfo is not None and at.utcoffset() is not None:
            return (at - _EPOCH) // _MILLISECOND
        refused: SealwaxError = FactsError("a datetime needs a time zone: use datetime.now(timezone.utc)", "time")
    except Exception:  # of the caller's own time zone
        refused = ArgumentError(f"`{argument}` takes a datetime whose time zone says its offset")
    raise refused
