"""The signed credential of a certificate, verified without asking us."""

import json
import os
import sys
from base64 import b64encode
from subprocess import run

import jwt
import pytest

from certificates import credential

KEYS_URL = "/.well-known/certificate-keys.json"


def verified(token: str, keys: dict) -> dict:
    """Verify a token as a stranger would, with any JWT library and the published keys."""
    kid = jwt.get_unverified_header(token)["kid"].partition("#")[2]
    key = next(jwt.PyJWK(each) for each in keys["keys"] if each["kid"] == kid)
    return jwt.decode(token, key, algorithms=["EdDSA"])


def test_the_credential_verifies_offline_with_the_published_keys(certificate, visitor):
    keys = visitor.get(KEYS_URL).json()
    token = visitor.get(f"/api/v1/certificates/{certificate.code}").json()["credential"]
    badge = verified(token, keys)
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    subject = badge["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == certificate.person_name
    assert subject["achievement"]["name"] == certificate.course_title
    assert badge["id"].endswith(certificate.code)
    assert "d" not in keys["keys"][0]


def test_a_forged_credential_does_not_verify(certificate, visitor):
    keys = visitor.get(KEYS_URL).json()
    header, _, signature = credential.sign(certificate).split(".")
    forged = credential.badge(certificate) | {"name": "Another course"}
    payload = jwt.utils.base64url_encode(json.dumps(forged).encode()).decode()
    with pytest.raises(jwt.InvalidSignatureError):
        verified(f"{header}.{payload}.{signature}", keys)


def test_what_was_signed_with_an_older_key_still_verifies(certificate, visitor, settings):
    first = credential.sign(certificate)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8
    second = credential.sign(certificate)
    settings.CERTIFICATE_SIGNING_KEYS = [b64encode(b"0" * 32).decode()]
    third = credential.sign(certificate)
    assert len({first, second, third}) == 3
    keys = visitor.get(KEYS_URL).json()
    assert len(keys["keys"]) == 3
    for token in (first, second, third):
        assert verified(token, keys)["id"].endswith(certificate.code)


def test_a_signing_key_of_the_wrong_form_stops_the_start():
    env = os.environ | {"CERTIFICATE_SIGNING_KEY": "too short"}
    started = run(
        [sys.executable, "-c", "import lms.settings"], env=env, capture_output=True, text=True
    )
    assert "CERTIFICATE_SIGNING_KEY is not valid: give it 32 bytes in base64" in started.stderr
