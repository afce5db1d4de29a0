"""Addresses that were stored before their canonical form was what it is: found and rewritten."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.encoding import punycode

from accounts.models import MailToken, User
from accounts.personal_data import ERASED_DOMAIN
from lms.addresses import canonical_address
from lms.mongodb.transaction import atomic


@dataclass
class OldAddress:
    """An account whose address is not in its canonical form.

    `canonical` is None if no mail can be sent to the address. `rivals` are the ids of the other accounts that have the
    same address in another spelling, so that people must decide which of them keeps it.
    """

    user: User
    canonical: str | None
    rivals: list[str]


def find_old_addresses() -> list[OldAddress]:
    """List the accounts whose address is not in its canonical form. Reads every account."""
    old = [OldAddress(user, _form_of(user.email), []) for user in _accounts()]
    old = [each for each in old if each.user.email != each.canonical]
    holders = defaultdict(set)
    for each in old:
        holders[each.canonical].add(str(each.user.pk))
    for user in User.objects.filter(email__in=[each.canonical for each in old if each.canonical]):
        holders[user.email].add(str(user.pk))
    for each in old:
        if each.canonical:
            each.rivals = sorted(holders[each.canonical] - {str(each.user.pk)})
    return old


def rewrite(old: OldAddress) -> bool:
    """Store the canonical form of an address that nobody else has; return False if it cannot be stored."""
    if old.canonical is None or old.rivals:
        return False
    try:
        return _replace(old.user, old.canonical)
    except IntegrityError:  # somebody signed up with it after it was looked for
        return False


def delete_old_links() -> None:
    """Delete the links that were mailed to an address in another form: using one would store that form again."""
    for token in MailToken.objects.iterator():
        if token.email != _form_of(token.email):
            token.delete()


@atomic
def _replace(user: User, canonical: str) -> bool:
    """Change an address by compare-and-set.

    Mail was sent by IDNA 2003. Where that names another domain, the verification proves nothing about this one.
    """
    change: dict[str, Any] = {"email": canonical}
    if _mailed_domain(user.email) != canonical.rpartition("@")[2]:
        change["email_verified_at"] = None
    return User.objects.filter(pk=user.pk, email=user.email).update(**change) == 1


def _mailed_domain(email: str) -> str | None:
    try:
        return punycode(email.rpartition("@")[2]).lower()
    except UnicodeError:
        return None


def _accounts() -> Iterator[User]:
    return (
        user
        for user in User.objects.only("email").iterator()
        if not user.email.endswith(ERASED_DOMAIN)
    )


def _form_of(email: str) -> str | None:
    try:
        return canonical_address(email)
    except ValidationError:
        return None
