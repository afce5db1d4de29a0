"""The e-mails about an account."""

from datetime import timedelta
from urllib.parse import urlencode

from bson import ObjectId
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lms import mails


def send_verification_link(user: User, email: str, token: str) -> None:
    """Send a link that verifies an e-mail address to that address, which may not be the user's yet."""
    mails.send(
        email,
        user.mail_locale,
        person=user.pk,
        subject=_("Verify your e-mail address"),
        template="accounts/mails/verify_email",
        context={
            "link": _link("verify-email", token=token),
            "days": settings.EMAIL_VERIFICATION_LIFETIME.days,
        },
    )


def send_reset_link(user: User, token: str) -> None:
    """Send a link that resets the password to the user's own address."""
    mails.send(
        user.email,
        user.mail_locale,
        person=user.pk,
        subject=_("Reset your password"),
        template="accounts/mails/reset_password",
        context={
            "link": _link("reset-password", uid=str(user.pk), token=token),
            "minutes": settings.PASSWORD_RESET_LIFETIME // timedelta(minutes=1),
        },
    )


def send_invitation_link(user: User, token: str) -> None:
    """Send a link that sets the first password to a person for whom staff made an account."""
    mails.send(
        user.email,
        user.mail_locale,
        person=user.pk,
        subject=_("Your account"),
        template="accounts/mails/invitation",
        context={
            "link": _link("reset-password", uid=str(user.pk), token=token),
            "days": settings.INVITATION_LIFETIME.days,
            "is_staff": user.is_staff,
            "site": settings.SITE_NAME,
            "staff_pages": f"{settings.SITE_URL}/admin/",
        },
    )


def send_notice(
    email: str, locale: str, subject: str, text: str, *, person: ObjectId | None
) -> None:
    """Send a note about a change to an account, with what to do if somebody else made the change."""
    mails.send(
        email,
        locale,
        person=person,
        subject=subject,
        template="accounts/mails/notice",
        context={"text": text},
    )


def send_message(
    email: str, locale: str, subject: str, text: str, *, person: ObjectId | None
) -> None:
    """Send a text that needs no action."""
    mails.send(
        email,
        locale,
        person=person,
        subject=subject,
        template="accounts/mails/message",
        context={"text": text},
    )


def _link(page: str, **query: str) -> str:
    """Return the URL of a page of the frontend."""
    return f"{settings.FRONTEND_URL}/{page}?{urlencode(query)}"
