"""Limits on how often somebody may try to sign in, sign up, guess a password or cause an e-mail.

Attempts are counted per e-mail address in its stored form, whether an account has it or not. An attacker who knows an
address could use up its attempts and lock out its owner. So browsers that the owner has signed in with, or has reset
the password with, carry a cookie and have a count of their own.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from rest_framework.request import Request

from accounts.exceptions import InvalidCode, InvalidCredentials
from accounts.models import User
from accounts.tokens import ChallengeToken, verify
from lms.addresses import canonical_address
from lms.throttling import (
    AddressThrottle,
    FailureCounter,
    FailureLimit,
    Throttle,
    UserThrottle,
)

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 365 * 24 * 3600
SALT = "accounts.device"


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Set the cookie that gives this browser a count of its own at the user's next sign-in."""
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


def _read_email(request: HttpRequest | Request) -> str | None:
    """Return the address in a body of the API or in the admin's form, as it would be stored.

    None without one, or if it is invalid: then no account has it, and the request is refused anyway.
    """
    if isinstance(request, Request):
        email = request.data.get("email") if isinstance(request.data, dict) else None
    else:
        email = request.POST.get("username")
    try:
        return canonical_address(email) if isinstance(email, str) else None
    except ValidationError:
        return None


def _is_known_device(cookie: str, email: str) -> bool:
    try:
        digest: str = signing.loads(cookie, salt=SALT, max_age=DEVICE_SECONDS)
    except signing.BadSignature:
        return False
    return digest == _digest(email)


class SigninAddressThrottle(AddressThrottle):
    scope = "signin"


class SigninEmailThrottle(Throttle):
    scope = "signin_email"

    def key(self, request: HttpRequest | Request, view: Any) -> str | None:
        email = _read_email(request)
        cookie = request.COOKIES.get(DEVICE_COOKIE, "")
        return f"{email} {cookie}" if email and _is_known_device(cookie, email) else email


class SigninFailures(FailureCounter, SigninEmailThrottle):
    scope = "signin_failed"
    failure = InvalidCredentials


class SigninFailedThrottle(FailureLimit, SigninFailures):
    """The check of `SigninFailures`."""


SIGNIN_THROTTLES = (SigninAddressThrottle, SigninEmailThrottle, SigninFailedThrottle)


class CodeThrottle(Throttle):
    """A limit per user on codes, so that somebody who knows the password cannot guess the second factor."""

    scope = "signin_email"

    def key(self, request: Request, view: Any) -> str | None:
        challenge = request.data.get("challenge") if isinstance(request.data, dict) else None
        if not isinstance(challenge, str):
            return None
        return f"code {verify(ChallengeToken, challenge)['sub']}"


class CodeFailures(FailureCounter, CodeThrottle):
    scope = "signin_failed"
    failure = InvalidCode


class CodeFailedThrottle(FailureLimit, CodeFailures):
    """The check of `CodeFailures`."""


CODE_THROTTLES = (SigninAddressThrottle, CodeThrottle, CodeFailedThrottle)


class SignupThrottle(AddressThrottle):
    scope = "signup"


class ForgotAddressThrottle(AddressThrottle):
    scope = "forgot"


class ForgotEmailThrottle(Throttle):
    scope = "forgot_email"

    def key(self, request: Request, view: Any) -> str | None:
        return _read_email(request)


class ResendThrottle(UserThrottle):
    scope = "resend"


class EmailChangeThrottle(ResendThrottle):
    """A limit on changes of the address, counted with `ResendThrottle`: the new address may be a stranger's."""

    def key(self, request: Request, view: Any) -> str | None:
        email = _read_email(request)
        is_change = email and email != request.user.get_username()
        return super().key(request, view) if is_change else None


class PasswordThrottle(UserThrottle):
    """A limit on guesses of `current_password` with a stolen session."""

    scope = "password"

    def key(self, request: Request, view: Any) -> str | None:
        has_password = isinstance(request.data, dict) and "current_password" in request.data
        return super().key(request, view) if has_password else None


PASSWORD_THROTTLES = (UserThrottle, PasswordThrottle)
