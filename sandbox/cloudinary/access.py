"""Access to files: signed URLs and tokens."""

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
    """Raise Unauthorized unless the sender of a request may read a file.

    ``signature`` is the one in the URL ("" if none), ``signed`` the part of the URL that it covers. A
    wrong signature is refused even for files that need none.
    """
    if signature:
        check_url_signature(cloud, signature, signed)
    elif type != "upload":
        check_token(cloud, request)


def check_url_signature(cloud: Cloud, signature: str, signed: str) -> None:
    """Raise Unauthorized unless this is one of the three forms of the correct signature."""
    forms = [url_signature(cloud, signed, *form) for form in SIGNATURES]
    if not any(same(form, signature) for form in forms):
        raise Unauthorized("Invalid signature")


def url_signature(cloud: Cloud, signed: str, algorithm: str = "sha1", length: int = 8) -> str:
    """Return the signature that stands between ``s--`` and ``--`` in a delivery URL."""
    digest = hashlib.new(algorithm, (signed + cloud.api_secret).encode()).digest()
    return urlsafe_b64encode(digest).decode()[:length]


def token_in_query(request: Request) -> str | None:
    """Return the token of a URL, still escaped: its signature covers the escapes."""
    query: bytes = request.scope["query_string"]
    for part in query.decode("ascii", "replace").split("&"):
        name, _, value = part.partition("=")
        if name == TOKEN:
            return value
    return None


def check_token(cloud: Cloud, request: Request) -> None:
    """Raise Unauthorized unless the request has a valid token for this path and time."""
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
    """Return whether the start of a token has passed; a token without a start is valid at once."""
    return not start or (start.isdecimal() and int(start) <= time.time())


def unexpired(expiry: str) -> bool:
    """Return whether a token has not expired; a token without an expiry is invalid."""
    return expiry.isdecimal() and time.time() < int(expiry)


def covers(pattern: str, path: str) -> bool:
    """Return whether a path matches a pattern in which ``*`` stands for any text."""
    return bool(re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), path))


def escaped(url: str) -> str:
    """Return a URL escaped in the way of tokens."""
    return ESCAPED_IN_TOKENS.sub(lambda match: f"%{ord(match[0]):02x}", url)


def raw_path(request: Request) -> str:
    """Return the path as the client sent it, still escaped: signatures cover the escapes."""
    path: bytes = request.scope["raw_path"]
    return path.decode("ascii", "replace")
