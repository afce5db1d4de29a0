"""What happens after the answer: mails.

A token is made here, not in the request, so that it is never written anywhere but into the mail.
"""

from urllib.parse import urlencode

from bson import ObjectId
from django.conf import settings
from django.tasks import task

from accounts import mails
from accounts.models import MailToken, User


@task
def send_verification(user_id: str, email: str) -> None:
    """Mail a link that verifies `email` as the user's."""
    user = User.objects.filter(pk=ObjectId(user_id), is_active=True).first()
    if user is None:
        return
    token = MailToken.objects.issue(user, MailToken.Purpose.VERIFY, email)
    mails.send(
        email,
        "Verify your e-mail address",
        "verify_email",
        {
            "link": _link("verify-email", token=token),
            "lifetime": settings.EMAIL_VERIFICATION_LIFETIME,
        },
    )


@task
def send_reset(email: str) -> None:
    """Mail a link that resets the password, if somebody has this address.

    Whether somebody has is looked up here, so that no answer's content or timing can tell.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return
    token = MailToken.objects.issue(user, MailToken.Purpose.RESET, user.email)
    mails.send(
        user.email,
        "Reset your password",
        "reset_password",
        {
            "link": _link("reset-password", uid=str(user.pk), token=token),
            "lifetime": settings.PASSWORD_RESET_LIFETIME,
        },
    )


@task
def send_notice(email: str, subject: str, text: str) -> None:
    """Tell somebody what happened to their account, and what to do if it was not them."""
    mails.send(email, subject, "notice", {"text": text})


@task
def send_message(email: str, subject: str, text: str) -> None:
    """Tell somebody something."""
    mails.send(email, subject, "message", {"text": text})


def _link(page: str, **query: str) -> str:
    return f"{settings.FRONTEND_URL}/{page}?{urlencode(query)}"
