"""E-mails, each rendered from one text and one HTML template of the same name."""

import logging
from collections.abc import Callable
from email.utils import make_msgid
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.utils.translation import override

from lms.addresses import canonical_address
from lms.locales import Sentence
from lms.registry import Registry
from lms.tasks.mailing import running, send_once

logger = logging.getLogger("lms.mails")

type Recorder = Callable[[ObjectId, str, str, str], None]

recorders: Registry[Recorder] = Registry()
"""Functions that log a mail to a person: the person's id, the template, the subject and `sent`, `failed` or `refused`."""


def send(
    to: str,
    locale: str,
    *,
    subject: Sentence,
    template: str,
    context: dict[str, Any],
    person: ObjectId | None = None,
) -> None:
    """Render `<template>.txt` and `<template>.html` in a language, and send both to one address.

    The templates extend `lms/mails/base.txt` and `lms/mails/base.html`. Besides `context` they get `subject`,
    `site_name` and `frontend_url`. White space in the subject, which a title may bring, becomes one space. An address that
    no mail can be sent to is only logged: a retry would not help. `person` is whose log of mails gets a line.
    """
    try:
        to = canonical_address(to)
    except ValidationError:
        # Addresses are not logged. `manage.py canonical_addresses` lists the accounts that have such a one.
        logger.error("No mail can be sent to an address: %s", subject)
        _record(person, template, subject, "refused")
        return
    with override(locale):
        subject = " ".join(str(subject).split())
        context = {
            **context,
            "subject": subject,
            "site_name": settings.SITE_NAME,
            "frontend_url": settings.FRONTEND_URL,
        }
        text, html = (
            render_to_string(f"{template}.{suffix}", context) for suffix in ("txt", "html")
        )
    mail = EmailMultiAlternatives(f"{subject} | {settings.SITE_NAME}", text, to=[to])
    mail.attach_alternative(html, "text/html")
    if (task := running.get()) is not None:
        # The same for each sending, so that mail programs show a repetition once.
        mail.extra_headers["Message-ID"] = f"<{task.pk}@{make_msgid().rpartition('@')[2]}"
    try:
        send_once(mail.send)
    except Exception:  # whatever it is, the task tries again
        _record(person, template, subject, "failed")
        raise
    _record(person, template, subject, "sent")


def _record(person: ObjectId | None, template: str, subject: Sentence, outcome: str) -> None:
    """Log a mail. A log that fails is no reason to send the mail again."""
    if person is None:
        return
    for record in recorders:
        try:
            record(person, template, str(subject), outcome)
        except DatabaseError:
            logger.exception("A mail is missing in the log of mails")
