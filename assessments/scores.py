"""What the results of an attempt add up to, and which attempt of a quiz counts. All scores are hundredths."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from assessments.models import Attempt, Quiz
from assessments.models.attempt import FrozenQuestion, Result

Status = Attempt.Status


class Totals(TypedDict):
    """The columns of a submitted attempt that follow from its results."""

    status: str
    needs_grading: bool
    score: int | None
    percentage: int | None
    passed: bool | None


def percentage(score: int, max_score: int) -> int:
    """Return whole percents, rounded down.

    Where there is nothing to score, everything is scored: a survey without points is passed by handing it in.
    """
    return 100 * score // max_score if max_score else 100


def maximum(questions: Iterable[FrozenQuestion]) -> int:
    """Return the points of all questions, those that were not answered too."""
    return sum(question["points"] for question in questions)


def add_up(
    questions: Sequence[FrozenQuestion], results: Mapping[str, Result], passing_percent: int
) -> Totals:
    """Return the totals of a submitted attempt; it waits while a question has no result."""
    if any(question["id"] not in results for question in questions):
        return Totals(
            status=Status.SUBMITTED, needs_grading=True, score=None, percentage=None, passed=None
        )
    score = sum(results[question["id"]]["score"] for question in questions)
    percent = percentage(score, maximum(questions))
    return Totals(
        status=Status.GRADED,
        needs_grading=False,
        score=score,
        percentage=percent,
        passed=percent >= passing_percent,
    )


def find_counted[Facts: Mapping[str, Any]](attempts: Iterable[Facts], counts: str) -> Facts | None:
    """Return the attempt that counts, of all attempts of a person at a quiz; None while none is graded.

    `best` is the one with the highest percentage, of several the newest; `last` is the newest.
    """
    graded = [attempt for attempt in attempts if attempt["status"] == Status.GRADED]
    if counts == Quiz.Counts.LAST:
        return max(graded, key=lambda each: each["number"], default=None)
    return max(graded, key=lambda each: (each["percentage"], each["number"]), default=None)
