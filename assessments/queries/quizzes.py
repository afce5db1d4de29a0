"""A quiz as its author and its students see it, and whether a student may start an attempt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from assessments.drawing import count_questions
from assessments.models import Allowance, Attempt, Quiz
from assessments.queries.pools import find_problems, is_short
from courses.models import Lecture
from courses.visibility import Person
from courses.visibility import Reason as AccessReason
from learning.queries.lectures import WatchableLecture, lecture_stages, watchable_of
from lms.exception_handler import render_exception
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline, instance_of

SETTINGS = (
    "passing_percent",
    "max_attempts",
    "time_limit_seconds",
    "cooldown_seconds",
    "shuffle",
    "show_key",
    "counts",
)
"""The columns of a quiz that its students see too."""

LAST = ("number", "status", "expires_at", "submitted_at")
"""The columns of an attempt that decide whether the next one may start."""

MAX_NUMBER = 2**31 - 1
NOTHING: Pipeline = [{"$limit": 1}, {"$match": {"_id": None}}]


class Reason(StrEnum):
    """Why a person may or may not start a new attempt."""

    READY = "ready"
    OPEN_ATTEMPT = "open_attempt"
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    COOLDOWN = "cooldown"
    LOCKED = "locked"
    NOT_ENOUGH_QUESTIONS = "not_enough_questions"
    ENROLLMENT_REQUIRED = "enrollment_required"


@dataclass(frozen=True)
class Standing:
    """A quiz and how a person stands in it: their last attempt, and what they alone are allowed in addition.

    `quiz` has no primary key, and no items, while it was never set.
    """

    watchable: WatchableLecture
    quiz: Quiz
    last: Attempt | None
    allowance: Allowance

    @property
    def is_author(self) -> bool:
        return self.watchable.access.reason in (AccessReason.INSTRUCTOR, AccessReason.STAFF)

    @property
    def is_enrolled(self) -> bool:
        return self.watchable.access.reason == AccessReason.ENROLLED

    @property
    def max_attempts(self) -> int | None:
        """How many attempts the student has, those allowed in addition too; None if there is no limit."""
        most = self.quiz.max_attempts
        return None if most is None else most + self.allowance.extra_attempts

    @property
    def attempts_left(self) -> int | None:
        """How many attempts the student can still start; None if there is no limit."""
        used = self.last.number if self.last else 0  # they are numbered from 1
        return None if self.max_attempts is None else max(0, self.max_attempts - used)

    def judge(self, now: datetime) -> tuple[Reason, datetime | None]:
        """Return whether a new attempt may start, and the time from which on it may, if that is known.

        An attempt whose time is over counts as submitted at its end, whether it was submitted already or not.
        """
        if not self.is_enrolled:
            return Reason.ENROLLMENT_REQUIRED, None
        if self.last and self.last.is_open_at(now):
            return Reason.OPEN_ATTEMPT, None
        if lock := self.watchable.lock:
            return Reason.LOCKED, lock.opens_at
        if not self.quiz.items:
            return Reason.NOT_ENOUGH_QUESTIONS, None
        if self.attempts_left == 0:
            return Reason.NO_ATTEMPTS_LEFT, None
        ended = self.last and (self.last.submitted_at or self.last.expires_at)
        next_at = ended + timedelta(seconds=self.quiz.cooldown_seconds) if ended else now
        return (Reason.COOLDOWN, next_at) if next_at > now else (Reason.READY, None)


def find_standing(lecture_id: ObjectId, user: Person) -> Standing:
    """Return a quiz for a person who may watch its lecture, in one command.

    Raises 404 for a lecture that is no quiz, and what `watchable_of` raises.
    """
    lectures = connection.get_collection(Lecture._meta.db_table)
    stages = [*lecture_stages(lecture_id, user), *_of_quiz(lecture_id, user)]
    row = next(lectures.aggregate(stages, session=connection.session), None)
    watchable = watchable_of(row, user)
    if row is None or watchable.lecture.kind != Lecture.Kind.QUIZ:
        raise Http404
    quizzes, attempts, allowances = row["quiz"], row["attempts"], row["allowances"]
    return Standing(
        watchable=watchable,
        quiz=instance_of(Quiz, quizzes[0]) if quizzes else Quiz(lecture_id=lecture_id),
        last=instance_of(Attempt, attempts[0]) if attempts else None,
        allowance=instance_of(Allowance, allowances[0]) if allowances else Allowance(),
    )


def render_quiz(standing: Standing) -> dict[str, Any]:
    """Render a quiz, as `QuizSerializer` declares it: to its author with what it lacks, to others with how they stand.

    Which questions it asks is for the author, and for students for whom it is not locked.
    """
    quiz = standing.quiz
    body = {
        "lecture": quiz.lecture_id,
        **{name: getattr(quiz, name) for name in SETTINGS},
        "question_count": count_questions(quiz.items),
    }
    if standing.is_author or (standing.is_enrolled and not standing.watchable.lock):
        body["items"] = quiz.items
    if standing.is_author:
        return body | {"problems": _render_problems(standing)}
    reason, next_at = standing.judge(timezone.now())
    owner_id = standing.watchable.course.instructor_id
    if reason == Reason.READY and is_short(owner_id, quiz.items):
        reason, next_at = Reason.NOT_ENOUGH_QUESTIONS, None
    return body | {
        "extra_seconds": standing.allowance.extra_seconds,
        "attempts_left": standing.attempts_left,
        "can_start": reason == Reason.READY,
        "reason": reason,
        "next_at": next_at,
    }


def _render_problems(standing: Standing) -> list[dict[str, Any]]:
    owner_id = standing.watchable.course.instructor_id
    problems = find_problems(owner_id, standing.quiz.items)
    return [error for problem in problems for error in render_exception(problem)["errors"]]


def _of_quiz(lecture_id: ObjectId, user: Person) -> Pipeline:
    """Return the stages that add a quiz, the person's last attempt and what they alone are allowed.

    Each matches what is known beforehand: no partial index serves a join.
    """
    mine = {
        "user_id": user.pk,
        "lecture_id": lecture_id,
        "number": {"$gte": 1, "$lte": MAX_NUMBER},
    }
    last = {"$match": mine}, {"$sort": {"number": -1}}, {"$limit": 1}
    attempts = [*last, {"$project": dict.fromkeys(LAST, 1)}]
    return [
        {
            "$lookup": {
                "from": Quiz._meta.db_table,
                "pipeline": [{"$match": {"lecture_id": lecture_id}}],
                "as": "quiz",
            }
        },
        {
            "$lookup": {
                "from": Attempt._meta.db_table,
                "pipeline": attempts if user.is_authenticated else NOTHING,
                "as": "attempts",
            }
        },
        {
            "$lookup": {
                "from": Allowance._meta.db_table,
                "localField": "enrollment._id",
                "foreignField": "enrollment_id",
                "let": {"quiz": {"$first": "$quiz._id"}},
                "pipeline": [{"$match": {"$expr": {"$eq": ["$quiz_id", "$$quiz"]}}}],
                "as": "allowances",
            }
        },
    ]
