"""The one form of an e-mail address in which it is stored, compared, counted and mailed."""

import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

MAX_LENGTH, MAX_LOCAL_LENGTH = 254, 64
"""In octets: RFC 5321, section 4.5.3.1, and RFC 3696, erratum 1690."""


def canonical_address(text: str) -> str:
    """Return an address in its canonical form: ASCII, in lower case, without outer white space.

    The local part is in NFKC. The domain is encoded by UTS 46 without its transitional mappings (IDNA 2008), so that
    `straße.example` does not become `strasse.example`, which may belong to somebody else.

    Raises `ValidationError` for what SMTP cannot carry (SMTPUTF8 is not used): another letter than ASCII in the local
    part, a domain that cannot be encoded, a part that is too long, a quoted local part, an IP address.
    """
    if len(text) > 2 * MAX_LENGTH:  # encoding a long text is work that a stranger could order
        raise _invalid()
    local, __, domain = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    try:
        domain = idna.encode(domain, uts46=True).decode()
    except UnicodeError:  # the base of all errors of idna
        raise _invalid() from None
    address = f"{local}@{domain}".lower()
    if not address.isascii() or len(address) > MAX_LENGTH or len(local) > MAX_LOCAL_LENGTH:
        raise _invalid()
    if '"' in local:  # few servers accept a quoted local part, and Stripe does not
        raise _invalid()
    try:
        validate_email(address)
    except ValidationError:
        raise _invalid() from None
    return address


def _invalid() -> ValidationError:
    message = _("Enter an e-mail address that mail can be sent to, such as name@example.com.")
    return ValidationError(message, code="invalid")
