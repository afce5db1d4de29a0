"""E-mail addresses: verified and changed."""

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tasks
from accounts.exceptions import EmailTaken, InvalidLink
from accounts.models import MailToken, User
from accounts.services.notices import warn
from lms.mongodb.transaction import atomic


def verify_email(raw_token: str) -> User:
    """Make the address that a link was sent to the user's verified address. Raises `InvalidLink` and `EmailTaken`."""
    token = MailToken.objects.find(MailToken.Purpose.VERIFY, raw_token)
    if token is None:
        raise InvalidLink
    try:
        return _use_link(token)
    except IntegrityError:  # another account has taken the address since the link was sent
        raise EmailTaken from None


@atomic
def _use_link(token: MailToken) -> User:
    user = User.objects.get(pk=token.user_id)
    if not (user.is_active and token.spend()):
        raise InvalidLink
    if user.email != token.email:
        # Links that were sent to the old address must not work after the change.
        MailToken.objects.filter(user=user).delete()
    user.email, user.email_verified_at = token.email, timezone.now()
    user.save(update_fields=["email", "email_verified_at", "updated_at"])
    return user


def resend_verification(user: User) -> None:
    """Send a new link to the unverified or the requested address, if there is one; the previous link stops working."""
    pending = _find_pending(user)
    if pending or not user.email_verified:
        email = pending.email if pending else user.email
        tasks.send_verification.enqueue(str(user.pk), email)


def request_email_change(user: User, email: str) -> None:
    """Send a link to the new address and a notice to the current one, which stays until the link is used.

    Requesting the current address cancels a change that is pending.
    """
    if email == user.email:
        if pending := _find_pending(user):
            pending.spend()
        return
    tasks.send_verification.enqueue(str(user.pk), email)
    text = _(
        "Somebody who knows your password asked to change the e-mail address of your account to {email}. It changes when "
        "the link that we sent to that address is used."
    )
    warn(user, _("Your e-mail address is about to change"), text, email=email)


def _find_pending(user: User) -> MailToken | None:
    """Return the live link that was sent to an address other than the user's current one, or None."""
    links = MailToken.objects.live().filter(user=user, purpose=MailToken.Purpose.VERIFY)
    return links.exclude(email=user.email).first()
