"""Sessions: opened, refreshed and ended.

A refresh token works once. If it is used again later, somebody else has a copy of it, and the session ends.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson import ObjectId
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.exceptions import InvalidToken, SecondFactorSetupRequired, SessionRevoked
from accounts.models import LoginSession, SecondFactor, User
from accounts.tokens import AccessToken, RefreshToken, TokenPair, issue_pair, read_token

MAX_USER_AGENT_LENGTH = 300
RENEWED_BEFORE = timedelta(minutes=1)
"""An access token that ends sooner is renewed when a page asks who is signed in."""

logger = logging.getLogger(__name__)


def open_session(user: User, *, user_agent: str = "", ip: str | None = None) -> TokenPair:
    """Create a session of the user and return its tokens. Raises `SecondFactorSetupRequired`."""
    if SecondFactor.objects.is_missing(user):
        raise SecondFactorSetupRequired
    session = LoginSession(user=user, user_agent=user_agent[:MAX_USER_AGENT_LENGTH], ip=ip)
    session.expires_at = session.expiry(session.created_at)
    session.save(force_insert=True)
    return issue_pair(session)


def refresh_session(raw_token: str) -> TokenPair:
    """Exchange a refresh token for the next pair of tokens.

    A second tab that sends the same token within `settings.REFRESH_TOKEN_GRACE` gets the same pair as the first one.
    Raises `InvalidToken`, `SessionRevoked` if the session has ended or ends because of an older token, and
    `SecondFactorSetupRequired`.
    """
    token = read_token(RefreshToken, raw_token)
    if token.has_ended:
        raise SessionRevoked
    session = _get_live(token.session_id)
    if session.jti == token["jti"]:
        if session.rotate():
            return issue_pair(session)
        session = _get_live(token.session_id)
    if session.is_in_grace(token["jti"]):
        return issue_pair(session)
    logger.warning("An old refresh token was used again: session %s is revoked", session.pk)
    session.delete()
    raise SessionRevoked


DEAD = (InvalidToken, SessionRevoked, SecondFactorSetupRequired)
"""What is raised for a token that signs nobody in."""


@dataclass(frozen=True)
class Resumed:
    """A session that a browser's cookies are good for, and the new pair if they had to be renewed."""

    user: User
    access_expires_at: datetime
    pair: TokenPair | None = None


def resume_session(raw_access: str, raw_refresh: str) -> Resumed | None:
    """Return who is signed in with these tokens ("" for none), renewed if the access token is dead or about to end.

    None if neither is of use.
    """
    with suppress(*DEAD):
        access = read_token(AccessToken, raw_access)
        if not access.ends_within(RENEWED_BEFORE if raw_refresh else timedelta()):
            return Resumed(_get_live(access.session_id).user, access.expires_at)
    with suppress(*DEAD):
        pair = refresh_session(raw_refresh)
        return Resumed(pair.session.user, pair.access_expires_at, pair)
    return None


def _get_live(session_id: ObjectId) -> LoginSession:
    """Return a session of an active user; raise `SessionRevoked` and `SecondFactorSetupRequired`."""
    session = LoginSession.objects.find_with_user(session_id)
    if session is None or not session.user.is_active:
        raise SessionRevoked
    if SecondFactor.objects.is_missing(session.user):
        raise SecondFactorSetupRequired
    return session


def sign_out(session_id: ObjectId) -> None:
    """End one session."""
    LoginSession.objects.filter(pk=session_id).delete()


def sign_out_everywhere(users: Sequence[User]) -> int:
    """End all sessions of these users, and those of staff in the admin; return how many ended at the API."""
    ended, _ = LoginSession.objects.filter(user__in=users).delete()
    # Only staff have Django sessions. They are few, and the user's id is inside their encoded data.
    if staff := {str(user.pk) for user in users if user.is_staff}:
        for session in Session.objects.filter(expire_date__gt=timezone.now()):
            if session.get_decoded().get(SESSION_KEY) in staff:
                session.delete()
    return ended
