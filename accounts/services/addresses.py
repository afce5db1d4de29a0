"""Verifying an e-mail address, and changing it."""

from functools import partial

from django.db import IntegrityError
from django.utils import timezone

from accounts import tasks
from accounts.exceptions import EmailTaken, InvalidLink
from accounts.models import MailToken, User
from lms.mongodb.transaction import atomic, on_commit


def verify_email(raw_token: str) -> User:
    """Make the address that the link was mailed to the user's verified one. Raises `InvalidLink`, `EmailTaken`."""
    token = MailToken.objects.find(MailToken.Purpose.VERIFY, raw_token)
    if token is None:
        raise InvalidLink
    try:
        return _verify(token)
    except IntegrityError:  # somebody signed up with it in the meantime
        raise EmailTaken from None


@atomic
def _verify(token: MailToken) -> User:
    user = User.objects.get(pk=token.user_id)
    if not (user.is_active and token.spend()):
        raise InvalidLink
    if user.email != token.email:
        # What was mailed to the old address opens nothing any more.
        MailToken.objects.filter(user=user).delete()
    user.email, user.email_verified_at = token.email, timezone.now()
    user.save(update_fields=["email", "email_verified_at", "updated_at"])
    return user


def resend_verification(user: User) -> None:
    """Mail a new link to the address that waits to be verified, if one does; the link before it dies."""
    pending = _pending(user)
    if pending or not user.email_verified:
        email = pending.email if pending else user.email
        tasks.send_verification.enqueue(str(user.pk), email)


def request_email_change(user: User, email: str) -> None:
    """Mail a link to the new address, and tell the old one, which stays the user's until the link is used.

    The address as it is takes back a change that was asked for.
    """
    if email == user.email:
        if pending := _pending(user):
            pending.spend()
        return
    on_commit(partial(tasks.send_verification.enqueue, str(user.pk), email))
    on_commit(
        partial(
            tasks.send_notice.enqueue,
            user.email,
            "Your e-mail address is about to change",
            f"Somebody who knows your password asked to change the address of your account to {email}. "
            "It changes when the link that we mailed there is used.",
        )
    )


def _pending(user: User) -> MailToken | None:
    """Give the link that waits at an address that is not yet the user's."""
    links = MailToken.objects.live().filter(user=user, purpose=MailToken.Purpose.VERIFY)
    return links.exclude(email=user.email).first()
