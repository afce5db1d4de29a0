"""The timeline of an attempt: its start, its answers, its end and its grades, oldest first."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.admin.words import show_score
from assessments.models import Attempt, Grade
from lms.admin.timeline import Moment, page_of

MAX_GRADES = 1000
"""How many grade lines are read: each of at most 200 questions has a few."""


def list_moments(attempt: Attempt) -> list[Moment]:
    """Return the attempt's timeline, oldest moment first."""
    # Of what happened at once, an answer came before the end, and that before the grade.
    moments = (*_answers(attempt), *_course(attempt), *_grades(attempt))
    return sorted(moments, key=lambda moment: moment.at)


def _course(attempt: Attempt) -> Iterator[Moment]:
    yield Moment(attempt.started_at, _("Started"))
    if attempt.submitted_at:
        is_late = attempt.submitted_by == Attempt.By.CLOCK
        what = _("Submitted by the clock") if is_late else _("Submitted")
        yield Moment(attempt.submitted_at, what)


def _answers(attempt: Attempt) -> Iterator[Moment]:
    """Yield the last answer to each question; earlier ones are not kept."""
    for number, question in _numbered(attempt).items():
        if saved := attempt.responses.get(question):
            at = datetime.fromisoformat(saved["answered_at"])
            yield Moment(at, _("Question {number} answered").format(number=number))


def _grades(attempt: Attempt) -> Iterator[Moment]:
    """Yield one moment for all lines that were written at once, and one for each line that a person wrote."""
    lines = list(Grade.objects.filter(attempt=attempt).order_by("-pk")[:MAX_GRADES])
    people = User.objects.in_bulk({line.by for line in lines if line.by})
    numbers = {pk: number for number, pk in _numbered(attempt).items()}
    groups = groupby(sorted(lines, key=_group), key=_group)
    for (at, source, by), group in groups:
        written = list(group)
        if source == Grade.Source.AUTOMATIC:
            count = ngettext("{count} question", "{count} questions", len(written))
            score = show_score(
                sum(each.score for each in written), sum(each.max_score for each in written)
            )
            yield Moment(
                at, _("Graded automatically"), score, detail=count.format(count=len(written))
            )
            continue
        is_regrade = source == Grade.Source.REGRADE
        for line in written:
            number = numbers.get(str(line.question), "?")
            what = (
                _("Question {number} graded again") if is_regrade else _("Question {number} graded")
            )
            yield Moment(
                at,
                what.format(number=number),
                show_score(line.score, line.max_score),
                str(people.get(line.by, by)),
                " ".join(filter(None, (line.reason, line.feedback))),
                page_of(line),
            )


def _group(line: Grade) -> tuple[datetime, str, str]:
    return line.created_at, line.source, str(line.by or "")


def _numbered(attempt: Attempt) -> dict[int, str]:
    """Return the ids of the questions by their place, from 1."""
    return {number: each["id"] for number, each in enumerate(attempt.questions, 1)}
