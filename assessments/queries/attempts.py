"""An attempt: one pipeline reads it with what decides who sees which part of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from accounts.models import User
from assessments.models import Allowance, Attempt, Quiz
from assessments.models.attempt import FrozenQuestion, Result, SavedResponse
from courses.models import Course
from learning.models import Enrollment
from learning.queries.progress import OUTLINE, Outline
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, lookup

ShowKey = Quiz.ShowKey
Status = Attempt.Status


class AttemptDocument(TypedDict):
    """An attempt as the database returns it."""

    _id: ObjectId
    user_id: ObjectId
    lecture_id: ObjectId
    course_id: ObjectId
    number: int
    status: str
    started_at: datetime
    expires_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str
    questions: list[FrozenQuestion]
    passing_percent: int
    responses: dict[str, SavedResponse]
    results: dict[str, Result]
    needs_grading: bool
    score: int | None
    max_score: int
    percentage: int | None
    passed: bool | None
    version: int


class QuizFacts(TypedDict):
    """What decides when keys are shown: `show_key`, and how many attempts the student has, those allowed in addition too."""

    show_key: str
    max_attempts: int | None


type AttemptFacts = Mapping[str, Any]
"""At least `_id`, `number`, `status`, `percentage` and `passed` of an attempt."""


@dataclass(frozen=True)
class FoundAttempt:
    """An attempt, and what is known of its student and its quiz."""

    document: AttemptDocument
    instructor_id: ObjectId | None
    """None if the course is gone."""
    quiz: QuizFacts
    others: list[AttemptFacts]
    enrollment: Outline | None
    """The student's active enrollment; the outline of its course too if it was asked for."""

    @property
    def has_access(self) -> bool:
        return self.enrollment is not None

    def require(self, user: User, who: ObjectId | None) -> None:
        """Raise if a person is not `who`: 403 if they may see the attempt, else 404."""
        if user.pk != who:
            self.require_sight(user)
            raise PermissionDenied(_("This attempt is not yours to change."))

    def require_sight(self, user: User) -> None:
        """Raise 404 unless the person is the student, the course's instructor or staff."""
        if user.pk not in (self.document["user_id"], self.instructor_id) and not user.is_staff:
            raise Http404


def get_attempt(attempt_id: ObjectId, *, with_outline: bool = False) -> FoundAttempt:
    """Return an attempt, in the present transaction if there is one; raise 404 if there is none."""
    pipeline = _pipeline(attempt_id, OUTLINE if with_outline else [])
    row = next(Attempt.collection().aggregate(pipeline, session=connection.session), None)
    if row is None:
        raise Http404
    return FoundAttempt(
        document=cast(AttemptDocument, row),
        instructor_id=next((each["instructor_id"] for each in row["course"]), None),
        quiz=_quiz_facts(row),
        others=[each for each in row["attempts"] if each["_id"] != row["_id"]],
        enrollment=next(
            (each for each in row["enrollment"] if each["status"] == Enrollment.Status.ACTIVE), None
        ),
    )


def shows_keys(quiz: QuizFacts, attempts: Iterable[AttemptFacts]) -> bool:
    """Return whether a student sees keys, explanations and results; `attempts` are all of the student's at the quiz."""
    attempts = list(attempts)
    if any(attempt["status"] == Status.OPEN for attempt in attempts):
        return False
    match quiz["show_key"]:
        case ShowKey.AFTER_ATTEMPT:
            return True
        case ShowKey.AFTER_PASS:
            return any(attempt["passed"] for attempt in attempts)
        case ShowKey.AFTER_LAST:
            most = quiz["max_attempts"]
            return most is not None and len(attempts) >= most
    return False


def render_attempt(
    document: AttemptDocument,
    *,
    quiz: QuizFacts,
    others: Iterable[AttemptFacts],
    viewer: User,
) -> dict[str, Any]:
    """Render an attempt, as `AttemptSerializer` declares it.

    `others` are the other attempts of the same student at the same quiz. The instructor and staff see every result
    once the attempt is submitted; its student sees them when it is graded and the quiz shows keys.
    """
    if viewer.pk == document["user_id"]:
        facts: list[AttemptFacts] = [document, *others]
        with_key = document["status"] == Status.GRADED and shows_keys(quiz, facts)
    else:
        with_key = document["status"] != Status.OPEN
    return {
        **render_facts(document),
        "server_time": timezone.now(),
        "questions": [
            render_question(question, document, with_key=with_key)
            for question in document["questions"]
        ],
    }


