"""Grades of questions of submitted attempts: each is a new line, and the last line counts."""

from dataclasses import replace

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.exceptions import AttemptOpen
from assessments.models import Attempt, Grade
from assessments.models.attempt import FrozenQuestion, Result
from assessments.queries.attempts import FoundAttempt, get_attempt
from assessments.scores import add_up
from assessments.services.attempts import change_attempt, look_at, record_event
from learning.services.completion import pass_lecture
from lms.exceptions import invalid
from lms.mongodb.transaction import atomic

Source = Grade.Source

TOO_MANY_POINTS = _("This question has {max_value} hundredths of a point. Give at most so many.")
REASON_NEEDED = _("Say why you change a grade that was given automatically.")


@atomic
def grade_by_hand(
    user: User,
    attempt_id: ObjectId,
    question_id: ObjectId,
    *,
    score: int,
    feedback: str = "",
    reason: str = "",
) -> FoundAttempt:
    """Give a question of a submitted attempt a score in hundredths, and return the attempt.

    The same score and feedback again change nothing. Passing completes the lecture; a lower score never takes that back.

    Raises 404 for a question that was not drawn and for an attempt that the person may not see, 403 unless they teach the
    course, `AttemptOpen`, and `ValidationError` for a score above the points and for a missing `reason`.
    """
    found = get_attempt(attempt_id, with_outline=True)
    found.require(user, found.instructor_id)
    found = look_at(found)
    if found.document["status"] == Attempt.Status.OPEN:
        raise AttemptOpen
    question = find_question(found, str(question_id))
    if score > question["points"]:
        raise invalid(TOO_MANY_POINTS, "max_value", attr="score", max_value=question["points"])
    last = found.document["results"].get(question["id"])
    if last and last["source"] != Source.MANUAL and not reason:
        raise invalid(REASON_NEEDED, "required", attr="reason")
    number = last["number"] + 1 if last else 1
    result = Result(number=number, score=score, source=Source.MANUAL, feedback=feedback)
    if last and last | {"number": number} == result:
        return found
    return add_line(found, question, result, by=user.pk, reason=reason)


def add_line(
    found: FoundAttempt, question: FrozenQuestion, result: Result, *, by: ObjectId, reason: str
) -> FoundAttempt:
    """Add the next grade line of a question in the present transaction, with what follows from it; return the attempt."""
    document, now = found.document, timezone.now()
    results = document["results"] | {question["id"]: result}
    totals = add_up(document["questions"], results, document["passing_percent"])
    is_graded = not totals["needs_grading"]
    changes = {"results": results, "updated_at": now, "graded_at": now if is_graded else None}
    changed = change_attempt(document, totals | changes)
    Grade.objects.create(
        attempt_id=document["_id"],
        question=ObjectId(question["id"]),
        number=result["number"],
        score=result["score"],
        max_score=question["points"],
        source=result["source"],
        key=result.get("key"),
        feedback=result["feedback"],
        reason=reason,
        by=by,
        created_at=now,
    )
    if totals["passed"] and found.enrollment is not None:
        pass_lecture(
            document["user_id"], document["course_id"], document["lecture_id"], found.enrollment
        )
    if is_graded:
        record_event("attempt.graded", changed)
    return replace(found, document=changed)


def find_question(found: FoundAttempt, question_id: str) -> FrozenQuestion:
    """Return a question of an attempt; raise 404 if it was not drawn."""
    for question in found.document["questions"]:
        if question["id"] == question_id:
            return question
    raise Http404
