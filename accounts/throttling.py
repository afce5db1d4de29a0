"""How often somebody may try to get in.

Addresses of people are counted in the one form that they are kept in, and whether anybody has them or not. An attacker
who knows an address could use its attempts up and so lock its owner out: attempts from a browser that the owner has
signed in with, or reset the password with by mail, are counted apart.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from accounts.models import User
from accounts.tokens import ChallengeToken, read
from lms.throttling import AddressThrottle, Throttle, UserThrottle

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 365 * 24 * 3600
SALT = "accounts.device"


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Give the browser what tells it from a stranger's at the user's next sign-in."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(_digest(user.email), salt=SALT),
        max_age=DEVICE_SECONDS,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


def _digest(email: str) -> str:
    return sha256(email.encode()).hexdigest()[:16]


def _email(request: HttpRequest | Request) -> str | None:
    """Read the address that somebody typed, into the API or into the admin's form, as it would be kept."""
    if isinstance(request, Request):
        email = request.data.get("email") if isinstance(request.data, dict) else None
    else:
        email = request.POST.get("username")
    return User.objects.normalize_email(email) if isinstance(email, str) else None


def _is_known(cookie: str, email: str) -> bool:
    try:
        return signing.loads(cookie, salt=SALT, max_age=DEVICE_SECONDS) == _digest(email)
    except signing.BadSignature:
        return False


class SigninAddressThrottle(AddressThrottle):
    scope = "signin"


class SigninEmailThrottle(Throttle):
    scope = "signin_email"

    def key(self, request: HttpRequest | Request, view: Any) -> str | None:
        email = _email(request)
        cookie = request.COOKIES.get(DEVICE_COOKIE, "")
        return f"{email} {cookie}" if email and _is_known(cookie, email) else email


class OnlyAsk:
    """Ask whether the limit is reached, and count nothing.

    Failures are counted where they happen: attempts that other limits turned away are none, else anybody could make the
    longer wait last.
    """

    def number(self, counter: str, period: int) -> int:
        return cache.get(counter, 0) + 1


class SigninFailures(SigninEmailThrottle):
    """Wrong passwords, for which the wait is longer in the end."""

    scope = "signin_failed"


class SigninFailedThrottle(OnlyAsk, SigninFailures):
    pass


SIGNIN_THROTTLES = [SigninAddressThrottle, SigninEmailThrottle, SigninFailedThrottle]


class CodeThrottle(Throttle):
    """Who knows the password must not guess the second factor's code."""

    scope = "signin_email"

    def key(self, request: Request, view: Any) -> str | None:
        challenge = request.data.get("challenge") if isinstance(request.data, dict) else None
        if not isinstance(challenge, str):
            return None
        return f"code {read(ChallengeToken, challenge)['sub']}"


class CodeFailures(CodeThrottle):
    scope = "signin_failed"


class CodeFailedThrottle(OnlyAsk, CodeFailures):
    pass


CODE_THROTTLES = [SigninAddressThrottle, CodeThrottle, CodeFailedThrottle]


class SignupThrottle(AddressThrottle):
    scope = "signup"


class ForgotAddressThrottle(AddressThrottle):
    scope = "forgot"


class ForgotEmailThrottle(Throttle):
    scope = "forgot_email"

    def key(self, request: Request, view: Any) -> str | None:
        return _email(request)


class ResendThrottle(UserThrottle):
    scope = "resend"


class EmailChangeThrottle(ResendThrottle):
    """A new address is mailed to, and may be a stranger's: counted with what is sent again."""

    def key(self, request: Request, view: Any) -> str | None:
        email = _email(request)
        return (
            super().key(request, view) if email and email != request.user.get_username() else None
        )


class PasswordThrottle(UserThrottle):
    """Whoever holds a session must not guess the password with it."""

    scope = "password"

    def key(self, request: Request, view: Any) -> str | None:
        typed = isinstance(request.data, dict) and "current_password" in request.data
        return super().key(request, view) if typed else None


PASSWORD_THROTTLES = [UserThrottle, PasswordThrottle]
