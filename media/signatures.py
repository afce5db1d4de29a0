"""Proof that something was said by Cloudinary.

The SDK's own verifier raises on odd input, takes times of the future and compares in variable time.
https://cloudinary.com/documentation/notification_signatures
"""

import hashlib
import hmac
import time
from urllib.parse import urlsplit

from django.conf import settings

PAST, FUTURE = 2 * 60 * 60, 5 * 60
"""How old a notification may be, and how far our clocks may differ, in seconds."""

ALGORITHMS = {40: hashlib.sha1, 64: hashlib.sha256}
"""By the length of the signature in hex digits: which one Cloudinary uses is a setting of the account."""


def is_answer(public_id: str, version: int, signature: str) -> bool:
    """Did Cloudinary give this answer to an upload? The signature covers these two and nothing else."""
    return _is_signed(f"public_id={public_id}&version={version}".encode(), signature)


def is_notification(body: bytes, timestamp: str, signature: str) -> bool:
    """Did Cloudinary send this notification, lately?"""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    age = time.time() - int(timestamp)
    return -FUTURE <= age <= PAST and _is_signed(body + timestamp.encode(), signature)


def _is_signed(content: bytes, signature: str) -> bool:
    algorithm = ALGORITHMS.get(len(signature))
    if algorithm is None:
        return False
    secret = urlsplit(settings.CLOUDINARY_URL).password or ""
    expected = algorithm(content + secret.encode()).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
