"""Reads of accounts, and the JSON of people."""

from typing import Any

from bson import ObjectId
from django.conf import settings

from accounts.exceptions import InvalidLink
from accounts.models import MailToken, SecondFactor, User
from lms.images import image_url
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, joined
from lms.periods import Period, Series, count_rows

DELETED_NAME = "Deleted user"
"""The name of an erased person."""


def get_reset_token(user_id: ObjectId, raw_token: str) -> MailToken:
    """Return the live token of a link that resets the user's password; raise `InvalidLink`."""
    token = MailToken.objects.find(MailToken.Purpose.RESET, raw_token)
    if token is None or token.user_id != user_id:
        raise InvalidLink
    return token


def count_new_people(period: Period) -> Series:
    """Count the people whose account was made in a period: an id holds the time when it was made."""
    return count_rows(connection.get_collection(User._meta.db_table), "_id", period)


def joined_person(name: str, local: str) -> dict[str, Any]:
    """Return the person that `lookup` joined as `name` for `render_person`, or a nameless one if the row is gone."""
    return joined(name, local, name=DELETED_NAME, avatar="")


def render_person(document: Document) -> dict[str, Any]:
    """Return a person as others see them."""
    avatar = document["avatar"]
    return {
        "id": document["_id"],
        "name": document["name"],
        "avatar": image_url(avatar) if avatar else None,
    }


def render_user(user: User) -> dict[str, Any]:
    """Return a person as they see themselves."""
    return {
        "id": str(user.pk),
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "headline": user.headline,
        "bio": user.bio,
        "avatar": image_url(user.avatar_name) if user.avatar_name else None,
        "email_verified": user.email_verified,
        "is_staff": user.is_staff,
        "locale": user.locale or None,
        "created_at": user.created_at,
    }


def render_second_factor(factor: SecondFactor | None) -> dict[str, Any]:
    """Return the state of a user's confirmed second factor, or of none."""
    return {
        "enabled": factor is not None,
        "confirmed_at": factor.confirmed_at if factor else None,
        "recovery_codes_left": len(factor.recovery_codes) if factor else 0,
    }


def render_challenge(challenge: str) -> dict[str, Any]:
    """Return the body of a sign-in that needs a second step."""
    return {
        "code": "second_factor_required",
        "challenge": challenge,
        "expires_in": int(settings.CHALLENGE_LIFETIME.total_seconds()),
    }
