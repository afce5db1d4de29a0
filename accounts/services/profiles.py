"""Profiles: what a person, or staff for them, may change about an account."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db.models.fields.files import ImageField
from django.utils import timezone

from accounts.exceptions import SessionRevoked
from accounts.models import LoginSession, MailToken, User
from accounts.services.addresses import request_email_change
from lms.folding import folded
from lms.images import delete_image
from lms.mongodb import connection
from lms.mongodb.transaction import atomic, on_commit
from lms.registry import Registry

type NameWatcher = Callable[[User], None]

name_watchers: Registry[NameWatcher] = Registry()
"""Functions that are called with a person whose name has changed; `courses` adds the one that finds courses by it."""


def change_profile(
    user: User,
    *,
    avatar: ContentFile | None = None,
    email: str | None = None,
    **texts: str,
) -> None:
    """Change name, headline, bio, language or picture, and request a change of the address.

    Raises `SessionRevoked` if the account was deleted after the request was authenticated.
    """
    if avatar is not None:
        set_avatar(user, avatar)
    if texts:
        active = User.objects.filter(pk=user.pk, is_active=True)
        if not active.update(updated_at=timezone.now(), **texts, **folded(texts, "name")):
            raise SessionRevoked
        for name, value in texts.items():
            setattr(user, name, value)
        if "name" in texts:
            _announce_name(user)
    if email is not None:
        request_email_change(user, email)


def set_avatar(user: User, image: ContentFile | None) -> None:
    """Store a cleaned image as the user's picture, or remove the picture; delete the one that it replaces.

    Raises `SessionRevoked` if the account was deleted after the request was authenticated.
    """
    field: ImageField = User._meta.get_field("avatar")
    name = (
        field.storage.save(field.generate_filename(user, str(image.name)), image) if image else ""
    )
    before = connection.get_collection(User._meta.db_table).find_one_and_update(
        {"_id": user.pk, "is_active": True},
        {"$set": {"avatar": name}},
        projection=["avatar"],
        session=connection.session,
    )
    # Exactly one request reads each name as the previous one, so that every file is deleted once.
    if unused := name if before is None else before["avatar"]:
        delete_image.enqueue(unused)
    if before is None:
        raise SessionRevoked
    user.avatar = name


@atomic
def correct_user(user: User, **changes: Any) -> None:
    """Write the fields that staff changed, and no others.

    A new address is unverified, and links that were sent before stop working. A disabled person is signed out.
    """
    if not changes:
        return
    if "email" in changes:
        changes["email_verified_at"] = None
        MailToken.objects.filter(user=user).delete()
    if not changes.get("is_active", True):
        LoginSession.objects.filter(user=user).delete()
    people = User.objects.filter(pk=user.pk)
    people.update(updated_at=timezone.now(), **changes, **folded(changes, "name"))
    if "name" in changes:
        on_commit(partial(_announce_name, user))


def _announce_name(user: User) -> None:
    for watcher in name_watchers:
        watcher(user)
