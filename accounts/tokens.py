"""Signed tokens (JWT): what they contain, how they are signed and how they are verified.

An access token is checked against its `LoginSession` on every request, so that a revoked session ends immediately.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

import jwt
from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError

from accounts.exceptions import InvalidToken
from accounts.models import LoginSession, User

ALGORITHM = "HS256"


@cache
def _keys_by_id(keys: tuple[str, ...]) -> dict[str, str]:
    return {sha256(key.encode()).hexdigest()[:8]: key for key in keys}


class KeyRing(TokenBackend):
    """The keys of `settings.JWT_SIGNING_KEYS`: the first one signs, the one named by a token's `kid` verifies it."""

    def __init__(self) -> None:
        super().__init__(ALGORITHM)

    def encode(self, payload: dict[str, Any]) -> str:
        kid, key = next(iter(_keys_by_id(tuple(settings.JWT_SIGNING_KEYS)).items()))
        return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": kid})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 (SimpleJWT's)
        """Return the claims of a token that one of the keys signed, also after its end."""
        try:
            return dict(_verified_claims(token, tuple(settings.JWT_SIGNING_KEYS)))
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("The token is invalid") from error


# A client sends the same token many times, and verifying it takes as long as asking the database for its session.
@lru_cache(4096)
def _verified_claims(token: str, keys: tuple[str, ...]) -> dict[str, Any]:
    try:
        key = _keys_by_id(keys)[jwt.get_unverified_header(token)["kid"]]
    except KeyError:
        raise jwt.InvalidTokenError("The signing key is unknown") from None
    return jwt.decode(token, key, algorithms=[ALGORITHM], options={"verify_exp": False})


class Token(simplejwt.Token):
    """A token that `KeyRing` signs. It is still read after its end: see `has_ended`."""

    _token_backend = KeyRing()

    def check_exp(self, claim: str = "exp", current_time: datetime | None = None) -> None:
        """Raise `TokenError` for a token that would never end; whether it has ended is `has_ended`."""
        if claim not in self.payload:
            raise TokenError("The token has no end")

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self["exp"], UTC)

    @property
    def has_ended(self) -> bool:
        return self.ends_within(timedelta())

    def ends_within(self, duration: timedelta) -> bool:
        return self.expires_at <= timezone.now() + duration

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
    access_expires_at: datetime
    session: LoginSession


def read_token[T: Token](kind: type[T], raw_token: str) -> T:
    """Return a token of this kind that we signed, also if it has ended; raise `InvalidToken` (401)."""
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
    return TokenPair(str(access), str(refresh), access.expires_at, session)


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


def read_challenge(raw_token: str) -> ChallengeToken:
    """Return a challenge that has not ended; raise `InvalidToken`."""
    token = read_token(ChallengeToken, raw_token)
    if token.has_ended:
        raise InvalidToken
    return token
