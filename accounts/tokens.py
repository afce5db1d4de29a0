"""Signed tokens: the pair that a sign-in gives, and how a pair is exchanged for the next.

An access token is checked against its `LoginSession` on each request, so that what is revoked ends at once. A refresh
token works once; one that was used before means that somebody else holds a copy, and ends the session.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError

from accounts.exceptions import InvalidToken, SessionRevoked
from accounts.models import LoginSession, User

logger = logging.getLogger(__name__)


@cache
def _named(keys: tuple[str, ...]) -> dict[str, str]:
    return {sha256(key.encode()).hexdigest()[:8]: key for key in keys}


class KeyRing(TokenBackend):
    """Sign with the first of `settings.JWT_SIGNING_KEYS`; verify with the one that the token's `kid` names."""

    def __init__(self) -> None:
        super().__init__("HS256")

    def keys(self) -> dict[str, str]:
        return _named(tuple(settings.JWT_SIGNING_KEYS))

    def encode(self, payload: dict[str, Any]) -> str:
        kid, key = next(iter(self.keys().items()))
        return jwt.encode(payload, key, algorithm=self.algorithm, headers={"kid": kid})

    def get_verifying_key(self, token: Any) -> str:
        try:
            return self.keys()[jwt.get_unverified_header(token)["kid"]]
        except KeyError:
            raise jwt.InvalidTokenError("Signed with no key of ours") from None


class Token(simplejwt.Token):
    _token_backend = KeyRing()

    @property
    def session_id(self) -> ObjectId:
        return ObjectId(self["sid"])


class AccessToken(Token):
    token_type = "access"  # noqa: S105 (a kind, not a secret)
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(Token):
    token_type = "refresh"  # noqa: S105
    lifetime = settings.REFRESH_TOKEN_LIFETIME


class ChallengeToken(Token):
    """That the password was right, and the second factor's code is awaited."""

    token_type = "challenge"  # noqa: S105
    lifetime = settings.CHALLENGE_LIFETIME


def read[T: Token](kind: type[T], raw: str) -> T:
    """Verify a token's signature, kind and expiry; raise `InvalidToken` (401)."""
    try:
        return kind(raw)  # type: ignore[arg-type]  # SimpleJWT takes the text, and says otherwise
    except TokenError:
        raise InvalidToken from None


@dataclass(frozen=True)
class Tokens:
    """What a client holds of a session, which says whose it is and until when."""

    access: str
    refresh: str
    session: LoginSession


def _issue[T: Token](kind: type[T], session: LoginSession, expires_at: datetime) -> T:
    token = kind()
    token["sub"] = str(session.user_id)
    token["sid"] = str(session.pk)
    token["exp"] = int(expires_at.timestamp())
    return token


def _pair(session: LoginSession) -> Tokens:
    soon = timezone.now() + settings.ACCESS_TOKEN_LIFETIME
    access = _issue(AccessToken, session, min(soon, session.expires_at))
    refresh = _issue(RefreshToken, session, session.expires_at)
    refresh["jti"] = session.jti
    return Tokens(str(access), str(refresh), session)


def open_session(user: User, *, user_agent: str = "", ip: str | None = None) -> Tokens:
    """Write a new session of the user and give its tokens."""
    session = LoginSession(user=user, user_agent=user_agent[:300], ip=ip)
    session.expires_at = session.expiry(session.created_at)
    session.save(force_insert=True)
    return _pair(session)


def challenge_for(user: User) -> str:
    """Give what proves, for some minutes and until the password changes, that the password was right."""
    token = ChallengeToken()
    token["sub"] = str(user.pk)
    token["hash"] = user.get_session_auth_hash()
    return str(token)


def challenged(raw: str) -> User:
    """Give the user whose password was right; raise `InvalidToken`."""
    token = read(ChallengeToken, raw)
    user = User.objects.filter(pk=ObjectId(token["sub"]), is_active=True).first()
    if user is None or not constant_time_compare(token["hash"], user.get_session_auth_hash()):
        raise InvalidToken
    return user


def rotate(raw: str) -> Tokens:
    """Exchange a refresh token for the next pair.

    A second tab that comes with the same token within `settings.REFRESH_TOKEN_GRACE` gets the pair that the first one
    got. Raises `InvalidToken`, or `SessionRevoked` after an older token ended the session.
    """
    token = read(RefreshToken, raw)
    session = _live(token)
    if session.jti == token["jti"]:
        if session.rotate():
            return _pair(session)
        session = _live(token)
    if session.is_in_grace(token["jti"]):
        return _pair(session)
    logger.warning("An old refresh token was used again: session %s is revoked", session.pk)
    session.delete()
    raise SessionRevoked


def _live(token: Token) -> LoginSession:
    session = LoginSession.objects.with_user(token.session_id)
    if session is None or not session.user.is_active:
        raise SessionRevoked
    return session
