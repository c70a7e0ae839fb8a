"""What is found, and where."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

import sealwax

SSN = "536-90-4399"


def test_offsets_count_code_points_as_python_does(engine: sealwax.Engine) -> None:
    text = f"Grüße an 𝒜nn, her SSN is {SSN}.\n"
    raw = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    [entity] = engine.scan(raw + text.encode().replace(b"\n", b"\r\n"), show_text=True).entities
    assert entity.type == "US_SSN"
    assert text[entity.start : entity.end] == entity.text == SSN


def test_a_text_without_a_message_is_part_1(engine: sealwax.Engine) -> None:
    scan = engine.scan_text(f"SSN {SSN}", id="row 7")
    [entity] = scan.entities
    assert (scan.id, entity.part, entity.start, entity.end, entity.text) == ("row 7", "1", 4, 15, None)


def test_a_message_comes_in_every_form(engine: sealwax.Engine) -> None:
    message = EmailMessage()
    message["Subject"] = "Größe"
    message.set_content(f"Her SSN is {SSN}.\n")
    raw = message.as_bytes()
    expected = engine.scan(raw)
    assert expected.entities[0].type == "US_SSN"
    assert engine.scan(bytearray(raw)) == expected
    assert engine.scan(memoryview(raw)) == expected
    assert engine.scan(memoryview(b"x" + raw)[1:]) == expected
    assert engine.scan(memoryview(raw[::-1])[::-1]) == expected
    assert engine.scan(message) == expected


def test_a_compat32_message_is_taken_as_well(engine: sealwax.Engine) -> None:
    from email import message_from_string

    assert engine.scan(message_from_string(f"Subject: x\n\nSSN {SSN}\n")).entities[0].type == "US_SSN"


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff" * 5000, b"Subject:", b"\r\n\r\n", b"--\r\n" * 9999])
def test_any_bytes_have_an_answer(engine: sealwax.Engine, raw: bytes) -> None:
    assert engine.scan(raw).level == "none"


def test_a_broken_multipart_is_incomplete_and_says_so(engine: sealwax.Engine) -> None:
    scan = engine.scan(b"Content-Type: multipart/mixed; boundary=x\r\n\r\nno part\r\n")
    assert not scan.complete
    assert scan.anomalies


@pytest.mark.parametrize("wrong", [None, 7, "Subject: x", ["a"], object()])
def test_what_is_no_message_is_a_type_error(engine: sealwax.Engine, wrong: object) -> None:
    with pytest.raises(TypeError, match="a message is"):
        engine.scan(wrong)  # type: ignore[arg-type]


def test_a_memoryview_of_other_items_is_a_type_error(engine: sealwax.Engine) -> None:
    with pytest.raises(TypeError, match="unsigned bytes"):
        engine.scan(memoryview(b"12345678").cast("I"))


@pytest.mark.parametrize(("setting", "phi"), [("strict", True), ("balanced", True), ("narrow", False)])
def test_the_host_says_how_readily_words_of_health_count(setting: sealwax.Strictness, phi: bool) -> None:
    scan = sealwax.Engine(strictness=setting).scan_text("Peter Lang has lupus.")
    assert (scan.phi, scan.strictness) == (phi, setting)


def test_a_strictness_that_there_is_not_is_refused() -> None:
    with pytest.raises(sealwax.ArgumentError, match="`strictness` takes `strict`, `balanced` or `narrow`"):
        sealwax.Engine(strictness="lax")  # type: ignore[arg-type]


def test_what_is_no_phi_says_which_rule_comes_nearest_and_what_it_lacks() -> None:
    scan = sealwax.Engine(strictness="narrow").scan_text("Peter Lang has HIV.")
    assert scan.why_not is not None
    assert scan.why_not.rule == "named-statement"
    assert [lack.kind for lack in scan.why_not.lacks] == ["strictness"]
    assert "`balanced`" in scan.why_not.lacks[0].words
    assert sealwax.Engine().scan_text("Peter Lang has HIV.").why_not is None
    nothing = sealwax.Engine().scan_text("See you at noon.").why_not
    assert nothing is not None
    assert (nothing.rule, nothing.says, [lack.kind for lack in nothing.lacks]) == (None, None, ["health"])
