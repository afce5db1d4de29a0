"""Who may fetch a file: signed URLs and tokens."""

import hashlib
import hmac
import re
import time
from base64 import urlsafe_b64encode
from urllib.parse import unquote

from starlette.requests import Request

from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.errors import Unauthorized
from sandbox.cloudinary.signatures import same

TOKEN = "__cld_token__"
SIGNATURES = (("sha1", 8), ("sha256", 8), ("sha256", 32))
ESCAPED_IN_TOKENS = re.compile(r"""[ "#%&'/:;<=>?@\[\\\]^`{|}~]""")


def check_access(cloud: Cloud, request: Request, type: str, signature: str, signed: str) -> None:
    """Raise Unauthorized unless the sender of a request may have a file.

    ``signature`` is what the URL carries ("" if nothing), ``signed`` the part of it that a
    signature covers. A wrong signature is refused even where none is needed.
    """
    if signature:
        check_url_signature(cloud, signature, signed)
    elif type != "upload":
        check_token(cloud, request)


def check_url_signature(cloud: Cloud, signature: str, signed: str) -> None:
    """Raise Unauthorized unless this is one of the three forms of the right signature."""
    forms = [url_signature(cloud, signed, *form) for form in SIGNATURES]
    if not any(same(form, signature) for form in forms):
        raise Unauthorized("Invalid signature")


def url_signature(cloud: Cloud, signed: str, algorithm: str = "sha1", length: int = 8) -> str:
    """Return the signature that a delivery URL carries between ``s--`` and ``--``."""
    digest = hashlib.new(algorithm, (signed + cloud.api_secret).encode()).digest()
    return urlsafe_b64encode(digest).decode()[:length]


def token_in_query(request: Request) -> str | None:
    """Return the token of a URL as it is written there: its signature covers the escapes."""
    query: bytes = request.scope["query_string"]
    for part in query.decode("ascii", "replace").split("&"):
        name, _, value = part.partition("=")
        if name == TOKEN:
            return value
    return None


def check_token(cloud: Cloud, request: Request) -> None:
    """Raise Unauthorized unless a token of ours opens this path at this time."""
    token = token_in_query(request) or request.cookies.get(TOKEN)
    if token is None or cloud.auth_token_key is None:
        raise Unauthorized("deny or ACL failure")
    signed, _, claimed = token.rpartition("~hmac=")
    claims = dict(part.partition("=")[::2] for part in signed.split("~"))
    path = raw_path(request)
    if "acl" not in claims:
        signed += f"~url={escaped(path)}"
    key = bytes.fromhex(cloud.auth_token_key)
    if not same(hmac.new(key, signed.encode(), hashlib.sha256).hexdigest(), claimed):
        raise Unauthorized("Invalid token")
    if not started(claims.get("st", "")) or not unexpired(claims.get("exp", "")):
        raise Unauthorized("Token expired")
    if "ip" in claims and (request.client is None or request.client.host != claims["ip"]):
        raise Unauthorized("Token of another address")
    if "acl" in claims and not any(
        covers(pattern, path) for pattern in unquote(claims["acl"]).split("!")
    ):
        raise Unauthorized("deny or ACL failure")


def started(start: str) -> bool:
    """Say whether a token is valid already; one without a start always is."""
    return not start or (start.isdecimal() and int(start) <= time.time())


def unexpired(expiry: str) -> bool:
    """Say whether a token is still valid; one without an end never is."""
    return expiry.isdecimal() and time.time() < int(expiry)


def covers(pattern: str, path: str) -> bool:
    """Say whether a path matches a pattern in which ``*`` stands for anything."""
    return bool(re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), path))


def escaped(url: str) -> str:
    """Escape a URL as tokens do."""
    return ESCAPED_IN_TOKENS.sub(lambda match: f"%{ord(match[0]):02x}", url)


def raw_path(request: Request) -> str:
    """Return the path as the client sent it, still escaped: that is what signatures cover."""
    path: bytes = request.scope["raw_path"]
    return path.decode("ascii", "replace")
