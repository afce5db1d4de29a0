"""Responses: the shape that a response to each kind of question has."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from assessments.exceptions import InvalidResponse
from assessments.models.attempt import FrozenQuestion
from assessments.models.question import Kind, Side
from assessments.values import MAX_ESSAY, MAX_SHORT_TEXT, read_decimal, read_text
from lms.locales import Sentence

type Response = str | list[str] | list[list[str]] | None
"""An option's id, a text or a number; ids of options; pairs of them; None if there is no response."""


def clean(question: FrozenQuestion, response: Any) -> Response:
    """Return a response as it is saved; None for none, for a text of blanks, for no ticked box and for no pair.

    Raises `InvalidResponse` if it has the shape of another kind, or names an option that the question does not have.
    """
    if response is None:
        return None
    read, sentence = READERS[Kind(question["kind"])]
    try:
        return read(question, response) or None
    except ValueError:
        raise InvalidResponse(sentence) from None


def _read_single(question: FrozenQuestion, response: Any) -> str:
    return _read_option(response, _ids(question))


def _read_multiple(question: FrozenQuestion, response: Any) -> list[str]:
    ids = _ids(question)
    if not isinstance(response, list) or len(response) > len(ids):
        raise ValueError
    chosen = [_read_option(each, ids) for each in response]
    if len(set(chosen)) < len(chosen):
        raise ValueError
    return chosen


def _read_ordering(question: FrozenQuestion, response: Any) -> list[str]:
    order = _read_multiple(question, response)
    if len(order) < len(question["options"]):
        raise ValueError
    return order


def _read_matching(question: FrozenQuestion, response: Any) -> list[list[str]]:
    lefts, rights = _ids(question, Side.LEFT), _ids(question, Side.RIGHT)
    if not isinstance(response, list) or len(response) > len(lefts):
        raise ValueError
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in response):
        raise ValueError
    pairs = [[_read_option(left, lefts), _read_option(right, rights)] for left, right in response]
    if len({left for left, _right in pairs}) < len(pairs):
        raise ValueError
    return pairs


def _read_short_text(question: FrozenQuestion, response: Any) -> str:
    return read_text(response, MAX_SHORT_TEXT)


def _read_numeric(question: FrozenQuestion, response: Any) -> str:
    return read_decimal(response)


def _read_essay(question: FrozenQuestion, response: Any) -> str:
    return read_text(response, MAX_ESSAY)


def _ids(question: FrozenQuestion, side: str = "") -> set[str]:
    return {
        option["id"] for option in question["options"] if not side or option.get("side") == side
    }


def _read_option(value: Any, ids: set[str]) -> str:
    if not isinstance(value, str) or value not in ids:
        raise ValueError
    return value


ONE_OPTION = _("Choose one of the options of this question.")

READERS: dict[Kind, tuple[Callable[[FrozenQuestion, Any], Response], Sentence]] = {
    Kind.SINGLE_CHOICE: (_read_single, ONE_OPTION),
    Kind.TRUE_FALSE: (_read_single, ONE_OPTION),
    Kind.MULTIPLE_CHOICE: (_read_multiple, _("Choose options of this question, each once.")),
    Kind.SHORT_TEXT: (_read_short_text, _("Write a text of at most 200 characters.")),
    Kind.NUMERIC: (
        _read_numeric,
        _("Write a number with digits and a point, like -9.81, of at most 30 characters."),
    ),
    Kind.ORDERING: (_read_ordering, _("Put every option of this question in order, each once.")),
    Kind.MATCHING: (
        _read_matching,
        _("Choose one right option for a left one, and each left one at most once."),
    ),
    Kind.ESSAY: (_read_essay, _("Write a text of at most 20,000 characters.")),
}
