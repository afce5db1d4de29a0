"""The person behind an account: picture, role, and being forgotten."""

import logging
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.utils import timezone

from accounts import tasks
from accounts.exceptions import RequestDeclined, SessionRevoked
from accounts.models import Erasure, InstructorRequest, LoginSession, MailToken, User
from accounts.personal_data import erase_everything
from accounts.services.addresses import request_email_change
from lms.images import delete_image
from lms.mongodb import connection
from lms.mongodb.transaction import atomic, on_commit

APPROVED = ("You can teach now", "Your request was approved. Sign in and create your first course.")
DECLINED = ("Your request to teach", "Your request to teach was declined. You can learn as before.")

logger = logging.getLogger(__name__)


def change_profile(
    user: User,
    *,
    avatar: ContentFile | None = None,
    email: str | None = None,
    **texts: str,
) -> None:
    """Change name, headline, bio or picture, and ask for a new address to be verified.

    Raises `SessionRevoked` if the account was deleted meanwhile.
    """
    if avatar is not None:
        set_avatar(user, avatar)
    if texts:
        found = User.objects.filter(pk=user.pk, is_active=True)
        if not found.update(updated_at=timezone.now(), **texts):
            raise SessionRevoked
        for name, value in texts.items():
            setattr(user, name, value)
    if email is not None:
        request_email_change(user, email)


def set_avatar(user: User, image: ContentFile | None) -> None:
    """Store a cleaned image as the user's picture, or none, and have the one that it replaces deleted.

    Raises `SessionRevoked` if the account was deleted meanwhile.
    """
    field = User._meta.get_field("avatar")
    name = (
        field.storage.save(field.generate_filename(user, str(image.name)), image) if image else ""
    )
    before = connection.get_collection(User._meta.db_table).find_one_and_update(
        {"_id": user.pk, "is_active": True},
        {"$set": {"avatar": name}},
        projection=["avatar"],
        session=connection.session,
    )
    # Exactly one request sees each name as the one before, so that each is deleted and none twice.
    if unused := name if before is None else before["avatar"]:
        on_commit(partial(delete_image.enqueue, unused))
    if before is None:
        raise SessionRevoked
    user.avatar = name


@atomic
def correct(user: User, **changes: Any) -> None:
    """Change what staff put right in a person's row, and nothing else of it.

    A new address is not verified, and what was mailed before opens nothing any more. Who is disabled is signed out.
    """
    if "email" in changes:
        changes["email_verified_at"] = None
        MailToken.objects.filter(user=user).delete()
    if not changes.get("is_active", True):
        LoginSession.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(updated_at=timezone.now(), **changes)


def become_instructor(user: User) -> bool:
    """Make the user an instructor, or ask staff to; True if they are one now. Raises `RequestDeclined`."""
    if user.is_instructor:
        return True
    if not settings.INSTRUCTOR_APPROVAL:
        User.objects.filter(pk=user.pk).update(role=User.Role.INSTRUCTOR)
        user.role = User.Role.INSTRUCTOR
        return True
    request, _ = InstructorRequest.objects.get_or_create(user=user)
    if request.status == InstructorRequest.Status.DECLINED:
        raise RequestDeclined
    return False


def decide_request(request: InstructorRequest, by: User, *, approve: bool) -> bool:
    """Approve or decline a request to teach and tell the person; False if it was decided already."""
    if not (request.approve(by) if approve else request.decline(by)):
        return False
    subject, text = APPROVED if approve else DECLINED
    tasks.send_message.enqueue(request.user.email, subject, text)
    return True


def forget(user: User) -> None:
    """Sign the user out everywhere for ever and erase what names them; orders and the ledger stay without it.

    What fails is done by `manage.py finish_erasures`: the promise is written before anything is erased.
    """
    # The promise stands if it was made before.
    with suppress(IntegrityError):
        Erasure.objects.create(user=user)
    try:
        finish_erasure(user)
    except Exception:  # whatever an app's eraser meets, the promise is kept later
        logger.exception("Erasing %s is not finished", user.pk)


def finish_erasure(user: User) -> None:
    """Erase all that is left of the person, and last the note that somebody must."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    LoginSession.objects.filter(user=user).delete()
    erase_everything(user)
    Erasure.objects.filter(user=user).delete()
