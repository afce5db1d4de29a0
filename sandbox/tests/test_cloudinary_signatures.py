"""Who may use the API: keys, signatures, times."""

import time
from collections.abc import Iterator
from io import BytesIO

import pytest
from cloudinary import uploader
from cloudinary.exceptions import AuthorizationRequired, BadRequest

from sandbox.tests.cloudinary_account import Account, picture, running


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    yield from running()


def test_what_the_sdk_signs_is_accepted_in_both_versions_and_algorithms(account: Account) -> None:
    for version in (1, 2):
        for algorithm in ("sha1", "sha256"):
            answer = account.upload(
                picture(),
                f"signed/{version}-{algorithm}",
                tags=["one", "two"],
                context={"alt": "Salt & pepper", "note": "a=b|c"},
                overwrite=False,
                signature_version=version,
                signature_algorithm=algorithm,
            )
            assert answer["tags"] == ["one", "two"]
            assert answer["context"]["custom"] == {"alt": "Salt & pepper", "note": "a=b|c"}


def test_a_wrong_secret_is_refused_with_the_string_that_should_have_been_signed(
    account: Account,
) -> None:
    keys = account.api | {"api_secret": "guessed"}
    with pytest.raises(AuthorizationRequired, match="Invalid Signature") as refusal:
        uploader.upload(BytesIO(picture()), public_id="forged", **keys)
    assert "String to sign - 'public_id=forged&timestamp=" in str(refusal.value)
    assert "forged" not in [kept["public_id"] for kept in account.stored()]


@pytest.mark.parametrize(
    "change",
    [
        {"public_id": "other"},
        {"allowed_formats": "exe"},
        {"folder": "elsewhere"},
        {"signature": "0" * 40},
        {"signature": "é" * 40},
        {"timestamp": "1"},
    ],
)
def test_a_field_changed_after_signing_is_refused(account: Account, change: dict) -> None:
    fields = account.sign({"public_id": "mine", "allowed_formats": "png"}) | change
    answer = account.post("image/upload", fields, picture())
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("Invalid Signature")


def test_an_ampersand_cannot_add_a_field_to_a_version_2_signature(account: Account) -> None:
    signed = account.sign({"public_id": "a&type=private"})
    smuggled = signed | {"public_id": "a", "type": "private"}
    assert account.post("image/upload", smuggled, picture()).status_code == 401


@pytest.mark.parametrize("age", [3700, -3700])
def test_a_signature_is_valid_for_one_hour(account: Account, age: int) -> None:
    stale = account.sign({"timestamp": str(int(time.time()) - age)})
    answer = account.post("image/upload", stale, picture())
    assert answer.status_code == 400
    assert "Stale request - reported time is" in answer.json()["error"]["message"]
    fresh = account.sign({"timestamp": str(int(time.time()) - 3500)})
    assert account.post("image/upload", fresh, picture()).status_code == 200


@pytest.mark.parametrize("timestamp", ["soon", "-5", "1" * 30, "1.5", "²"])
def test_an_invalid_time_is_refused(account: Account, timestamp: str) -> None:
    answer = account.post("image/upload", account.sign({"timestamp": timestamp}), picture())
    assert answer.status_code == 400


def test_an_unknown_key_and_an_unknown_cloud_are_refused(account: Account) -> None:
    with pytest.raises(AuthorizationRequired, match="Unknown API key 123"):
        uploader.upload(BytesIO(picture()), **(account.api | {"api_key": "123"}))
    with pytest.raises(AuthorizationRequired, match="Invalid cloud_name nobody"):
        uploader.upload(BytesIO(picture()), **(account.api | {"cloud_name": "nobody"}))


def test_uploads_without_a_signature_are_refused(account: Account) -> None:
    with pytest.raises(BadRequest, match="Upload preset must be specified"):
        uploader.unsigned_upload(BytesIO(picture()), "", **account.api)
    for missing in ("api_key", "timestamp", "signature"):
        fields = account.sign({"public_id": "x"})
        del fields[missing]
        answer = account.post("image/upload", fields, picture())
        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == f"Missing required parameter - {missing}"


def test_the_answer_is_signed(account: Account) -> None:
    answer = account.upload(picture(), "answered")
    proven = {"public_id": "answered", "version": str(answer["version"])}
    assert account.sign(proven | {"timestamp": ""})["signature"] == answer["signature"]
