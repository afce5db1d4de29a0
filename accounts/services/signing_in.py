"""Signing up, and signing in with a password and a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import TypedDict

from bson import ObjectId
from django.contrib.auth import hashers
from django.db import IntegrityError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import Counter
from rest_framework.exceptions import APIException

from accounts import tasks
from accounts.exceptions import EmailTaken, InvalidCode, InvalidCredentials, InvalidToken
from accounts.models import SecondFactor, User
from accounts.models.user import as_hashed, hash_password
from accounts.services.sessions import open_session
from accounts.tokens import TokenPair, issue_challenge, read_challenge
from lms.addresses import canonical_address


class Device(TypedDict):
    """The browser or program that somebody signs in with, as their list of sessions shows it."""

    user_agent: str
    ip: str | None


def sign_up(
    *,
    name: str,
    email: str,
    password: str,
    device: Device,
    locale: str = "",
    signup_locale: str = "",
) -> TokenPair:
    """Create a student's account, send a link that verifies the address, and open a session.

    `locale` is the language that the person chose, `signup_locale` the one that their browser asked for; "" for none.

    Raises `EmailTaken`. The password is hashed before the address is looked up, so that both outcomes take the same
    time; the unique index decides between simultaneous sign-ups.
    """
    user = User(
        name=name, email=canonical_address(email), locale=locale, signup_locale=signup_locale
    )
    user.set_password(password)
    try:
        user.insert()
    except IntegrityError:
        raise EmailTaken from None
    tasks.send_verification.enqueue(str(user.pk), user.email)
    return open_session(user, **device)


SIGNINS = Counter("signins_total", "Attempts to sign in", ["outcome"])


def counted[**P, Result: TokenPair | str](step: Callable[P, Result]) -> Callable[P, Result]:
    """Count how each call of a step of signing in ends: by the code of its refusal, or else what it led to."""

    @wraps(step)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Result:
        try:
            result = step(*args, **kwargs)
        except APIException as refusal:
            SIGNINS.labels(refusal.default_code).inc()
            raise
        SIGNINS.labels("signed_in" if isinstance(result, TokenPair) else "challenged").inc()
        return result

    return wrapped


@counted
def sign_in(*, email: str, password: str, device: Device) -> TokenPair | str:
    """Open a session, or return a challenge for `finish_sign_in` if the user has a second factor.

    Raises `InvalidCredentials` and `SecondFactorSetupRequired`; an unknown address takes as long as a wrong password. Sends at most four commands to
    the database.
    """
    user = User.objects.find_by_email(email)
    upgrade: dict[str, str] = {}
    encoded = user.password if user else ""  # Django hashes in this case too
    matches = hashers.check_password(
        as_hashed(password, encoded),
        encoded,
        setter=lambda raw: upgrade.update(password=hash_password(raw)),
    )
    if user is None or not matches or not user.is_active:
        raise InvalidCredentials
    if SecondFactor.objects.find_confirmed(user):
        return issue_challenge(user)
    return _open_if_unchanged(user, device, **upgrade)


@counted
def finish_sign_in(*, challenge: str, code: str, device: Device) -> TokenPair:
    """Open the session that `sign_in` withheld. Raises `InvalidToken`, `InvalidCode`, `SecondFactorSetupRequired`."""
    user = get_challenged_user(challenge)
    factor = SecondFactor.objects.find_confirmed(user)
    if factor is not None and not factor.accept(code):
        raise InvalidCode
    return _open_if_unchanged(user, device)


def get_challenged_user(challenge: str) -> User:
    """Return the user whose password was right; raise `InvalidToken`, also if it has changed since."""
    token = read_challenge(challenge)
    user = User.objects.filter(pk=ObjectId(token["sub"]), is_active=True).first()
    if user is None or not constant_time_compare(token["hash"], user.get_session_auth_hash()):
        raise InvalidToken
    return user


def _open_if_unchanged(user: User, device: Device, **upgrade: str) -> TokenPair:
    """Open a session if the password is still the one that was checked; raise `InvalidCredentials` if not.

    The session is written first. A password change replaces the password and then ends all sessions: so either it
    finds this session, or the comparison here finds the new password.
    """
    pair = open_session(user, **device)
    unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not unchanged.update(last_login=timezone.now(), **upgrade):
        pair.session.delete()
        raise InvalidCredentials
    user.password = upgrade.get("password", user.password)
    return pair
