"""The two cookies that hold a browser's tokens. They are HttpOnly: scripts cannot read them."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone

from accounts.tokens import TokenPair

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"
PATHS = {ACCESS_COOKIE: "/", REFRESH_COOKIE: "/api/v1/auth"}


def set_cookies(response: HttpResponseBase, pair: TokenPair) -> None:
    """Set both cookies, each with the lifetime of its token."""
    _set(response, REFRESH_COOKIE, pair.refresh, pair.session.expires_at)
    _set(response, ACCESS_COOKIE, pair.access, timezone.now() + settings.ACCESS_TOKEN_LIFETIME)


def _set(response: HttpResponseBase, name: str, token: str, expires_at: datetime) -> None:
    response.set_cookie(
        name,
        token,
        max_age=round((expires_at - timezone.now()).total_seconds()),
        path=PATHS[name],
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


def clear_cookies(response: HttpResponseBase) -> None:
    """Delete both cookies from the browser."""
    for name, path in PATHS.items():
        response.delete_cookie(name, path=path, samesite="Lax")
