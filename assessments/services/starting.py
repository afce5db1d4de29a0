"""Start an attempt at a quiz: its questions are drawn, ordered and frozen."""

from datetime import timedelta
from typing import Any, cast

from bson import ObjectId
from django.http import Http404
from django.utils import timezone
from pymongo.errors import DuplicateKeyError

from accounts.models import User
from assessments.drawing import MAX_BYTES, count_bytes, draw, freeze
from assessments.exceptions import CannotDraw, Cooldown, NoAttemptsLeft
from assessments.models import Attempt, Quiz
from assessments.models.attempt import FrozenQuestion
from assessments.queries.attempts import AttemptDocument
from assessments.queries.pools import find_pools, find_questions
from assessments.queries.quizzes import Reason, Standing, find_standing
from assessments.services.attempts import close_overdue
from courses.exceptions import EnrollmentRequired, Locked
from lms.mongodb import connection

Status = Attempt.Status
MAX_TRIES = 5
"""How often a start begins again because something else happened at the same time."""


def start(user: User, lecture_id: ObjectId) -> tuple[AttemptDocument, bool]:
    """Return the open attempt of a student at a quiz, and whether this call has started it.

    Raises what `find_standing` raises, `EnrollmentRequired` also for authors, `Locked`, `NoAttemptsLeft`, `Cooldown`, and
    `CannotDraw`.
    """
    for _ in range(MAX_TRIES):
        standing = find_standing(lecture_id, user)
        if standing.is_enrolled and standing.last and standing.last.status == Status.OPEN:
            if document := _find_open(standing.last.pk):
                return document, False
            continue
        _require_ready(standing)
        questions = _draw(standing)
        if questions is None:
            continue
        attempt = _make(user, standing, questions)
        try:
            return _insert(attempt, standing.quiz), True
        except DuplicateKeyError:  # the same student has started one
            continue
    raise CannotDraw


def _find_open(attempt_id: ObjectId) -> AttemptDocument | None:
    """Return an attempt if it is still open; submit it if its time is over."""
    found = Attempt.collection().find_one({"_id": attempt_id}, session=connection.session)
    document = found and close_overdue(cast(AttemptDocument, found))
    return document if document and document["status"] == Status.OPEN else None


def _require_ready(standing: Standing) -> None:
    """Raise an error unless a new attempt may start, now that none is open."""
    now = timezone.now()
    reason, next_at = standing.judge(now)
    match reason:
        case Reason.ENROLLMENT_REQUIRED:
            raise EnrollmentRequired
        case Reason.LOCKED if lock := standing.watchable.lock:
            raise Locked(lock)
        case Reason.NOT_ENOUGH_QUESTIONS:
            raise CannotDraw
        case Reason.NO_ATTEMPTS_LEFT:
            raise NoAttemptsLeft
        case Reason.COOLDOWN if next_at:
            raise Cooldown((next_at - now).total_seconds())


def _draw(standing: Standing) -> list[FrozenQuestion] | None:
    """Return the questions of a new attempt; None if one of them was just deleted. Raises `CannotDraw`."""
    quiz = standing.quiz
    pools = find_pools(standing.watchable.course.instructor_id, quiz.items)
    drawn = draw(quiz.items, pools)
    if drawn is None:
        raise CannotDraw
    frozen = freeze(find_questions(drawn), shuffle=quiz.shuffle)
    if count_bytes(frozen) > MAX_BYTES:
        raise CannotDraw
    return frozen if len(frozen) == len(drawn) else None


def _make(user: User, standing: Standing, questions: list[FrozenQuestion]) -> Attempt:
    now = timezone.now()
    quiz, last = standing.quiz, standing.last
    seconds = quiz.time_limit_seconds
    extra = standing.allowance.extra_seconds
    return Attempt(
        user=user,
        lecture_id=quiz.lecture_id,
        course_id=standing.watchable.lecture.course_id,
        number=last.number + 1 if last else 1,
        started_at=now,
        expires_at=now + timedelta(seconds=seconds + extra) if seconds else None,
        questions=questions,
        question_ids=[ObjectId(each["id"]) for each in questions],
        passing_percent=quiz.passing_percent,
        time_limit_seconds=seconds,
        max_score=sum(each["points"] for each in questions),
        created_at=now,
        updated_at=now,
    )


def _insert(attempt: Attempt, quiz: Quiz) -> AttemptDocument:
    """Store a new attempt in one command; the first one of a quiz also in the quiz, before.

    So the deletion of the lecture, which deletes the quiz, comes first and this raises 404, or it comes later and is
    refused. Raises `DuplicateKeyError` if an attempt of this number exists or one is open.
    """
    if not quiz.has_attempts:
        quizzes = connection.get_collection(Quiz._meta.db_table)
        kept = quizzes.update_one(
            {"_id": quiz.pk}, {"$set": {"has_attempts": True}}, session=connection.session
        )
        if not kept.matched_count:
            raise Http404
    fields = [field for field in Attempt._meta.concrete_fields if not field.primary_key]
    document: dict[str, Any] = {str(each.column): getattr(attempt, each.attname) for each in fields}
    Attempt.collection().insert_one(document, session=connection.session)
    return cast(AttemptDocument, document)
