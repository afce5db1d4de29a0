"""What a line that people read may hold: the name of a person or a course, a title, a headline."""

import re
import unicodedata

from django.core.exceptions import ValidationError

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The bidirectional controls, which could make a line read as another one: UAX #9, section 2."""
INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")
"""Letters and symbols that are drawn as nothing."""


def validate_line(text: str) -> None:
    """Raise `ValidationError` unless a text is one line that shows a letter, a digit or a symbol.

    Joiners and variation selectors may stay: emoji, and words in Persian or Hindi, need them.
    """
    _validate(text, "LNS", "Enter at least one letter, digit or symbol.")


def validate_name(text: str) -> None:
    """Raise `ValidationError` unless a text is one line that shows a letter: a certificate must name somebody."""
    _validate(text, "L", "Enter at least one letter.")


def _validate(text: str, kinds: str, message: str) -> None:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValidationError("Control characters are not allowed.", code="control_characters")
    if DIRECTION.search(text):
        raise ValidationError(
            "Characters that change the direction of writing are not allowed.",
            code="direction_characters",
        )
    visible = (unicodedata.category(each)[0] for each in text if each not in INVISIBLE)
    if not any(kind in kinds for kind in visible):
        raise ValidationError(message, code="invisible")
