"""What a message holds."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self, cast, overload

from . import _sealwax
from ._values import own
from .classification import Level, Strictness
from .record import Record

__all__ = ["Anomaly", "Entities", "Entity", "Lack", "Scan", "WhyNot"]


class Scan(Record):
    """What was found in a message, apart from any policy; its shape is read when it is first asked for."""

    __slots__ = ("_found", "_read")

    _found: _Found
    _read: dict[str, Any] | None

    def __init__(self, found: _sealwax.Found | dict[str, Any]) -> None:
        """Wraps what was found, or its shape; results are made by an engine, not by hand."""
        shape = found if isinstance(found, dict) else None
        listed: _Found = own("found", _sealwax.Found, found) if shape is None else shape.get("entities", [])
        object.__setattr__(self, "_read", shape)
        object.__setattr__(self, "_found", listed)

    @property
    def _shape(self) -> dict[str, Any]:  # type: ignore[override]  # nobody sets it
        """The shape of the scan without what is made apart."""
        shape, found = self._read, self._found
        if shape is None:
            shape = {} if isinstance(found, list) else json.loads(found.summary())
            object.__setattr__(self, "_read", shape)
        return shape

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape, as a copy that the caller may change."""
        shape = copy.deepcopy({**self._shape, "entities": []})
        shape["entities"] = [entity.to_dict() for entity in self.entities]
        return shape

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scan):
            return NotImplemented
        same = {**self._shape, "entities": []} == {**other._shape, "entities": []}
        return same and self.entities == other.entities

    __hash__ = None  # as that of a record

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Any]]]:
        return type(self), (self.to_dict(),)

    @property
    def id(self) -> str:
        """The id that the caller gave the message."""
        return cast(str, self._shape["id"])

    @property
    def phi(self) -> bool:
        """Whether it holds an identifier and a health context together (45 CFR 160.103)."""
        return cast(bool, self._shape["phi"])

    @property
    def financial(self) -> bool:
        """Whether it holds financial data."""
        return cast(bool, self._shape["financial"])

    @property
    def credentials(self) -> bool:
        """Whether it holds passwords, tokens or key material."""
        return cast(bool, self._shape["credentials"])

    @property
    def level(self) -> Level:
        """How sensitive it is."""
        return cast(Level, self._shape["level"])

    @property
    def rule(self) -> str | None:
        """The rule by which it is PHI, such as ``named-condition``; ``None`` where it is not, or where what nobody read
        says so."""
        return cast("str | None", self._shape["rule"])

    @property
    def strictness(self) -> Strictness:
        """How readily words of health beside a person were taken for PHI."""
        return cast(Strictness, self._shape["strictness"])

    @property
    def why_not(self) -> WhyNot | None:
        """Why it is no PHI: the rule that comes nearest, and what it lacks; ``None`` where it is."""
        shape = self._shape["why_not"]
        return None if shape is None else WhyNot(shape)

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of sensitive content in it, such as ``phi``."""
        return tuple(self._shape["categories"])

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is what it is, in words, without a value."""
        return tuple(self._shape["reasons"])

    @property
    def complete(self) -> bool:
        """Whether everything in the message could be inspected."""
        return cast(bool, self._shape["complete"])

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """What is odd about its form, such as a part that could not be read."""
        return tuple(map(Anomaly, self._shape["anomalies"]))

    @property
    def opaque(self) -> tuple[str, ...]:
        """What it holds that cannot be read, by kind, such as ``fax`` or ``picture``."""
        return tuple(self._shape["opaque"])

    @property
    def silenced(self) -> dict[str, int]:
        """Per detector, such as ``us-phone``, how many findings the policy's allow-lists silenced."""
        return dict(self._shape.get("silenced", {}))

    @property
    def forms(self) -> dict[str, dict[str, int]]:
        """Per section of forms of the policy that changed what is found: how many findings blank copies silence
        (``silenced``), and how many entries filled ones have (``entries``).
        """
        return {name: dict(how) for name, how in self._shape.get("forms", {}).items()}

    @property
    def unlisted(self) -> int:
        """How many findings there are beyond those in ``entities``; what the message is takes them all in.

        There are some where a message has more than the limit ``findings``. One that several readings of a text show may
        count for each.
        """
        return cast(int, self._shape["unlisted"])

    @property
    def entities(self) -> Entities:
        """What was found, each with its place; no more than the limit ``findings``, see ``unlisted``."""
        return Entities(self._found)

    def __repr__(self) -> str:
        return f"<Scan level={self.level} entities={len(self._found)}>"


