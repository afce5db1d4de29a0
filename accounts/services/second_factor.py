"""The second factor of a sign-in: set up, confirmed and removed."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.exceptions import InvalidCode, SecondFactorEnabled, SecondFactorMissing
from accounts.models import SecondFactor, User
from accounts.services.erasure import refer_to_person
from accounts.services.notices import warn
from lms.mongodb.transaction import atomic


@dataclass(frozen=True)
class Setup:
    """What an authenticator app needs; it can be shown only once."""

    secret: str
    otpauth_url: str


@atomic
def set_up(user: User) -> Setup:
    """Create a secret, which sign-ins require only after `confirm`.

    Raises `SecondFactorEnabled`, and `SessionRevoked` if the account was just deleted.
    """
    refer_to_person(
        user.pk
    )  # a write: of two requests at once, the second one finds the row of the first
    factor, __ = SecondFactor.objects.get_or_create(user=user)
    secret = factor.set_secret()
    unconfirmed = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True)
    if not unconfirmed.update(secret=factor.secret, last_step=0):
        raise SecondFactorEnabled
    return Setup(secret, factor.provisioning_uri(secret, user.email))


def confirm(user: User, code: str) -> list[str]:
    """Require codes from now on, and return the recovery codes.

    Raises `InvalidCode`, `SecondFactorMissing` and `SecondFactorEnabled`.
    """
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        raise SecondFactorMissing
    if factor.confirmed_at:
        raise SecondFactorEnabled
    if not factor.confirm(code):
        raise InvalidCode
    text = _("Signing in to your account now requires a code.")
    warn(user, _("A second factor was set up"), text)
    return factor.replace_recovery_codes()


def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes and return the new ones. Raises `SecondFactorMissing`."""
    factor = SecondFactor.objects.find_confirmed(user)
    if factor is None:
        raise SecondFactorMissing
    return factor.replace_recovery_codes()


def remove(user: User) -> bool:
    """Stop requiring codes; return False if the user has no second factor."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    factor.delete()
    if factor.confirmed_at:
        text = _("Signing in to your account does not require a code any more.")
        warn(user, _("The second factor was removed"), text)
    return True
