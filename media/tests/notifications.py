"""Notifications as Cloudinary sends them."""

import hashlib
import json
import time

from media.models import Asset
from media.tests.factories import AssetFactory

URL = "/api/v1/media/webhooks/cloudinary"
SECRET = "sandbox-secret"


def notify(client, body, *, seconds=0, algorithm="sha1", secret=SECRET, **headers):
    """Send a notification as Cloudinary does: `seconds` from now, signed unless `headers` replace the signature."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(time.time()) + seconds)
    digest = hashlib.new(algorithm, raw + stamp.encode() + secret.encode()).hexdigest()
    signed = {"X-Cld-Timestamp": stamp, "X-Cld-Signature": digest} | headers
    return client.post(URL, raw, content_type="application/json", headers=signed)


def upload_notice(asset, **changed):
    """Return the `upload` notification of an asset."""
    return {
        "notification_type": "upload",
        "asset_id": "abc",
        "public_id": asset.public_id,
        "version": 1700000000,
        "resource_type": asset.stored.resource_type,
        "type": "authenticated",
        "format": "mp4",
        "bytes": 12345,
        "duration": 61.6,
    } | changed


def eager_notice(asset, **changed):
    """Return the `eager` notification of an asset's stream."""
    made = {"transformation": "sp_auto/m3u8", "secure_url": "https://res.example/x.m3u8"}
    return {
        "notification_type": "eager",
        "public_id": asset.public_id,
        "batch_id": "b",
        "eager": [made | changed],
    }


def pending_asset(**fields):
    return AssetFactory(
        status="pending", version=None, format="", bytes=None, duration_seconds=None, **fields
    )


def status_of(asset):
    return Asset.objects.get(pk=asset.pk).status
