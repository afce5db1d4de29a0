"""Accounts that staff make for other people."""

from accounts import tasks
from accounts.models import User


def invite(user: User) -> None:
    """Store a new account without a password, and send its owner a link to choose one."""
    user.set_unusable_password()
    user.insert()
    tasks.send_invitation.enqueue(str(user.pk))
