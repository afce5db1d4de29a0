"""Changing a password, and setting one that was forgotten."""

from functools import partial

from bson import ObjectId
from django.utils import timezone

from accounts import tasks
from accounts.exceptions import InvalidLink, WrongPassword
from accounts.models import LoginSession, MailToken, SecondFactor, User
from lms.mongodb.transaction import atomic, on_commit


@atomic
def change_password(user: User, *, new: str, session_id: ObjectId | None = None) -> None:
    """Change the password that was just confirmed, and end every session but this one, if any.

    Raises `WrongPassword` if another change was first.
    """
    if not user.replace_password(new):
        raise WrongPassword
    sessions = LoginSession.objects.filter(user=user)
    (sessions.exclude(pk=session_id) if session_id else sessions).delete()
    MailToken.objects.filter(user=user).delete()
    _tell(user)


def forget_password(email: str) -> None:
    """Mail a link to reset the password, if somebody has this address, which the caller cannot tell."""
    tasks.send_reset.enqueue(email)


def find_reset(user_id: ObjectId, token: str) -> MailToken:
    """Give the live token of a link to reset a password; raise `InvalidLink`."""
    found = MailToken.objects.find(MailToken.Purpose.RESET, token)
    if found is None or found.user_id != user_id:
        raise InvalidLink
    return found


@atomic
def reset_password(token: MailToken, new: str) -> None:
    """Use the link up, set the password and end all sessions. Raises `InvalidLink`."""
    user = User.objects.get(pk=token.user_id)
    if not (user.is_active and token.spend() and user.replace_password(new)):
        raise InvalidLink
    if not user.email_verified:
        # Whoever reads the address's mail owns the account: a stranger may have signed up with it and locked the door.
        User.objects.filter(pk=user.pk).update(email_verified_at=timezone.now())
        SecondFactor.objects.filter(user=user).delete()
    LoginSession.objects.filter(user=user).delete()
    MailToken.objects.filter(user=user).delete()
    _tell(user)


def _tell(user: User) -> None:
    on_commit(
        partial(
            tasks.send_notice.enqueue,
            user.email,
            "Your password was changed",
            "The password of your account was changed, and other devices were signed out.",
        )
    )
