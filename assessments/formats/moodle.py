"""What Moodle's formats share: their weighted answers as our options and keys, and ours as theirs.

A weight is a percentage of the points, from -100 to 100. What we would not grade as Moodle does is refused.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.formats.files import unsupported
from assessments.models.question import Kind
from lms.exceptions import invalid
from lms.locales import Sentence

MAX_ANSWERS = 100
"""How many answers a question in a file may have; our own limit of options is lower."""
WEIGHT = re.compile(r"-?\d{1,3}(\.\d{1,10})?", re.ASCII)
WILDCARD = re.compile(r"(?<!\\)\*")

UNEVEN = _("We have no answers that are partly right. Give each right one the same share.")
NOT_ONE_RIGHT = _("Mark exactly one answer as right.")
NO_WILDCARDS = _("We compare texts whole. Replace each * by the texts that it stands for.")
TOO_MANY: Sentence = _("This question has too many answers.")

type Answer = tuple[str, Fraction]
"""The text of an answer, and its weight."""


def read_weight(text: str) -> Fraction:
    """Return a weight. Raises `ValidationError`."""
    if not WEIGHT.fullmatch(text):
        raise invalid(UNEVEN, "invalid_syntax")
    return Fraction(text)


def read_single(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the body of a question with one right option. Raises `ValidationError`."""
    right = _list_right(answers)
    if len(right) != 1 or answers[right[0]][1] != 100:
        raise unsupported(NOT_ONE_RIGHT)
    return {
        "kind": Kind.SINGLE_CHOICE,
        "options": [text for text, _weight in answers],
        "key": {"option": right[0]},
    }


def read_multiple(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the body of a question with several right options; it is all or nothing if a wrong one takes all points.

    Raises `ValidationError` if right options do not share the points evenly.
    """
    right = _list_right(answers)
    if len({answers[place][1] for place in right}) > 1:
        raise unsupported(UNEVEN)
    wrong = {weight for _text, weight in answers if weight <= 0}
    return {
        "kind": Kind.MULTIPLE_CHOICE,
        "options": [text for text, _weight in answers],
        "key": {"options": right, "scoring": "all" if wrong == {-100} else "partial"},
    }


def weigh(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the options of a choice with their weights, as Moodle writes them."""
    key, options = body["key"], body["options"]
    right = key["options"] if "options" in key else [key["option"]]
    share = "100" if len(right) == 1 else f"{100 / len(right):.5f}".rstrip("0").rstrip(".")
    wrong = "0" if "option" in key else "-100" if key["scoring"] == "all" else f"-{share}"
    return [(text, share if place in right else wrong) for place, text in enumerate(options)]


def read_short_text(answers: Sequence[Answer], *, case_sensitive: bool = False) -> dict[str, Any]:
    """Return the body of a question for a text. Raises `ValidationError` for wildcards and for half points."""
    if any(weight not in (0, 100) for _text, weight in answers):
        raise unsupported(UNEVEN)
    accept = [text for text, weight in answers if weight == 100]
    if any(WILDCARD.search(text) for text in accept):
        raise unsupported(NO_WILDCARDS)
    texts = [text.replace("\\*", "*") for text in accept]
    return {
        "kind": Kind.SHORT_TEXT,
        "key": {"accept": texts, "case_sensitive": case_sensitive},
    }


def escape_wildcards(text: str) -> str:
    return text.replace("*", "\\*")


def read_matching(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the body of a matching question; a pair without a left is a right option that matches nothing."""
    lefts = [left for left, _right in pairs if left]
    rights = list(dict.fromkeys(right for _left, right in pairs))
    return {
        "kind": Kind.MATCHING,
        "options": lefts + rights,
        "key": {
            "pairs": [
                [place, len(lefts) + rights.index(right)]
                for place, right in enumerate(right for left, right in pairs if left)
            ]
        },
    }


def list_pairs(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of a matching question as texts, and what matches nothing with an empty left."""
    options, pairs = body["options"], body["key"]["pairs"]
    used = {place for pair in pairs for place in pair}
    others = [text for place, text in enumerate(options) if place not in used]
    return [(options[left], options[right]) for left, right in pairs] + [
        ("", each) for each in others
    ]


def is_plain_true_false(body: dict[str, Any]) -> bool:
    """Return whether Moodle's kind of question can hold it: its options have no texts of their own."""
    return body["kind"] == Kind.TRUE_FALSE and set(body["options"]) == {"True", "False"}


def is_true(body: dict[str, Any]) -> bool:
    """Return whether True is the right option of a plain question."""
    right: str = body["options"][body["key"]["option"]]
    return right == "True"


def _list_right(answers: Sequence[Answer]) -> list[int]:
    return [place for place, (_text, weight) in enumerate(answers) if weight > 0]
