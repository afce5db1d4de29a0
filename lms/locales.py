"""The languages in which people are written to (`settings.LANGUAGES`), and how numbers and dates look in them."""

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Sentence = str | _StrPromise
"""A text for people: marked by `gettext_lazy`, it is translated when it is used."""

WORLD_ENGLISH = "en_001"
"""English for readers everywhere: 28 November 2026, not November 28, 2026."""


def of_request(request: HttpRequest) -> str:
    """Return the language that `Accept-Language` prefers among ours; "" if it names none of them."""
    return of_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def of_header(header: str) -> str:
    """Return the language of ours that comes first in an `Accept-Language`: `de` of `pl, de-AT;q=0.8`; "" if none does.

    Django remembers what it has parsed, and reads no more than 500 characters.
    """
    for tag, quality in parse_accept_lang_header(header):
        if tag == "*":
            break
        if quality and (locale := of_tag(tag)):
            return locale
    return ""


def of_tag(tag: str) -> str:
    """Return the language of ours that a BCP 47 tag belongs to: `de` of `de-AT`; "" if there is none."""
    with suppress(LookupError):
        return translation.get_supported_language_variant(tag.lower())
    return ""


def prefer(request: HttpRequest, locale: str) -> None:
    """Answer the rest of a request in a person's own language, unless its `Accept-Language` names one of ours."""
    if locale and not of_request(request):
        translation.activate(locale)


def active() -> Locale:
    """Return how Babel knows the language that is active."""
    locale = translation.to_locale(translation.get_language() or settings.LANGUAGE_CODE)
    return Locale.parse(WORLD_ENGLISH if locale == "en" else locale)


def format_number(number: int) -> str:
    """Return a number as people write it: `2,000`, `2.000`."""
    return format_decimal(number, locale=active())


def format_day(day: date) -> str:
    """Return a date as people write it in a sentence: `28 November 2026`, `28. November 2026`."""
    return format_date(day, "long", locale=active())
