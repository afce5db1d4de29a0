"""The erasure of an account and of all personal data."""

import logging
from contextlib import suppress

from django.db import IntegrityError

from accounts.models import Erasure, LoginSession, User
from accounts.personal_data import erase_everything

logger = logging.getLogger(__name__)


def erase_account(user: User) -> None:
    """Disable the account, sign it out everywhere and erase its personal data; orders and the ledger stay.

    The request is stored before anything is erased: `manage.py finish_erasures` completes what fails here.
    """
    with suppress(IntegrityError):  # an earlier request is still stored
        Erasure.objects.create(user=user)
    try:
        finish_erasure(user)
    except Exception:  # any app's eraser may fail, and the command repeats all of them
        logger.exception("Erasing %s is not finished", user.pk)


def finish_erasure(user: User) -> None:
    """Erase what is left of the person, and delete the stored request last."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    LoginSession.objects.filter(user=user).delete()
    erase_everything(user)
    Erasure.objects.filter(user=user).delete()
