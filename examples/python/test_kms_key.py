"""Runs the example against the KMS of a moto server on this machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

import sealwax

sys.path.insert(0, str(Path(__file__).parent))

import kms_key  # noqa: E402

pytestmark = pytest.mark.filterwarnings("default")  # the warnings of boto3 and moto are theirs


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    yield boto3.client("kms")
    server.stop()


def new_key(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["KeyId"])


def test_a_file_is_sealed_and_opened_by_the_key_of_the_service(kms: Any, tmp_path: Path) -> None:
    ours, theirs = new_key(kms), new_key(kms)
    plain, sealed, opened = (str(tmp_path / name) for name in ("plain", "sealed", "opened"))
    Path(plain).write_bytes(b"MRN 12345678")
    assert kms_key.main(["seal", ours, plain, sealed]) == 0
    assert b"MRN" not in Path(sealed).read_bytes()
    assert kms_key.main(["open", ours, sealed, opened]) == 0
    assert Path(opened).read_bytes() == b"MRN 12345678"
    with pytest.raises(sealwax.OpenError):
        kms_key.main(["open", theirs, sealed, opened])


def test_a_wrapped_key_does_not_open_in_another_message(kms: Any) -> None:
    engine, keys = sealwax.Engine(), [kms_key.kms_key(kms, new_key(kms))]
    one, other = engine.seal(b"labs", keys=keys), engine.seal(b"labs", keys=keys)
    body = 56 + 4 + 16
    wrapped = len(one) - body - 40
    assert engine.open(one, keys=keys) == b"labs"
    with pytest.raises(sealwax.OpenError):
        engine.open(one[:wrapped] + other[wrapped:-body] + one[-body:], keys=keys)


def test_a_service_that_refuses_is_a_failure_without_a_reason(kms: Any) -> None:
    key = kms_key.kms_key(kms, "alias/CANARY-no-such-key")
    with pytest.raises(sealwax.SealError) as caught:
        sealwax.Engine().seal(b"CANARY", keys=[key])
    assert caught.value.code == "key-provider"
    assert "CANARY" not in str(caught.value)
