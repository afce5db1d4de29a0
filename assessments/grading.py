"""Grading: how many hundredths of a point a response gets. One pure function per kind; no clock, no database, no float.

Each function takes a frozen question and a response that `assessments.responses` has cleaned. Points are rounded down once
a question.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from assessments.models.attempt import FrozenQuestion
from assessments.models.question import Kind
from assessments.values import normalised


def grade(question: FrozenQuestion, response: Any) -> int:
    """Return the score of a response, between 0 and the points of the question. No response scores 0.

    So does an essay: a person grades it (see `must_be_read`).
    """
    if response is None:
        return 0
    return GRADERS[Kind(question["kind"])](question, response)


def must_be_read(question: FrozenQuestion, response: Any) -> bool:
    """Return whether a response waits for a person who grades it: an essay that was answered."""
    return question["kind"] == Kind.ESSAY and response is not None


def _grade_single(question: FrozenQuestion, response: str) -> int:
    return _all_or_nothing(question, is_right=response == question["key"]["option"])


def _grade_multiple(question: FrozenQuestion, response: list[str]) -> int:
    """Compare the chosen options with the right ones; a wrong one takes what a right one gave."""
    right, chosen = set(question["key"]["options"]), set(response)
    if question["key"]["scoring"] == "all":
        return _all_or_nothing(question, is_right=chosen == right)
    balance = len(chosen & right) - len(chosen - right)
    return question["points"] * max(0, balance) // len(right)


def _grade_short_text(question: FrozenQuestion, response: str) -> int:
    """Compare texts whole, never by likeness: "do commit" is not "do not commit"."""
    key = question["key"]
    exact = key["case_sensitive"]
    accepted = {normalised(text, case_sensitive=exact) for text in key["accept"]}
    return _all_or_nothing(
        question, is_right=normalised(response, case_sensitive=exact) in accepted
    )


def _grade_numeric(question: FrozenQuestion, response: str) -> int:
    """Compare as fractions, which are exact: 0.1 + 0.2 is 0.3."""
    key = question["key"]
    difference = abs(Fraction(response) - Fraction(key["value"]))
    return _all_or_nothing(question, is_right=difference <= Fraction(key["tolerance"]))


def _grade_ordering(question: FrozenQuestion, response: list[str]) -> int:
    return _all_or_nothing(question, is_right=response == question["key"]["options"])


def _grade_matching(question: FrozenQuestion, response: list[list[str]]) -> int:
    """Give each pair its share. A response has each left at most once, so that no pair counts twice."""
    pairs = question["key"]["pairs"]
    right = sum(pair in response for pair in pairs)
    return question["points"] * right // len(pairs)


def _grade_essay(question: FrozenQuestion, response: str) -> int:
    return 0


def _all_or_nothing(question: FrozenQuestion, *, is_right: bool) -> int:
    return question["points"] if is_right else 0


GRADERS: dict[Kind, Callable[[FrozenQuestion, Any], int]] = {
    Kind.SINGLE_CHOICE: _grade_single,
    Kind.TRUE_FALSE: _grade_single,
    Kind.MULTIPLE_CHOICE: _grade_multiple,
    Kind.SHORT_TEXT: _grade_short_text,
    Kind.NUMERIC: _grade_numeric,
    Kind.ORDERING: _grade_ordering,
    Kind.MATCHING: _grade_matching,
    Kind.ESSAY: _grade_essay,
}
