"""Signing up and signing in."""

from collections.abc import Sequence
from functools import partial
from typing import TypedDict

from django.contrib.auth import SESSION_KEY, hashers
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.utils import timezone

from accounts import tasks
from accounts.exceptions import EmailTaken, InvalidCode, InvalidCredentials
from accounts.models import LoginSession, SecondFactor, User
from accounts.models.user import normal_password
from accounts.tokens import Tokens, challenge_for, challenged, open_session
from lms.mongodb.transaction import on_commit


class Device(TypedDict):
    """From where somebody signs in, as they will see it in the list of their sessions."""

    user_agent: str
    ip: str | None


def sign_up(*, name: str, email: str, password: str, device: Device) -> Tokens:
    """Make a student's account, mail a link that verifies the address, and sign in.

    Raises `EmailTaken`. The password is hashed before the address is looked at, so that both answers take the same
    time, and the unique index decides between sign-ups at once.
    """
    user = User(name=name, email=User.objects.normalize_email(email))
    user.set_password(password)
    try:
        user.save(force_insert=True)
    except IntegrityError:
        raise EmailTaken from None
    on_commit(partial(tasks.send_verification.enqueue, str(user.pk), user.email))
    return open_session(user, **device)


def sign_in(*, email: str, password: str, device: Device) -> Tokens | str:
    """Open a session, or give the challenge that `finish_sign_in` takes with the second factor's code.

    Raises `InvalidCredentials`, the same and as slowly for an address that nobody has. At most four commands.
    """
    user = User.objects.filter(email=User.objects.normalize_email(email)).first()
    stronger: dict[str, str] = {}
    matches = hashers.check_password(
        normal_password(password),
        user.password if user else "",  # hashed all the same
        setter=lambda raw: stronger.update(password=hashers.make_password(raw)),
    )
    if user is None or not matches or not user.is_active:
        raise InvalidCredentials
    if SecondFactor.objects.of(user):
        return challenge_for(user)
    return _open(user, device, **stronger)


def finish_sign_in(*, challenge: str, code: str, device: Device) -> Tokens:
    """Open the session that `sign_in` withheld. Raises `InvalidToken`, `InvalidCode`."""
    user = challenged(challenge)
    factor = SecondFactor.objects.of(user)
    if factor is not None and not factor.accept(code):
        raise InvalidCode
    return _open(user, device)


def _open(user: User, device: Device, **stronger: str) -> Tokens:
    """Open a session if the password is still the one that was checked.

    The session is written first: a password change, which ends all sessions after it has changed the password, then
    either finds this one or is found by the comparison.
    """
    tokens = open_session(user, **device)
    unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not unchanged.update(last_login=timezone.now(), **stronger):
        tokens.session.delete()
        raise InvalidCredentials
    return tokens


def sign_out_everywhere(people: Sequence[User]) -> int:
    """End every session of these people, and those of staff at their site too; returns how many at the API."""
    ended, _ = LoginSession.objects.filter(user__in=people).delete()
    # Staff alone have sessions of Django's, which are few and say whose they are in what is encoded.
    if staff := {str(each.pk) for each in people if each.is_staff}:
        for session in Session.objects.filter(expire_date__gt=timezone.now()):
            if session.get_decoded().get(SESSION_KEY) in staff:
                session.delete()
    return ended
