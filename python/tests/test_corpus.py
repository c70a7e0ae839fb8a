"""The shared corpus, which Rust, the command line and C run as well. Python counts code points, as the corpus does."""

from __future__ import annotations

import base64
import functools
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import sealwax
from sealwax import Agreement, Change, Evidence, ListContext, Preference, Recipient, Transaction, Waiver

CORPUS = Path(__file__).parents[2] / "testdata" / "corpus"


def cases() -> list[Any]:
    found = []
    for path in sorted(CORPUS.glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"], 1):
            found.append(pytest.param(case, id=f"{path.stem}-{number:02}"))
    return found


def test_the_corpus_is_there() -> None:
    assert len(cases()) > 30


@pytest.mark.parametrize("case", cases())
def test_every_case_gives_what_it_expects(case: dict[str, Any]) -> None:
    raw = case["message"].encode() if "message" in case else base64.b64decode(case["message_base64"])
    engine = policy(case.get("policy", "hipaa"))
    at = datetime.fromisoformat(case.get("at", "2026-11-21T09:30:00Z"))
    verdict = engine.evaluate(raw, transaction(case.get("transaction")), at=at)
    expect = dict(case["expect"])
    check_classification(expect, verdict)
    check_entities(expect, engine.scan(raw, show_text=True))
    if "deliveries" in expect:
        check_deliveries(expect.pop("deliveries"), verdict)
    if "outer" in expect:
        assert [(real.outer(raw) or b"").decode() for real in verdict.deliveries] == expect.pop("outer")
    if "inner" in expect:
        assert sealwax.inner(raw).decode() == expect.pop("inner")
    assert not expect, "an expectation that this runner does not know"


@functools.cache
def policy(name: str) -> sealwax.Engine:
    return sealwax.Engine(policy=CORPUS / "policies" / f"{name}.toml")


def check_classification(expect: dict[str, Any], verdict: sealwax.Verdict) -> None:
    categories = verdict.classification.categories
    if "level" in expect:
        assert verdict.classification.level == expect.pop("level")
    if "complete" in expect:
        assert verdict.complete == expect.pop("complete")
    if "categories" in expect:
        assert sorted(categories) == sorted(expect.pop("categories"))
    assert set(expect.pop("includes", [])) <= set(categories)


def check_entities(expect: dict[str, Any], scan: sealwax.Scan) -> None:
    found = [(item.type, item.part, item.start, item.end, item.text) for item in scan.entities]
    expected = expect.pop("entities", None)
    if expected == []:
        assert found == []
    for item in expected or []:
        assert (item["type"], item["part"], item["start"], item["end"], item["text"]) in found
    assert not {item.type for item in scan.entities} & set(expect.pop("absent", []))


def check_deliveries(expected: list[dict[str, str]], verdict: sealwax.Verdict) -> None:
    assert len(expected) == len(verdict.deliveries)
    for want, real in zip(expected, verdict.deliveries, strict=True):
        got = {"recipient": real.recipient, "action": real.action, "method": real.method, "waiver": real.waiver}
        got["level"] = real.transport.level if real.transport else None
        got["fallback"] = real.fallback.method if real.fallback else None
        for name in ("recipient", "action", "method", "waiver"):
            assert got[name] == want.get(name), (name, want)
        for name in ("level", "fallback"):
            assert got[name] == want.get(name, got[name]), (name, want)
        assert "rule" not in want or want["rule"] in {why.rule for why in real.why}
        unapplied = [f"{one.waiver} {one.reason}" for one in real.unapplied_waivers]
        assert unapplied == want.get("unapplied", unapplied), want
        assert want.get("archive", real.archive) == real.archive, want


def transaction(shape: dict[str, Any] | None) -> Transaction:
    if shape is None:
        return Transaction(sender="ann@clinic.example", recipients=["bob@mailbox.example"])
    fields = dict(shape)
    fields["recipients"] = [recipient(item) for item in fields["recipients"]]
    if "list" in fields:
        fields["list"] = ListContext(**fields["list"])
    return Transaction(**fields)


def recipient(shape: dict[str, Any]) -> Recipient:
    fields = dict(shape)
    fields |= fields.pop("keys", {})
    fields["evidence"] = [Evidence(**times(item, "observed_at", "valid_until")) for item in fields.get("evidence", [])]
    if "agreement" in fields:
        fields["agreement"] = Agreement(**fields["agreement"])
    fields["waivers"] = [waiver(item) for item in fields.get("waivers", [])]
    fields["preferences"] = [preference(item) for item in fields.get("preferences", [])]
    return Recipient(**fields)


def waiver(shape: dict[str, Any]) -> Waiver:
    fields = times(shape, "effective_from", "expires", "review_by")
    fields |= fields.pop("scope")
    fields |= fields.pop("expression", {})
    fields["history"] = [Change(**times(change, "at")) for change in fields["history"]]
    return Waiver(**fields)


def preference(shape: dict[str, Any]) -> Preference:
    fields = times(shape, "effective_from", "expires")
    fields["history"] = [Change(**times(change, "at")) for change in fields["history"]]
    return Preference(**fields)


def times(shape: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in names else value for name, value in shape.items()}
