"""Cloudinary's signatures of requests, answers and notifications.

They follow the documented rules and do not use the SDK, so that what the SDK signs is checked by
independent code.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.errors import BadRequest, Unauthorized

type Fields = dict[str, str | list[str]]

UNSIGNED = {"file", "cloud_name", "resource_type", "api_key", "signature"}
VALID_SECONDS = 3600
ALGORITHMS = {40: "sha1", 64: "sha256"}


def read_fields(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Return the fields of a form or query; ``name[]`` and ``name[0]`` are parts of a list."""
    fields: Fields = {}
    for key, value in pairs:
        match = re.fullmatch(r"(.+)\[\d*\]", key)
        if match:
            fields[match[1]] = [*as_list(fields.get(match[1])), value]
        else:
            fields[key] = value
    return fields


def as_list(value: str | list[str] | None) -> list[str]:
    """Return a field as a list; a string is split at commas."""
    if isinstance(value, list):
        return value
    return [part.strip() for part in value.split(",") if part.strip()] if value else []


def check_request(cloud: Cloud, fields: Fields) -> None:
    """Raise CloudError unless a request is signed by the owner of the cloud within the hour."""
    check_signature(cloud, fields)
    signed_at = read_time(fields, "timestamp")
    age = time.time() - signed_at
    if abs(age) > VALID_SECONDS:
        reported = datetime.fromtimestamp(signed_at, UTC).strftime("%Y-%m-%d %H:%M:%S +0000")
        relation = "ago" if age > 0 else "from now"
        raise BadRequest(
            f"Stale request - reported time is {reported} which is more than 1 hour {relation}"
        )


def check_signature(cloud: Cloud, fields: Fields) -> None:
    """Raise CloudError unless the fields are signed with the secret of the cloud."""
    for name in ("api_key", "timestamp", "signature"):
        if not fields.get(name):
            raise BadRequest(f"Missing required parameter - {name}")
    if fields["api_key"] != cloud.api_key:
        raise Unauthorized(f"Unknown API key {fields['api_key']}")
    claimed = str(fields["signature"])
    algorithm = ALGORITHMS.get(len(claimed), "sha1")
    # Version 1 is from SDKs that do not escape "&"; Cloudinary still accepts it.
    expected = (
        hex_hash(string_to_sign(fields, version) + cloud.api_secret, algorithm)
        for version in (2, 1)
    )
    if not any(same(signature, claimed) for signature in expected):
        raise Unauthorized(
            f"Invalid Signature {claimed}. String to sign - '{string_to_sign(fields, 2)}'."
        )


def string_to_sign(fields: Fields, version: int) -> str:
    """Return the part of a request that is signed: sorted ``name=value``, joined by ``&``."""
    parts = []
    for name, value in fields.items():
        if name in UNSIGNED or not value:
            continue
        text = f"{name}={','.join(value) if isinstance(value, list) else value}"
        parts.append(text.replace("&", "%26") if version >= 2 else text)
    return "&".join(sorted(parts))


def answer_signature(cloud: Cloud, public_id: str, version: int) -> str:
    """Return the signature with which a client proves what it uploaded."""
    return hex_hash(f"public_id={public_id}&version={version}{cloud.api_secret}", "sha1")


def notification_signature(cloud: Cloud, body: bytes, timestamp: int) -> str:
    """Return the signature of a notification, over its raw body and the time of sending."""
    return hex_hash(f"{body.decode()}{timestamp}{cloud.api_secret}", "sha1")


def read_time(fields: Fields, name: str) -> int:
    """Return a field in seconds since 1970."""
    text = str(fields.get(name, ""))
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise BadRequest(f"Invalid value {text} for parameter {name}")
    return int(text)


def hex_hash(text: str, algorithm: str) -> str:
    """Return the hash of a text, in hex."""
    return hashlib.new(algorithm, text.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
