"""Verification of Cloudinary's signatures.

The SDK's own verifier raises on malformed input, accepts times in the future and compares in variable time.
https://cloudinary.com/documentation/notification_signatures
"""

import hashlib
import hmac
import time
from urllib.parse import urlsplit

from django.conf import settings

MAX_AGE = 2 * 60 * 60
"""How old a notification may be, in seconds."""
MAX_CLOCK_SKEW = 5 * 60
"""How far Cloudinary's clock may be ahead of ours, in seconds."""

ALGORITHMS = {40: hashlib.sha1, 64: hashlib.sha256}
"""The algorithm per length of the signature in hex digits: which one Cloudinary uses is a setting of the account."""


def is_upload_response(public_id: str, version: int, signature: str) -> bool:
    """Return whether Cloudinary signed this response to an upload. The signature covers these two values only."""
    return _is_signed(f"public_id={public_id}&version={version}".encode(), signature)


def is_notification(body: bytes, timestamp: str, signature: str) -> bool:
    """Return whether Cloudinary signed this notification, not longer than `MAX_AGE` ago."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    age = time.time() - int(timestamp)
    is_recent = -MAX_CLOCK_SKEW <= age <= MAX_AGE
    return is_recent and _is_signed(body + timestamp.encode(), signature)


def _is_signed(content: bytes, signature: str) -> bool:
    algorithm = ALGORITHMS.get(len(signature))
    if algorithm is None:
        return False
    secret = urlsplit(settings.CLOUDINARY_URL).password or ""
    expected = algorithm(content + secret.encode()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
