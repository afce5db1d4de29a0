"""The erasure of an account and of all personal data."""

import logging
from datetime import timedelta

from bson import ObjectId
from django.utils import timezone

from accounts.exceptions import SessionRevoked
from accounts.models import Erasure, LoginSession, User
from accounts.personal_data import erase_everything, forget_everywhere
from lms import audit
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic

logger = logging.getLogger(__name__)

SETTLING = timedelta(minutes=10)
"""For how long a request or a task that began before an erasure may still write about the person."""


def refer_to_person(user_id: ObjectId) -> None:
    """Let no erasure of a person begin before the present transaction, which creates a row of theirs, has ended.

    Raises `SessionRevoked` if the account was disabled or deleted after the request was authenticated.
    """
    try:
        refer_to(User, user_id, is_active=True)
    except User.DoesNotExist:
        raise SessionRevoked from None


def erase_account(user: User, *, by: User | None = None, reason: str = "") -> None:
    """Disable the account, sign it out everywhere and erase its personal data; orders and the ledger stay.

    The request is stored before anything is erased, with an entry in the audit log if it is `by` staff.
    `manage.py finish_erasures` completes what fails here, and erases again what other requests of the person wrote at the
    same time.
    """
    _store_request(user, by, reason)
    try:
        _erase(user)
    except Exception:  # any app's eraser may fail, and the command repeats all of them
        logger.exception("Erasing %s is not finished", user.pk)


def finish_erasure(erasure: Erasure) -> None:
    """Erase what is left of the person, here and at services outside; raise if one of those cannot be asked.

    The stored request is deleted last, and only if nothing that began before it can still write about the person.
    """
    user = erasure.user
    is_settled = not user.is_active and erasure.requested_at <= timezone.now() - SETTLING
    _erase(user)
    forget_everywhere(user)
    if is_settled:
        erasure.delete()


@atomic
def _store_request(user: User, by: User | None, reason: str) -> None:
    if not Erasure.objects.filter(user=user).exists():
        Erasure.objects.create(user=user)
    if by:
        audit.record(by.pk, user, "erase", reason=reason)


def _erase(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    LoginSession.objects.filter(user=user).delete()
    erase_everything(user)
