"""Lift the gates of a course for one student, and let them fall again; the audit trail of access keeps who did it and why."""

from datetime import datetime

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from learning.models import AccessChange, Enrollment
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic


@atomic
def unlock(enrollment: Enrollment, *, reason: str, by: ObjectId) -> datetime:
    """Lift all gates of the course for a student; return since when, also if they were lifted for this reason before.

    Raises `Http404` for an erased student, of whom no reason is kept.
    """
    try:
        refer_to(User, enrollment.user_id, is_active=True)
    except User.DoesNotExist:
        raise Http404 from None
    now = timezone.now()
    others = Enrollment.objects.filter(pk=enrollment.pk).exclude(
        unlocked_at__isnull=False, unlock_reason=reason
    )
    if others.update(unlocked_at=now, unlock_reason=reason, updated_at=now):
        _keep(enrollment, AccessChange.Action.UNLOCKED, reason, by)
        return now
    return Enrollment.objects.get(pk=enrollment.pk).unlocked_at or now


@atomic
def lock(enrollment: Enrollment, *, by: ObjectId) -> bool:
    """Undo `unlock`; return False if the gates are not lifted."""
    lifted = Enrollment.objects.filter(pk=enrollment.pk, unlocked_at__isnull=False)
    if not lifted.update(unlocked_at=None, unlock_reason="", updated_at=timezone.now()):
        return False
    _keep(enrollment, AccessChange.Action.LOCKED, "", by)
    return True


def _keep(enrollment: Enrollment, action: str, reason: str, by: ObjectId) -> None:
    AccessChange.objects.create(
        user_id=enrollment.user_id,
        course_id=enrollment.course_id,
        action=action,
        reason=reason,
        by=by,
        created_at=timezone.now(),
    )
