"""What the tests share."""

from __future__ import annotations

import pytest

import sealwax

PHI = b"Subject: your results\r\n\r\nMRN 12345678, diagnosis: diabetes mellitus, HbA1c 9.1\r\n"


@pytest.fixture(scope="session")
def engine() -> sealwax.Engine:
    """An engine of the profile that stands in the README."""
    return sealwax.Engine(profile="hipaa-2013")


@pytest.fixture
def phi() -> bytes:
    """A message with an identifier and a health context."""
    return PHI
