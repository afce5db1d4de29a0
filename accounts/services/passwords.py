"""Passwords: changed, and reset by an e-mailed link."""

from bson import ObjectId
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tasks
from accounts.exceptions import InvalidLink, WrongPassword
from accounts.models import LoginSession, MailToken, SecondFactor, User
from accounts.models.user import hash_password
from accounts.services.notices import warn
from lms.mongodb.transaction import atomic


def change_password(user: User, *, new: str, session_id: ObjectId | None = None) -> None:
    """Change a password that was just confirmed, and end every session except `session_id`.

    Raises `WrongPassword` if the password has changed since `user` was read.
    """
    _change(user, hash_password(new), session_id)


@atomic
def _change(user: User, encoded: str, session_id: ObjectId | None) -> None:
    if not user.replace_password(encoded):
        raise WrongPassword
    sessions = LoginSession.objects.filter(user=user)
    (sessions.exclude(pk=session_id) if session_id else sessions).delete()
    MailToken.objects.filter(user=user).delete()
    _notify(user)


def request_reset(email: str) -> None:
    """Send a link that resets the password, if an account has this address; the caller does not learn whether."""
    tasks.send_reset.enqueue(email)


def reset_password(token: MailToken, new: str) -> None:
    """Use up a link, set the password and end all sessions. Raises `InvalidLink`."""
    _reset(token, hash_password(new))


@atomic
def _reset(token: MailToken, encoded: str) -> None:
    user = User.objects.get(pk=token.user_id)
    if not (user.is_active and token.spend() and user.replace_password(encoded)):
        raise InvalidLink
    if not user.email_verified:
        # The link proves who owns the address. A stranger may have signed up with it and set a second factor.
        User.objects.filter(pk=user.pk).update(email_verified_at=timezone.now())
        SecondFactor.objects.filter(user=user).delete()
    LoginSession.objects.filter(user=user).delete()
    MailToken.objects.filter(user=user).delete()
    _notify(user)


def _notify(user: User) -> None:
    text = _("The password of your account was changed, and your other devices were signed out.")
    warn(user, _("Your password was changed"), text)
