"""Grade a question again with its newest key, on every submitted attempt that holds it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from bson import ObjectId
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from accounts.models import User
from assessments.grading import grade
from assessments.models import Attempt, Grade, Question
from assessments.models.attempt import FrozenQuestion, Result
from assessments.models.question import Content
from assessments.queries.attempts import AttemptDocument, FoundAttempt, get_attempt
from assessments.scores import percentage
from assessments.services.attempts import submit_overdue
from assessments.services.grades import add_line, find_question
from learning.services.completion import undo_pass
from lms.mongodb.pipelines import Document, Pipeline
from lms.mongodb.transaction import atomic

SUBMITTED = {"$in": [Attempt.Status.SUBMITTED, Attempt.Status.GRADED]}
BATCH = 100
"""How many attempts are read from the database at a time."""


@dataclass(frozen=True)
class Order:
    """What is graded again, by whom and why; `revoke` takes completion and certificate from those who fail then."""

    question: Question
    by: User
    reason: str
    revoke: bool


class State(NamedTuple):
    """What a regrade may change of an attempt: the score of the question, and whether it is passed."""

    score: int | None
    passed: bool | None


def regrade(
    user: User, question_id: ObjectId, *, reason: str, dry_run: bool = False, revoke: bool = False
) -> dict[str, int]:
    """Grade a question again, and return how many attempts that changed, as `RegradedSerializer` declares it.

    Repeating it changes nothing; grades that were given by hand stay. Each attempt is a transaction of its own, so that the
    next run finishes one that was interrupted. Raises 404 and, for staff, 403.
    """
    question = get_object_or_404(Question.objects.visible_to(user), pk=question_id)
    if question.owner_id != user.pk:
        raise PermissionDenied(_("Only the owner of a question may do this."))
    submit_overdue(question_ids=question.pk)
    order = Order(question, user, reason, revoke)
    counts = Counter(attempts=0, changed=0, now_passed=0, now_failed=0)
    for row in _iter_attempts(question.pk):
        before, after = _foresee(row, question)
        is_due = before is not after or (revoke and after.passed is False)
        if is_due and not dry_run:
            before, after = _regrade_one(order, row["_id"])
        counts["attempts"] += 1
        counts["changed"] += before.score != after.score
        counts["now_passed"] += before.passed is False and after.passed is True
        counts["now_failed"] += before.passed is True and after.passed is False
    return dict(counts)


def find_result(
    question: FrozenQuestion, document: AttemptDocument | Document, newest: Content
) -> Result | None:
    """Return the result of a question of a submitted attempt with the newest key; None if nothing changes.

    The points stay as they were frozen, and so does a grade that was given by hand.
    """
    last: Result | None = document["results"].get(question["id"])
    if last is None or last["source"] == Grade.Source.MANUAL:
        return None
    if last.get("key", question["key"]) == newest.key:
        return None
    saved = document["responses"].get(question["id"])
    return Result(
        number=last["number"] + 1,
        score=grade({**question, "key": newest.key}, saved and saved["response"]),
        source=Grade.Source.REGRADE,
        feedback=last["feedback"],
        key=newest.key,
    )


@atomic
def _regrade_one(order: Order, attempt_id: ObjectId) -> tuple[State, State]:
    """Grade the question in one attempt, and return its state before and after that."""
    found = get_attempt(attempt_id, with_outline=True)
    question = find_question(found, str(order.question.pk))
    before = _state(found.document, question)
    if result := find_result(question, found.document, order.question):
        found = add_line(found, question, result, by=order.by.pk, reason=order.reason)
    after = _state(found.document, question)
    if order.revoke and after.passed is False:
        _revoke(found)
    return before, after


def _revoke(found: FoundAttempt) -> None:
    """Undo the completion of the lecture, unless another attempt of the student is passed."""
    if not any(attempt["passed"] for attempt in found.others):
        document = found.document
        undo_pass(document["user_id"], document["course_id"], document["lecture_id"])


def _foresee(row: Document, newest: Question) -> tuple[State, State]:
    """Return the state of an attempt, and what it would be with the newest key; the same object if nothing changes."""
    [question] = row["questions"]
    before = _state(row, question)
    result = find_result(question, row, newest)
    if result is None:
        return before, before
    if row["score"] is None:
        return before, State(result["score"], None)
    score = row["score"] - row["results"][question["id"]]["score"] + result["score"]
    passed = percentage(score, row["max_score"]) >= row["passing_percent"]
    return before, State(result["score"], passed)


def _state(document: AttemptDocument | Document, question: FrozenQuestion) -> State:
    result = document["results"].get(question["id"])
    return State(result and result["score"], document["passed"])


def _iter_attempts(question_id: ObjectId) -> Iterator[Document]:
    """Yield what a regrade needs of each submitted attempt that holds a question, read while they are changed."""
    pk = str(question_id)
    question = {"$filter": {"input": "$questions", "cond": {"$eq": ["$$this.id", pk]}}}
    columns = (
        "passed",
        "score",
        "max_score",
        "passing_percent",
        f"responses.{pk}",
        f"results.{pk}",
    )
    pipeline: Pipeline = [
        {"$match": {"question_ids": question_id, "status": SUBMITTED}},
        {"$project": {**dict.fromkeys(columns, 1), "questions": question}},
    ]
    # The embedded MongoDB leaves out what an inclusion has left empty.
    empty: dict[str, Any] = {"responses": {}, "results": {}}
    for row in Attempt.collection().aggregate(pipeline, batchSize=BATCH):
        yield {**empty, **row}