class WhyNot(Record):
    """Why a message is no PHI, without a word of it."""

    __slots__ = ()

    @property
    def rule(self) -> str | None:
        """The rule that comes nearest, such as ``named-condition``; ``None`` where nothing tells of health."""
        return cast("str | None", self._shape["rule"])

    @property
    def says(self) -> str | None:
        """What the rule says."""
        return cast("str | None", self._shape["says"])

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What it lacks, one thing at least."""
        return tuple(map(Lack, self._shape["lacks"]))

    def __repr__(self) -> str:
        return f"<WhyNot {self.rule} lacks={','.join(lack.kind for lack in self.lacks)}>"


class Lack(Record):
    """One thing that keeps a rule from holding."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """What kind of thing, such as ``person`` or ``distance``."""
        return cast(str, self._shape["kind"])

    @property
    def words(self) -> str:
        """The same in words."""
        return cast(str, self._shape["words"])

    def __repr__(self) -> str:
        return f"<Lack {self.kind}>"


class Anomaly(Record):
    """Something odd about the form of a message, and where."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        """What is odd, as a stable word that a policy can name."""
        return cast(str, self._shape["kind"])

    @property
    def part(self) -> str:
        """The part, by its IMAP section number; empty for the whole message."""
        return cast(str, self._shape["part"])

    def __repr__(self) -> str:
        return f"<Anomaly {self.kind} part={self.part}>"


class Entity(Record):
    """One thing that was found, and where."""

    __slots__ = ()

    @property
    def type(self) -> str:
        """Its label, such as ``US_SSN``."""
        return cast(str, self._shape["type"])

    @property
    def part(self) -> str:
        """Where it stands: an IMAP section number such as ``1.2``, ``subject``, or ``header:NAME``."""
        return cast(str, self._shape["part"])

    @property
    def member(self) -> str | None:
        """What inside of the part the text was drawn from, such as a file in an archive; ``None`` for its own text."""
        return cast("str | None", self._shape.get("member"))

    @property
    def start(self) -> int | None:
        """Where it begins in the decoded text of the part, in code points, as Python counts; ``None`` when binary."""
        return cast("int | None", self._shape["start"])

    @property
    def end(self) -> int | None:
        """Where it ends, one behind its last code point; ``None`` when binary."""
        return cast("int | None", self._shape["end"])

    @property
    def text(self) -> str | None:
        """What stands there; ``None`` unless the scan was asked to show it."""
        return cast("str | None", self._shape.get("text"))

    @property
    def confidence(self) -> float:
        """How sure the engine is, from 0 to 1."""
        return cast(float, self._shape["confidence"])

    @property
    def fuzzy(self) -> bool:
        """Whether it was found in spite of a misspelling."""
        return cast(bool, self._shape["fuzzy"])

    @property
    def why(self) -> str:
        """Why it is one, in words that show nothing of it."""
        return cast(str, self._shape["why"])

    def __repr__(self) -> str:
        return f"<Entity {self.type} part={self.part} start={self.start} end={self.end}>"


_Found = _sealwax.Found | list[dict[str, Any]]
"""What was found: each entity as JSON, or as its shape."""


class Entities(Sequence[Entity]):
    """What was found in a message, in the order of its place: each entity is made when it is asked for.

    So a message with thousands of them holds up no other thread of the interpreter.
    """

    __slots__ = ("_found",)

    def __init__(self, found: _Found) -> None:
        """Wraps what was found; use ``Scan.entities`` to get it."""
        self._found = found if isinstance(found, list) else own("found", _sealwax.Found, found)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int, /) -> Entity: ...

    @overload
    def __getitem__(self, index: slice, /) -> tuple[Entity, ...]: ...

    def __getitem__(self, index: int | slice, /) -> Entity | tuple[Entity, ...]:
        places = range(len(self._found))[index]
        return self._entity(places) if isinstance(places, int) else tuple(map(self._entity, places))

    def __iter__(self) -> Iterator[Entity]:
        return map(self._entity, range(len(self._found)))

    def _entity(self, place: int) -> Entity:
        if isinstance(self._found, list):
            return Entity(self._found[place])
        return Entity(json.loads(self._found[place]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entities | tuple | list):
            return NotImplemented
        return len(self) == len(other) and all(ours == theirs for ours, theirs in zip(self, other, strict=True))

    __hash__: ClassVar[None]  # type: ignore[assignment]  # an entity has no hash

    def __repr__(self) -> str:
        return f"<Entities {len(self)}>"
