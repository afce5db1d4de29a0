"""Limits on how often somebody may try to sign in, sign up, guess a password or cause an e-mail.

Attempts are counted per e-mail address in its stored form, whether an account has it or not. An attacker who knows an
address could use up its attempts and lock out its owner. So browsers that the owner has signed in with, or has set
the password with, carry a cookie and share a count of their own. A new password makes the older cookies worthless, so that
collected cookies never give more guesses than one.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.request import Request

from accounts.exceptions import InvalidCode, InvalidCredentials
from accounts.models import User
from accounts.tokens import read_challenge
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
KEY = "signin_key"
"""The attribute of a request under which its key is kept."""


def remember_device(response: HttpResponseBase, user: User) -> None:
    """Set the cookie that marks this browser as one of the user's until the password changes.

    `user` must hold the present hash of the password.
    """
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(_stamp(user), salt=SALT),
        max_age=DEVICE_SECONDS,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


def _stamp(user: User) -> str:
    """Return what ties a cookie to an address and a password, without revealing either."""
    return salted_hmac(SALT, f"{user.email} {user.password}", algorithm="sha256").hexdigest()


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


def _read_stamp(cookie: str, email: str) -> str | None:
    """Return the stamp of a cookie if it is that of the account with its present password, else None."""
    try:
        stamp: str = signing.loads(cookie, salt=SALT, max_age=DEVICE_SECONDS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(email=email).only("email", "password").first()
    return stamp if user and constant_time_compare(stamp, _stamp(user)) else None


class SigninAddressThrottle(AddressThrottle):
    scope = "signin"


class SigninEmailThrottle(Throttle):
    scope = "signin_email"

    def key(self, request: HttpRequest | Request, view: Any) -> str | None:
        """Return one key for the account's known browsers together, another one for everybody else.

        The first throttle decides for the whole request: a sign-in may replace the hash, and costs one read this way.
        """
        attributes = vars(request._request if isinstance(request, Request) else request)
        if KEY not in attributes:
            email = _read_email(request)
            cookie = request.COOKIES.get(DEVICE_COOKIE, "")
            stamp = _read_stamp(cookie, email) if email and cookie else None
            attributes[KEY] = f"{email} {stamp}" if stamp else email
        key: str | None = attributes[KEY]
        return key


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
        return f"code {read_challenge(challenge)['sub']}"


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

    is_of_body = True

    def key(self, request: Request, view: Any) -> str | None:
        email = _read_email(request)
        is_change = email and email != request.user.get_username()
        return super().key(request, view) if is_change else None


class PasswordThrottle(UserThrottle):
    """A limit on guesses of `current_password` with a stolen session."""

    scope = "password"
    is_of_body = True

    def key(self, request: Request, view: Any) -> str | None:
        has_password = isinstance(request.data, dict) and "current_password" in request.data
        return super().key(request, view) if has_password else None


class ConfirmationThrottle(UserThrottle):
    """A limit on guesses of the password or a code on a page of staff with a stolen session."""

    scope = "password"


PASSWORD_THROTTLES = (UserThrottle, PasswordThrottle)
