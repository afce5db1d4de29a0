"""Lines that people read."""

import pytest
from django.core.exceptions import ValidationError

from lms.validators import validate_line, validate_name

BOTH = [validate_line, validate_name]


@pytest.mark.parametrize("validate", BOTH)
@pytest.mark.parametrize(
    "text",
    [
        "Sam O'Neil-Adams",
        "Zo\u00eb",
        "\u738b\u5c0f\u660e",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
        "\u0915\u094d\u200d\u0937",  # Devanagari, with a joiner
        "Anna \U0001f469\u200d\U0001f4bb",  # a woman at a computer: two emoji and a joiner
        "Anna \u2764\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "\u1112\u119e\u11ab",  # old Korean
    ],
)
def test_names_of_all_scripts_are_accepted(validate, text):
    validate(text)


@pytest.mark.parametrize(
    "text", ["1984", "C++ 20", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u221e"]
)
def test_a_title_may_be_a_number_or_a_symbol_and_a_name_may_not(text):
    validate_line(text)
    if not any(letter.isalpha() for letter in text):
        with pytest.raises(ValidationError) as error:
            validate_name(text)
        assert error.value.code == "invisible"


@pytest.mark.parametrize("validate", BOTH)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\u200b\u200b", "invisible"),
        ("\u200d\u200c\u2060\ufeff\u00ad", "invisible"),
        ("\u3164", "invisible"),
        ("\u115f\u1160\uffa0", "invisible"),
        ("\u2800\u2800", "invisible"),
        ("\u0301\u0308", "invisible"),
        ("...", "invisible"),
        ("\ue000", "invisible"),
        ("Sam\u202etneduts", "direction_characters"),
        ("\u2067Sam\u2069", "direction_characters"),
        ("Sam\u200f", "direction_characters"),
        ("Sam\u061c", "direction_characters"),
        ("Sam\nAdams", "control_characters"),
        ("Sam\x1b[2J", "control_characters"),
        ("Sam\x85", "control_characters"),
    ],
)
def test_what_shows_nothing_or_something_else_is_refused(validate, text, code):
    with pytest.raises(ValidationError) as error:
        validate(text)
    assert error.value.code == code
