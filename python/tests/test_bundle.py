"""Engines from compiled policies."""

from pathlib import Path

import pytest

import sealwax

POLICY = """
name = "clinic"
include = ["hipaa-2013"]
[[term]]
id = "project"
category = "clinical-data"
words = ["projekt xaver"]
"""
TEXT = "Patient Maria Chen, MRN 48213377, is in projekt xaver."


def test_an_engine_from_a_bundle_finds_what_that_of_its_policy_finds(tmp_path: Path) -> None:
    """From bytes and from a path, by either way."""
    bundle = sealwax.Engine.compile(policy=POLICY)
    (tmp_path / "p.bundle").write_bytes(bundle)
    expected = sealwax.Engine(policy=POLICY).scan_text(TEXT)
    for engine in (
        sealwax.Engine(bundle=bundle),
        sealwax.Engine(bundle=tmp_path / "p.bundle"),
        sealwax.Engine.from_bundle(memoryview(bundle)),
        sealwax.Engine.from_bundle(tmp_path / "p.bundle", strictness="strict"),
    ):
        assert repr(engine) == "<Engine policy=clinic>"
        assert engine.scan_text(TEXT) == expected


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    """With the code that says so; and a policy that is refused is not compiled."""
    bundle = sealwax.Engine.compile(profile="minimal")
    for wrong in (b"", POLICY.encode(), bundle[:-1], bundle[:-1] + bytes([bundle[-1] ^ 1])):
        with pytest.raises(sealwax.PolicyError) as refused:
            sealwax.Engine(bundle=wrong)
        assert refused.value.code == "bundle"
    with pytest.raises(sealwax.PolicyError):
        sealwax.Engine(bundle=tmp_path / "absent")
    with pytest.raises(sealwax.PolicyError):
        sealwax.Engine.compile(policy="nmae = 1")
    with pytest.raises(sealwax.ArgumentError):
        sealwax.Engine(bundle=bundle, profile="minimal")
