"""Redaction, reports of identifiers, and rosters."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import sealwax

MESSAGE = b"From: ann@clinic.example\r\nSubject: MRN 38857281\r\n\r\nHer SSN is 536-90-4399, diabetes.\r\n"
ROSTER = "[[roster]]\nname = 'patients'\nfile = 'patients.roster'\n"


def test_a_message_is_written_anew_without_what_identifies(engine: sealwax.Engine) -> None:
    raw, redaction = engine.redact(MESSAGE)
    assert b"Her SSN is [US_SSN], diabetes." in raw
    assert b"ann@clinic.example" not in raw
    assert redaction.redacted == {"MRN": 1, "US_SSN": 1}
    assert redaction.removed == ()


def test_what_is_no_text_is_named_and_gone(engine: sealwax.Engine) -> None:
    picture = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhi\r\n--b\r\nContent-Type: image/png\r\n\r\nCANARY\r\n--b--\r\n'
    raw, redaction = engine.redact(picture)
    assert b"CANARY" not in raw
    assert [(removed.part, removed.kind) for removed in redaction.removed] == [("2", "image")]


def test_participants_and_types_stay_when_asked_for(engine: sealwax.Engine) -> None:
    raw, redaction = engine.redact(MESSAGE, keep=["MRN"], keep_participants=True)
    assert b"From: ann@clinic.example\r\n" in raw
    assert redaction.redacted == {"US_SSN": 1}
    with pytest.raises(TypeError, match="collection"):
        engine.redact(MESSAGE, keep="MRN")


def test_a_pseudonym_needs_a_key_and_is_stable(engine: sealwax.Engine) -> None:
    key = sealwax.HashKey.generate()
    once, _ = engine.redact_text("SSN 536-90-4399", mode="pseudonym", key=key)
    again, _ = engine.redact_text("SSN 536 90 4399", mode="pseudonym", key=sealwax.HashKey.from_text(key.to_text()))
    other, _ = engine.redact_text("SSN 536-90-4399", mode="pseudonym", key=sealwax.HashKey.generate())
    assert once == again != other
    with pytest.raises(ValueError, match="pseudonyms need a key"):
        engine.redact_text("SSN 536-90-4399", mode="pseudonym")
    with pytest.raises(ValueError, match="expected one of mask, pseudonym, remove, type"):
        engine.redact_text("x", mode="shred")  # type: ignore[arg-type]


def test_the_time_between_dates_of_one_subject_stays(engine: sealwax.Engine) -> None:
    key = sealwax.HashKey.generate()
    text, _ = engine.redact_text("DOB 2001-05-01", key=key, shift_dates="ann")
    again, _ = engine.redact_text("DOB 2001-05-01", key=key, shift_dates="ann")
    assert text == again != "DOB 2001-05-01"
    assert text.startswith("DOB 200")
    with pytest.raises(ValueError, match="moved dates need a key"):
        engine.redact_text("x", shift_dates="ann")


def test_a_report_says_what_the_purpose_does_not_need(engine: sealwax.Engine) -> None:
    report = engine.identifiers(MESSAGE, purpose="appointment")
    assert (report.unneeded, report.safe_harbor, report.purpose) == (2, False, "appointment")
    assert [(one.letter, one.type, one.count, one.needed) for one in report.identifiers] == [
        ("G", "US_SSN", 1, False),
        ("H", "MRN", 1, False),
    ]
    without = engine.identifiers_in_text("MRN 38857281")
    assert (without.unneeded, without.identifiers[0].needed, without.identifiers[0].kind) == (
        None,
        None,
        "medical record number",
    )
    assert engine.identifiers_in_text("asthma").safe_harbor
    with pytest.raises(ValueError, match="expected one of appointment"):
        engine.identifiers(MESSAGE, purpose="fun")  # type: ignore[arg-type]


def test_what_the_results_say_is_what_the_command_line_prints(
    program: Path, engine: sealwax.Engine, tmp_path: Path
) -> None:
    path, out = tmp_path / "message.eml", tmp_path / "out.eml"
    path.write_bytes(MESSAGE)
    told = subprocess.run(
        [program, "redact", "--json", path, "-o", out], capture_output=True, check=True, encoding="utf-8"
    )
    raw, redaction = engine.redact(MESSAGE, id=str(path))
    assert (out.read_bytes(), json.loads(told.stdout)) == (raw, redaction.to_dict())
    report = subprocess.run(
        [program, "redact", "--report", "--purpose", "appointment", "--json", path], capture_output=True, encoding="utf-8"
    )
    assert report.returncode == 1
    assert json.loads(report.stdout) == engine.identifiers(MESSAGE, purpose="appointment", id=str(path)).to_dict()


def test_a_policy_with_a_roster_needs_the_roster_and_its_key(program: Path, tmp_path: Path) -> None:
    key = sealwax.HashKey.generate()
    table, key_file, roster = tmp_path / "people.csv", tmp_path / "key", tmp_path / "patients.roster"
    table.write_text("given name,family name,birth date\nZebulon,Quistgaard,1961-03-04\n")
    key_file.write_text(key.to_text())
    subprocess.run([program, "roster", "make", table, "--key", key_file, "-o", roster], check=True, capture_output=True)
    files = {"patients.roster": roster.read_bytes()}

    engine = sealwax.Engine(policy=ROSTER, resources=files, roster_key=key)
    scan = engine.scan_text("we saw Zebulon Quistgaard today")
    assert [(one.type, one.start, one.end) for one in scan.entities if one.type == "PERSON"] == [("PERSON", 7, 25)]
    for files, wrong in ((files, None), (files, sealwax.HashKey.generate()), ({}, key), ({"patients.roster": b"x"}, key)):
        with pytest.raises(sealwax.PolicyError) as caught:
            sealwax.Engine(policy=ROSTER, resources=files, roster_key=wrong)
        assert caught.value.code == "roster"


def test_a_hash_key_is_never_shown() -> None:
    key = sealwax.HashKey.generate()
    assert repr(key) == "<HashKey>"
    with pytest.raises(sealwax.KeyFormatError) as caught:
        sealwax.HashKey.from_text(key.to_text()[:-1])
    assert key.to_text()[20:] not in str(caught.value)