def render_facts(document: Document | AttemptDocument) -> dict[str, Any]:
    """Render an attempt without its questions, as `AttemptFactsSerializer` declares it."""
    return {
        "id": document["_id"],
        "lecture": document["lecture_id"],
        "number": document["number"],
        "status": document["status"],
        "started_at": document["started_at"],
        "expires_at": document["expires_at"],
        "submitted_at": document["submitted_at"],
        "submitted_by": document["submitted_by"] or None,
        "needs_grading": document["needs_grading"],
        "score": document["score"],
        "max_score": document["max_score"],
        "percentage": document["percentage"],
        "passed": document["passed"],
    }


def render_question(
    question: FrozenQuestion, document: AttemptDocument, *, with_key: bool
) -> dict[str, Any]:
    """Render a question of an attempt with its response, as `AttemptQuestionSerializer` declares it."""
    saved = document["responses"].get(question["id"])
    body = {
        "id": question["id"],
        "kind": question["kind"],
        "prompt_html": question["prompt_html"],
        "options": question["options"],
        "points": question["points"],
        "unit": question["key"].get("unit") or None,
        "response": saved and saved["response"],
        "answered_at": saved and saved["answered_at"],
    }
    if with_key:
        body |= _render_result(question, document["results"].get(question["id"]))
    return body


def _render_result(question: FrozenQuestion, result: Result | None) -> dict[str, Any]:
    """Render what a question got; score and `correct` are null while it waits for its grade."""
    key = (result and result.get("key")) or question["key"]
    return {
        "score": result and result["score"],
        "correct": result and result["score"] == question["points"],
        "key": key or None,
        "explanation": question["explanation_html"],
        "feedback": result["feedback"] if result else "",
    }


def _quiz_facts(row: Document) -> QuizFacts:
    """Return the facts of a quiz for the student of an attempt; nothing is shown of a quiz that is gone."""
    if not row["quiz"]:
        return QuizFacts(show_key=ShowKey.NEVER, max_attempts=None)
    [quiz] = row["quiz"]
    extra = sum(
        each["extra_attempts"] for each in row["allowances"] if each["quiz_id"] == quiz["_id"]
    )
    most = quiz["max_attempts"]
    return QuizFacts(show_key=quiz["show_key"], max_attempts=most and most + extra)


def _pipeline(attempt_id: ObjectId, outline: Pipeline) -> Pipeline:
    facts = {"$project": dict.fromkeys(("number", "status", "percentage", "passed"), 1)}
    columns = ("user_id", "course_id", "status", "completed_lectures")
    enrollment = {"$project": dict.fromkeys(columns, 1)}
    return [
        {"$match": {"_id": attempt_id}},
        lookup(Course, "course_id", "course", "instructor_id"),
        {
            "$lookup": {
                "from": Quiz._meta.db_table,
                "localField": "lecture_id",
                "foreignField": "lecture_id",
                "pipeline": [{"$project": {"show_key": 1, "max_attempts": 1}}],
                "as": "quiz",
            }
        },
        of_student(Attempt, "lecture_id", "attempts", facts),
        of_student(Enrollment, "course_id", "enrollment", enrollment, *outline),
        {
            "$lookup": {
                "from": Allowance._meta.db_table,
                "localField": "enrollment._id",
                "foreignField": "enrollment_id",
                "pipeline": [{"$project": {"quiz_id": 1, "extra_attempts": 1}}],
                "as": "allowances",
            }
        },
    ]


def of_student(
    model: type[Attempt | Enrollment], column: str, name: str, *stages: dict[str, Any]
) -> dict[str, Any]:
    """Join the rows of an attempt's student that have the attempt's value in a column, as the array `name`."""
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "user_id",
            "foreignField": "user_id",
            "let": {"value": f"${column}"},
            "pipeline": [{"$match": {"$expr": {"$eq": [f"${column}", "$$value"]}}}, *stages],
            "as": name,
        }
    }
