"""Signed tokens (JWT): what they contain, how they are signed and how they are verified.

An access token is checked against its `LoginSession` on every request, so that a revoked session ends immediately.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError

from accounts.exceptions import InvalidToken
from accounts.models import LoginSession, User


@cache
def _keys_by_id(keys: tuple[str, ...]) -> dict[str, str]:
    return {sha256(key.encode()).hexdigest()[:8]: key for key in keys}


class KeyRing(TokenBackend):
    """The keys of `settings.JWT_SIGNING_KEYS`: the first one signs, the one named by a token's `kid` verifies it."""

    def __init__(self) -> None:
        super().__init__("HS256")

    def keys(self) -> dict[str, str]:
        """Return the keys by their ids, the signing key first."""
        return _keys_by_id(tuple(settings.JWT_SIGNING_KEYS))

    def encode(self, payload: dict[str, Any]) -> str:
        kid, key = next(iter(self.keys().items()))
        return jwt.encode(payload, key, algorithm=self.algorithm, headers={"kid": kid})

    def get_verifying_key(self, token: Any) -> str:
        try:
            return self.keys()[jwt.get_unverified_header(token)["kid"]]
        except KeyError:
            raise jwt.InvalidTokenError("The signing key is unknown") from None


class Token(simplejwt.Token):
    """A token that `KeyRing` signs."""

    _token_backend = KeyRing()

    @property
    def session_id(self) -> ObjectId:
        return ObjectId(self["sid"])


class AccessToken(Token):
    token_type = "access"  # noqa: S105 (a kind, not a secret)
    lifetime = settings.ACCESS_TOKEN_LIFETIME


class RefreshToken(Token):
    token_type = "refresh"  # noqa: S105 (a kind)
    lifetime = settings.REFRESH_TOKEN_LIFETIME


class ChallengeToken(Token):
    """Proof that a sign-in's password was right; the second factor's code is still missing."""

    token_type = "challenge"  # noqa: S105 (a kind)
    lifetime = settings.CHALLENGE_LIFETIME


@dataclass(frozen=True)
class TokenPair:
    """An access token and a refresh token of one session."""

    access: str
    refresh: str
    session: LoginSession


def verify[T: Token](kind: type[T], raw_token: str) -> T:
    """Return the token if its signature, kind and expiry are right; raise `InvalidToken` (401) otherwise."""
    try:
        return kind(raw_token)  # type: ignore[arg-type]  # SimpleJWT takes text, but declares a Token
    except TokenError:
        raise InvalidToken from None


def issue_pair(session: LoginSession) -> TokenPair:
    """Return tokens of a session that expire with it at the latest."""
    soon = timezone.now() + settings.ACCESS_TOKEN_LIFETIME
    access = _issue(AccessToken, session, min(soon, session.expires_at))
    refresh = _issue(RefreshToken, session, session.expires_at)
    refresh["jti"] = session.jti
    return TokenPair(str(access), str(refresh), session)


def _issue[T: Token](kind: type[T], session: LoginSession, expires_at: datetime) -> T:
    token = kind()
    token["sub"] = str(session.user_id)
    token["sid"] = str(session.pk)
    token["exp"] = int(expires_at.timestamp())
    return token


def issue_challenge(user: User) -> str:
    """Return a challenge that is good for `settings.CHALLENGE_LIFETIME` or until the password changes."""
    token = ChallengeToken()
    token["sub"] = str(user.pk)
    token["hash"] = user.get_session_auth_hash()
    return str(token)
