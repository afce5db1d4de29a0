"""A certificate as a signed Open Badge, which everybody can verify offline with our public keys.

The token is a JWT (Ed25519) whose payload is an Open Badges 3.0 credential:
https://www.imsglobal.org/spec/ob/v3p0/#json-web-token-proof-format. The public keys are published at `KEYS_PATH` as a
JWK set. A signature proves what was issued; only the certificate's page shows whether it was revoked later.
"""

from base64 import b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.models import Certificate
from certificates.queries import page_url

KEYS_PATH = ".well-known/certificate-keys.json"

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def sign(certificate: Certificate) -> str:
    """Return the certificate as a signed credential: the same text for the same certificate and key."""
    site = settings.SITE_URL
    key = _keys()[0]
    with override(certificate.language):
        payload = badge(certificate)
    claims = {
        "iss": payload["issuer"]["id"],
        "jti": payload["id"],
        "nbf": int(certificate.issued_at.timestamp()),
    }
    public = _public(key)
    header = {"kid": f"{site}/{KEYS_PATH}#{public['kid']}", "jwk": public}
    return jwt.encode(payload | claims, key, algorithm="EdDSA", headers=header)


def badge(certificate: Certificate) -> dict[str, Any]:
    """Return the certificate as an Open Badges 3.0 credential, unsigned."""
    site = settings.SITE_URL
    person = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": certificate.person_name,
        "identityType": "name",
    }
    achievement = {
        "id": f"{site}/api/v1/courses/{certificate.course_id}",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": certificate.course_title,
        "description": _("A course by {instructor}.").format(
            instructor=certificate.instructor_name
        ),
        "criteria": {"narrative": _("Every lecture of the course was completed.")},
    }
    return {
        "@context": CONTEXT,
        "id": page_url(certificate),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.course_title,
        "issuer": {"id": site, "type": ["Profile"], "name": settings.SITE_NAME, "url": site},
        "validFrom": certificate.issued_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [person],
            "achievement": achievement,
        },
    }


def public_keys() -> dict[str, list[dict[str, str]]]:
    """Return all keys that verify, as a JWK set (RFC 7517, RFC 8037)."""
    return {"keys": [_public(key) for key in _keys()]}


def _keys() -> tuple[Ed25519PrivateKey, ...]:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _read(tuple(settings.CERTIFICATE_SIGNING_KEYS), secrets)


@cache
def _read(configured: tuple[str, ...], secrets: tuple[str, ...]) -> tuple[Ed25519PrivateKey, ...]:
    """Return the keys of the configured seeds and of each secret: what any of them signed must still verify."""
    seeds = [b64decode(seed) for seed in configured] + [_derived(secret) for secret in secrets]
    return tuple(Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds)


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lms.certificates.ed25519")
    return derivation.derive(secret.encode())


def _public(key: Ed25519PrivateKey) -> dict[str, str]:
    """Return a public key as a JWK, named by its thumbprint (RFC 7638)."""
    x = _base64(key.public_key().public_bytes_raw())
    thumbprint = sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA", "kid": _base64(thumbprint)}


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
