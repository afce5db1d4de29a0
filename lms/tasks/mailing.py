"""A mail of a task is sent at most twice, however often its worker is killed. It is the last thing that the task does.

Nobody can know whether a mail was accepted when the process ended before the answer. So the row counts each sending before it
begins, and notes its end. A second sending may be a repetition; there is no third. Both say the same, down to the links: mail
programs show one of them.
"""

import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.db.models import F
from django.utils.crypto import salted_hmac

from lms.models import QueuedTask

MAX_SENDINGS = 2

running: ContextVar[QueuedTask | None] = ContextVar("running", default=None)
"""The task that this thread runs."""


class SentPerhaps(Exception):
    """Two sendings of a mail were cut short, so it is unknown whether it arrived."""


def send_once(send: Callable[[], object]) -> None:
    """Send the mail of the running task, unless that is done; outside a task, send.

    Raises `SentPerhaps` instead of a third sending.
    """
    row = running.get()
    if row is None:
        send()
        return
    rows = QueuedTask.objects.filter(pk=row.pk)
    held = rows.filter(lease=row.lease)
    if rows.filter(is_mailed=True).exists():
        return
    if not held.filter(mails__lt=MAX_SENDINGS).update(mails=F("mails") + 1):
        raise SentPerhaps("It is unknown whether the mail was sent. Two sendings were cut short.")
    try:
        send()
    except Exception:
        rows.update(mails=F("mails") - 1)
        raise
    rows.update(is_mailed=True)


def make_token() -> str:
    """Return a secret for a link in a mail: in a task always the same, outside of one a new one."""
    row = running.get()
    if row is None:
        return secrets.token_urlsafe(32)
    return salted_hmac("lms.tasks.mailing", str(row.pk), algorithm="sha256").hexdigest()
