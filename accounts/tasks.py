"""Work that accounts do after a response has been sent: sending e-mails.

A token is made here and not in the request, so that only the e-mail ever contains it.
"""

from datetime import timedelta

from bson import ObjectId
from django.conf import settings
from django.tasks import task

from accounts import mails
from accounts.models import MailToken, User


@task
def send_verification(user_id: str, email: str) -> None:
    """Send a link that verifies `email` as the user's address."""
    user = User.objects.filter(pk=ObjectId(user_id)).first()
    if user is not None and (token := _issue(user, MailToken.Purpose.VERIFY, email)):
        mails.send_verification_link(user, email, token)


@task
def send_reset(email: str) -> None:
    """Send a link that resets the password, if an active account has this address.

    The address is looked up here, so that neither the content nor the timing of a response shows whether it exists.
    """
    user = User.objects.filter(email=email).first()
    if user is not None and (token := _issue(user, MailToken.Purpose.RESET, user.email)):
        mails.send_reset_link(user, token)


@task
def send_invitation(user_id: str) -> None:
    """Send a link that sets the first password of an account that staff made."""
    user = User.objects.filter(pk=ObjectId(user_id)).first()
    lifetime = settings.INVITATION_LIFETIME
    if user is not None and (
        token := _issue(user, MailToken.Purpose.RESET, user.email, lifetime=lifetime)
    ):
        mails.send_invitation_link(user, token)


@task
def send_notice(
    email: str, subject: str, text: str, locale: str = "en", person: str | None = None
) -> None:
    """Send a note about a change to a person's account, written in `locale`. Tasks of earlier versions name no person."""
    mails.send_notice(email, locale, subject, text, person=ObjectId(person) if person else None)


@task
def send_message(
    email: str, subject: str, text: str, locale: str = "en", person: str | None = None
) -> None:
    """Send a person a text that needs no action, written in `locale`. Tasks of earlier versions name no person."""
    mails.send_message(email, locale, subject, text, person=ObjectId(person) if person else None)


def _issue(
    user: User, purpose: MailToken.Purpose, email: str, *, lifetime: timedelta | None = None
) -> str | None:
    """Return a new token for a person, or None if the account is disabled or erased."""
    try:
        return MailToken.objects.issue(user, purpose, email, lifetime=lifetime)
    except User.DoesNotExist:
        return None
