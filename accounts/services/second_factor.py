"""Setting up and removing the second factor."""

from dataclasses import dataclass
from functools import partial

from accounts import tasks
from accounts.exceptions import InvalidCode, SecondFactorEnabled, SecondFactorMissing
from accounts.models import SecondFactor, User
from lms.mongodb.transaction import on_commit


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is to be shown, once."""

    secret: str
    otpauth_url: str


def enrol(user: User) -> Enrolment:
    """Make a secret, which counts only from `confirm` on. Raises `SecondFactorEnabled`."""
    factor, _ = SecondFactor.objects.get_or_create(user=user)
    secret = factor.set_secret()
    unconfirmed = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True)
    if not unconfirmed.update(secret=factor.secret, last_step=0):
        raise SecondFactorEnabled
    return Enrolment(secret, factor.provisioning_uri(secret, user.email))


def confirm(user: User, code: str) -> list[str]:
    """Ask for codes from now on, and give the recovery codes. Raises `InvalidCode` and the conflicts."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        raise SecondFactorMissing
    if factor.confirmed_at:
        raise SecondFactorEnabled
    if not factor.confirm(code):
        raise InvalidCode
    _tell(user, "A second factor was set up", "Signing in to your account now asks for a code.")
    return factor.replace_recovery_codes()


def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes. Raises `SecondFactorMissing`."""
    factor = SecondFactor.objects.of(user)
    if factor is None:
        raise SecondFactorMissing
    return factor.replace_recovery_codes()


def remove(user: User) -> None:
    """Ask for codes no longer; nothing happens if there were none."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return
    factor.delete()
    if factor.confirmed_at:
        text = "Signing in to your account asks for no code any more."
        _tell(user, "The second factor was removed", text)


def _tell(user: User, subject: str, text: str) -> None:
    on_commit(partial(tasks.send_notice.enqueue, user.email, subject, text))
