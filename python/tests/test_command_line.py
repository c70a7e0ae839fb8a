"""``to_dict()`` is what the command line prints."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import sealwax


def printed(program: Path, *arguments: str) -> Any:
    run = subprocess.run([program, *arguments], capture_output=True, check=True, encoding="utf-8")
    return json.loads(run.stdout)


def test_a_scan_is_the_same(program: Path, engine: sealwax.Engine, phi: bytes, tmp_path: Path) -> None:
    path = tmp_path / "message.eml"
    path.write_bytes(phi)
    shown = printed(program, "scan", "--json", "--show-text", str(path))
    assert engine.scan(phi, id=str(path), show_text=True).to_dict() == shown


def test_a_verdict_is_the_same(program: Path, engine: sealwax.Engine, phi: bytes, tmp_path: Path) -> None:
    message, policy = tmp_path / "message.eml", tmp_path / "policy.toml"
    message.write_bytes(phi)
    policy.write_text('name = "clinic"\ninclude = ["hipaa-2013"]\n')
    addresses = ["--from", "a@b.example", "--to", "c@d.example", "--to", "e@f.example", "--at", "1970-01-01T00:00:00Z"]
    shown = printed(program, "evaluate", "--json", "--policy", str(policy), *addresses, str(message))
    transaction = sealwax.Transaction(sender="a@b.example", recipients=["c@d.example", "e@f.example"])
    assert sealwax.Engine(policy=policy).evaluate(phi, transaction, at=0).to_dict() == shown
