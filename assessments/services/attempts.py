"""Changes of an open attempt: responses are saved, and the student or the clock submits it once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from pymongo import ReturnDocument

from accounts.models import User
from assessments.exceptions import AttemptClosed
from assessments.grading import grade, must_be_read
from assessments.models import Attempt, Grade
from assessments.models.attempt import GRACE, FrozenQuestion, Result, SavedResponse
from assessments.queries.attempts import (
    AttemptDocument,
    FoundAttempt,
    get_attempt,
    render_question,
)
from assessments.responses import clean
from assessments.scores import add_up
from assessments.services import saving
from learning.services.completion import pass_lecture
from lms import events
from lms.mongodb import connection
from lms.mongodb.indexes import EPOCH
from lms.mongodb.pipelines import Document, instance_of
from lms.mongodb.transaction import atomic

By = Attempt.By
Status = Attempt.Status
MAX_OVERDUE = 1000
"""How many attempts one call submits; the next one goes on."""


def respond(
    user: User, attempt_id: ObjectId, question_id: ObjectId, response: Any
) -> dict[str, Any]:
    """Save a response, in place of the one before, and return its question as `AttemptQuestionSerializer` declares it.

    None takes the response back. The same response again changes nothing, not even the time of it.

    Raises 404 for a question that was not drawn and for an attempt that the person may not see, 403 for the attempt of
    somebody else, `AttemptClosed`, what `clean` raises, and `ResponsesTooLarge`.
    """
    row = saving.read(attempt_id, question_id)
    if row is None or row["user_id"] != user.pk:
        found = get_attempt(attempt_id)
        found.require(user, found.document["user_id"])
    assert row is not None  # noqa: S101 (else `get_attempt` has raised 404)
    if not row["questions"]:
        raise Http404
    if not (row["enrollment"] and _is_open(row)):
        close_overdue(cast(AttemptDocument, row), has_access=bool(row["enrollment"]))
        raise AttemptClosed
    [question] = row["questions"]
    value = clean(question, response)
    changed = saving.save(row, question["id"], value)
    if changed is None:  # submitted since it was read
        raise AttemptClosed
    return render_question(question, changed, with_key=False)


def submit(
    user: User, attempt_id: ObjectId, responses: Mapping[str, Any] | None = None
) -> FoundAttempt:
    """Submit an attempt with the last responses, grade it, and return it; once it is submitted, change nothing.

    All `responses` are saved or, if one is wrong, none and nothing is submitted. An attempt whose time is over is submitted
    by the clock, without them.

    Raises 404 and 403 as `respond` does, `ValidationError` about `responses`, and `AttemptClosed` if access to the course
    has ended since it began.
    """
    found = _submit(user, attempt_id, responses or {})
    if found.document["submitted_by"] == By.CLOCK and not found.has_access:
        raise AttemptClosed
    return found


def close_overdue(document: AttemptDocument, *, has_access: bool = True) -> AttemptDocument:
    """Submit an open attempt whose time is over, or whose student has no access any more; return it as it is then.

    Every read of an attempt calls this, and every read of many `submit_overdue`, so that they do not depend on when the
    clock runs. It costs nothing while nothing is due.
    """
    if document["status"] != Status.OPEN or (has_access and _is_open(document)):
        return document
    return _submit_by_clock(document["_id"])


def look_at(found: FoundAttempt) -> FoundAttempt:
    """Return an attempt that was read, as `close_overdue` leaves it."""
    return replace(found, document=close_overdue(found.document, has_access=found.has_access))


def end_access(user_id: ObjectId, course_id: ObjectId) -> None:
    """Submit the open attempts of a person in a course, in the transaction in which their access ends.

    What was saved is graded, and completes nothing.
    """
    opened = {"user_id": user_id, "course_id": course_id, "status": Status.OPEN}
    for row in list(Attempt.collection().find(opened, {"_id": 1}, session=connection.session)):
        _submit_by_clock(row["_id"])


def submit_overdue(max_attempts: int = MAX_OVERDUE, **among: ObjectId) -> int:
    """Submit open attempts whose time is over, the oldest first, and return how many there were, at most `max_attempts`.

    The clock does so for all; who reads a list of attempts or grades, for those with certain values in columns (`among`).
    """
    # The embedded MongoDB takes null for a time that is earlier.
    has_passed = {"$gt": EPOCH, "$lt": timezone.now() - GRACE}
    over = {**among, "status": Status.OPEN, "expires_at": has_passed}
    rows = Attempt.collection().find(over, {"_id": 1}).sort("expires_at", 1).limit(max_attempts)
    ids = [row["_id"] for row in rows]
    for attempt_id in ids:
        _submit_by_clock(attempt_id)
    return len(ids)


@atomic
def _submit(user: User, attempt_id: ObjectId, responses: Mapping[str, Any]) -> FoundAttempt:
    found = get_attempt(attempt_id, with_outline=True)
    found.require(user, found.document["user_id"])
    document = found.document
    if document["status"] != Status.OPEN:
        return found
    now = timezone.now()
    if not (found.has_access and _is_open(document)):
        return replace(found, document=_close(found, By.CLOCK, now))
    saved = saving.merge(document, responses, now)
    return replace(found, document=_close(found, By.STUDENT, now, saved))


@atomic
def _submit_by_clock(attempt_id: ObjectId) -> AttemptDocument:
    """Submit an attempt if that is still due."""
    found = get_attempt(attempt_id, with_outline=True)
    document = found.document
    if document["status"] != Status.OPEN or (found.has_access and _is_open(document)):
        return document
    return _close(found, By.CLOCK, timezone.now())


def _close(
    found: FoundAttempt,
    by: Attempt.By,
    now: datetime,
    responses: Mapping[str, SavedResponse] | None = None,
) -> AttemptDocument:
    """Grade an open attempt and submit it, in the present transaction; a pass completes the lecture.

    The clock submits at the end of the time limit at the latest, whenever it runs.
    """
    document = found.document
    responses = document["responses"] if responses is None else responses
    results = _grade_all(document["questions"], responses)
    totals = add_up(document["questions"], results, document["passing_percent"])
    at, end = now, document["expires_at"]
    if by == By.CLOCK and end is not None:
        at = min(now, end.replace(tzinfo=UTC))
    changes = {
        **totals,
        "responses": responses,
        "results": results,
        "submitted_at": at,
        "submitted_by": by,
        "graded_at": None if totals["needs_grading"] else now,
        "updated_at": now,
    }
    closed = change_attempt(document, changes)
    Grade.objects.bulk_create(
        Grade(
            attempt_id=document["_id"],
            question=ObjectId(question["id"]),
            number=1,
            score=results[question["id"]]["score"],
            max_score=question["points"],
            source=Grade.Source.AUTOMATIC,
            created_at=now,
        )
        for question in document["questions"]
        if question["id"] in results
    )
    if totals["passed"] and found.enrollment is not None:
        pass_lecture(
            document["user_id"], document["course_id"], document["lecture_id"], found.enrollment
        )
    record_event("attempt.submitted", closed)
    if not totals["needs_grading"]:
        record_event("attempt.graded", closed)
    return closed


def change_attempt(document: AttemptDocument, changes: Document) -> AttemptDocument:
    """Change columns of an attempt that the present transaction has read, and return it as it is then.

    A transaction that has changed it since conflicts with this one, and MongoDB runs one of both again.
    """
    row = Attempt.collection().find_one_and_update(
        {
            "_id": document["_id"],
            "user_id": document["user_id"],
            "status": document["status"],
            "version": document["version"],
        },
        {"$set": changes, "$inc": {"version": 1}},
        return_document=ReturnDocument.AFTER,
        session=connection.session,
    )
    return cast(AttemptDocument, row)


def record_event(type: events.EventType, document: AttemptDocument) -> None:
    """Record in the present transaction what happened to an attempt."""
    names = ("user_id", "course_id", "lecture_id", "number", "score", "max_score", "percentage")
    data = {name.removesuffix("_id"): document[name] for name in names}  # type: ignore[literal-required]  # its columns
    events.record(
        type,
        document["_id"],
        **{name: value for name, value in data.items() if value is not None},
    )


def _grade_all(
    questions: list[FrozenQuestion], responses: Mapping[str, SavedResponse]
) -> dict[str, Result]:
    """Grade the responses to all questions but those that a person must read."""
    results = {}
    for question in questions:
        saved = responses.get(question["id"])
        response = saved["response"] if saved else None
        if not must_be_read(question, response):
            results[question["id"]] = Result(
                number=1,
                score=grade(question, response),
                source=Grade.Source.AUTOMATIC,
                feedback="",
            )
    return results


def _is_open(document: Document | AttemptDocument) -> bool:
    return instance_of(Attempt, document).is_open_at(timezone.now())
