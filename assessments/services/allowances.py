"""Give one student more time or more attempts at a quiz, and take that back."""

from datetime import timedelta
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from assessments.models import Allowance, Attempt, Quiz
from courses.models import Lecture
from learning.models import Enrollment
from lms import audit
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic


@atomic
def allow(
    by: User,
    lecture_id: ObjectId,
    enrollment: Enrollment,
    *,
    extra_seconds: int,
    extra_attempts: int,
    reason: str,
) -> Allowance:
    """Give a student more time and more attempts at a quiz, in place of what they were given before.

    The time counts for an open attempt too. Raises 404 if the quiz was never set, and for an erased student, of whom no
    reason is kept.
    """
    quiz = _refer_to_quiz(lecture_id)
    try:
        refer_to(User, enrollment.user_id, is_active=True)
    except User.DoesNotExist:
        raise Http404 from None
    fields = {"extra_seconds": extra_seconds, "extra_attempts": extra_attempts, "reason": reason}
    allowances = Allowance.objects.filter(quiz=quiz, enrollment=enrollment)
    before = _render(allowances.first())
    if before != fields:
        if not allowances.update(**fields, updated_at=timezone.now()):
            Allowance.objects.create(quiz=quiz, enrollment=enrollment, **fields)
        # The reason, often an illness, is among the values alone: those are what an erasure removes.
        audit.record(by.pk, enrollment, "allow", before=before, after=fields)
    _move_end(lecture_id, enrollment.user_id, extra_seconds)
    return allowances.get()


@atomic
def disallow(by: User, lecture_id: ObjectId, enrollment: Enrollment) -> None:
    """Take back what a student was given at a quiz; do nothing if that is nothing.

    An attempt that was started with it stays.
    """
    quiz = Quiz.objects.filter(lecture=lecture_id).first()
    if allowance := Allowance.objects.filter(quiz=quiz, enrollment=enrollment).first():
        allowance.delete()
        audit.record(by.pk, enrollment, "disallow", before=_render(allowance))
        _move_end(lecture_id, enrollment.user_id, 0)


def _refer_to_quiz(lecture_id: ObjectId) -> Quiz:
    """Return the quiz of a lecture; no deletion of either begins before the present transaction has ended."""
    try:
        refer_to(Lecture, lecture_id)
        return Quiz.objects.get(lecture=lecture_id)
    except (Lecture.DoesNotExist, Quiz.DoesNotExist):
        raise Http404 from None


def _render(allowance: Allowance | None) -> dict[str, Any]:
    """Return what the audit trail keeps of an allowance."""
    names = ("extra_seconds", "extra_attempts", "reason")
    return {name: getattr(allowance, name) for name in names} if allowance else {}


def _move_end(lecture_id: ObjectId, user_id: ObjectId, extra_seconds: int) -> None:
    """Let the open attempt of a student end when its time and the extra time are over, but never in the past."""
    attempt = Attempt.objects.filter(
        user=user_id, lecture=lecture_id, status=Attempt.Status.OPEN
    ).first()
    if attempt is None or attempt.time_limit_seconds is None or attempt.expires_at is None:
        return
    time_limit = timedelta(seconds=attempt.time_limit_seconds + extra_seconds)
    earliest = min(attempt.expires_at, timezone.now())
    Attempt.objects.filter(
        pk=attempt.pk, status=Attempt.Status.OPEN, version=attempt.version
    ).update(
        expires_at=max(attempt.started_at + time_limit, earliest),
        version=attempt.version + 1,
        updated_at=timezone.now(),
    )
