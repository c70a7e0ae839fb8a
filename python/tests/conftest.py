"""What the tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import sealwax

ROOT = Path(__file__).parents[2]
PROGRAM = Path(os.environ.get("SEALWAX_CLI", ROOT / "target" / "debug" / "sealwax"))
PHI = b"Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes mellitus, HbA1c 9.1\r\n"


@pytest.fixture(scope="session")
def engine() -> sealwax.Engine:
    """An engine of the profile that stands in the README."""
    return sealwax.Engine(profile="hipaa-2013")


@pytest.fixture
def phi() -> bytes:
    """A message with an identifier and a health context."""
    return PHI


@pytest.fixture
def program() -> Path:
    """The command line, which the package is compared with."""
    if not PROGRAM.exists():
        assert os.environ.get("SEALWAX_REQUIRE") != "all", f"{PROGRAM} is required: cargo build -p sealwax-cli"
        pytest.skip(f"{PROGRAM} is not built")
    return PROGRAM
