"""What a line that people read may hold: the name of a person or a course, a title, a headline."""

import re
import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.locales import Sentence

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The bidirectional controls, which could make a line read as another one: UAX #9, section 2."""
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols that are drawn as nothing."""

LINE: dict[str, Sentence] = {
    "control_characters": _("Control characters are not allowed."),
    "direction_characters": _("Characters that change the direction of writing are not allowed."),
    "invisible": _("Enter at least one letter, digit or symbol."),
}
"""The codes of `validate_line`, each with its sentence."""
NO_LETTER = _("Enter at least one letter.")


def refuses[V: Callable[[str], None]](codes: dict[str, Sentence]) -> Callable[[V], V]:
    """Note on a validator the codes that it raises, each with its sentence: the OpenAPI document names them."""

    def note(validator: V) -> V:
        validator.codes = codes  # type: ignore[attr-defined]
        return validator

    return note


@refuses(LINE)
def validate_line(text: str) -> None:
    """Raise `ValidationError` unless a text is one line that shows a letter, a digit or a symbol.

    Joiners and variation selectors may stay: emoji, and words in Persian or Hindi, need them.
    """
    _validate(text, "LNS", LINE["invisible"])


@refuses(LINE | {"invisible": NO_LETTER})
def validate_name(text: str) -> None:
    """Raise `ValidationError` unless a text is one line that shows a letter: a certificate must name somebody."""
    _validate(text, "L", NO_LETTER)


def _validate(text: str, kinds: str, message: Sentence) -> None:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValidationError(LINE["control_characters"], code="control_characters")
    if DIRECTION.search(text):
        raise ValidationError(LINE["direction_characters"], code="direction_characters")
    visible = (unicodedata.category(each)[0] for each in text if each not in INVISIBLE)
    if not any(kind in kinds for kind in visible):
        raise ValidationError(message, code="invisible")
