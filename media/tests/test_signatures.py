"""Signatures of Cloudinary's notifications."""

import hashlib
import json
import time

import pytest

from media.tests.notifications import (
    SECRET,
    URL,
    notify,
    pending_asset,
    status_of,
    upload_notice,
)

pytestmark = pytest.mark.django_db


def test_a_sha256_signature_is_accepted(visitor):
    asset = pending_asset()
    assert notify(visitor, upload_notice(asset), algorithm="sha256").status_code == 200
    assert status_of(asset) == "ready"


@pytest.mark.parametrize(
    "forgery",
    [
        {"secret": "wrong"},
        {"algorithm": "md5"},
        {"X-Cld-Signature": ""},
        {"X-Cld-Signature": "0" * 40},
        {"X-Cld-Signature": "\u00fc" * 40},
        {"X-Cld-Timestamp": ""},
        {"X-Cld-Timestamp": "soon"},
        {"X-Cld-Timestamp": "-5"},
        {"X-Cld-Timestamp": "1e9"},
        {"X-Cld-Timestamp": "\u0661\u0662"},
        {"X-Cld-Timestamp": "9" * 5000},
        {"seconds": -3 * 60 * 60},
        {"seconds": 10 * 60},
    ],
    ids=str,
)
def test_a_wrong_or_old_signature_is_refused(visitor, forgery):
    asset = pending_asset()
    response = notify(visitor, upload_notice(asset), **forgery)
    assert response.status_code == 401
    assert response.json()["errors"][0]["code"] == "invalid_signature"
    assert status_of(asset) == "pending"


def test_a_changed_body_is_refused(visitor):
    asset = pending_asset()
    raw = json.dumps(upload_notice(asset)).encode()
    stamp = str(int(time.time()))
    digest = hashlib.sha1(raw + stamp.encode() + SECRET.encode()).hexdigest()
    headers = {"X-Cld-Timestamp": stamp, "X-Cld-Signature": digest}
    response = visitor.post(URL, raw + b" ", content_type="application/json", headers=headers)
    assert response.status_code == 401


def test_a_notification_one_hour_old_is_accepted(visitor):
    asset = pending_asset()
    assert notify(visitor, upload_notice(asset), seconds=-3600).status_code == 200
    assert status_of(asset) == "ready"
