"""Enroll people in courses, and end or restore the grants that give them access.

Every function may be repeated and may run inside another transaction. A grant is known by its source and order, so
that what one purchase gave is never changed by another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from accounts.exceptions import SessionRevoked
from accounts.models import User
from certificates import services as certificates
from courses.models import Course
from courses.services import reviews
from courses.services.students import count_student, take
from learning.access import find_grants
from learning.exceptions import AccessRevoked, OwnCourse, PaymentRequired
from learning.models import AccessChange, Enrollment, Grant, Source
from learning.queries.enrollments import is_enrolled
from learning.services import wishlist
from lms import events
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic
from lms.registry import Registry

Action = AccessChange.Action

type AccessHandler = Callable[[ObjectId, ObjectId], None]
"""A function that takes the ids of a person and a course, in the transaction in which their access changes."""

ending_handlers: Registry[AccessHandler] = Registry()
"""What ends what people have begun in a course, when their access ends."""

return_handlers: Registry[AccessHandler] = Registry()
"""What gives people what they have earned while they had no access, when they have it again."""


@dataclass(frozen=True)
class GrantKey:
    """What names a grant: the order that it was bought with or, without an order, its source."""

    order: ObjectId | None
    source: str | None

    def __post_init__(self) -> None:
        if self.order is None and self.source is None:
            raise ValueError("Name the order or the source of the grant.")

    def matches(self, grant: Grant) -> bool:
        return grant.order == self.order and self.source in (None, grant.source)


@dataclass(frozen=True)
class Change:
    """What the audit trail keeps of a change: the action, its reason, and the member of staff who made it."""

    action: Action
    reason: str
    by: ObjectId | None


def take_free_course(user: User, course: Course) -> bool:
    """Enroll a person in a free course; return whether this call did, False if they are enrolled already.

    Raises `Http404` for a course that is not published, `OwnCourse`, `PaymentRequired`, `AccessRevoked` if staff ended
    a grant of the person's, and `SessionRevoked` if the account was just deleted.
    """
    if is_enrolled(user.pk, course.pk):
        return False
    if course.instructor_id == user.pk:
        raise OwnCourse
    if not course.is_published:
        raise Http404
    if not course.is_free:
        raise PaymentRequired
    grants = find_grants(user, course.pk)
    ended = (grant for grant in grants if not grant["active"])
    if any(grant["source"] == Source.FREE or grant.get("ended_by_staff") for grant in ended):
        raise AccessRevoked
    try:
        return enroll(user.pk, course.pk, source=Source.FREE)
    except Course.DoesNotExist:  # deleted since it was read
        raise Http404 from None
    except User.DoesNotExist:
        raise SessionRevoked from None


@atomic
def enroll(
    user_id: ObjectId,
    course_id: ObjectId,
    *,
    source: str,
    order: ObjectId | None = None,
    reason: str = "",
    by: ObjectId | None = None,
    since: datetime | None = None,
) -> bool:
    """Give a person a course; return whether this call did, False if the same grant is active already.

    `order` is the order that the course was bought with, `by` the member of staff who gives it, `since` when the person
    got it, if that is not now. The grant keeps `reason`. Raises `User.DoesNotExist` if the account is disabled or erased, `Course.DoesNotExist` if the course is
    deleted.
    """
    key, since = GrantKey(order, source), since or timezone.now()
    enrollment = _find(user_id, course_id) or Enrollment(
        user_id=user_id, course_id=course_id, enrolled_at=since, last_activity_at=since
    )
    known = [grant for grant in enrollment.grants if key.matches(grant)]
    if any(grant.active for grant in known):
        return False
    refer_to(User, user_id, is_active=True)
    take(course_id)
    grant = Grant(source=Source(source), order=order, active=True, since=since, reason=reason)
    others = [each for each in enrollment.grants if each not in known]
    enrollment.grants = [*others, grant]
    _save(enrollment, [grant], Change(Action.GRANTED, reason, by))
    return True


@atomic
def revoke(
    user_id: ObjectId,
    course_id: ObjectId,
    *,
    order: ObjectId | None = None,
    source: str | None = None,
    reason: str = "",
    by: ObjectId | None = None,
) -> bool:
    """End the grant of this order or, without an order, of this source; return whether this call changed it.

    Without `by`, a settlement ends it. Staff may also end a grant that a settlement has ended: then it stays ended
    when the settlement restores it.
    """
    key, change = GrantKey(order, source), Change(Action.REVOKED, reason, by)
    return _change_grants(user_id, course_id, key, change)


@atomic
def restore(
    user_id: ObjectId,
    course_id: ObjectId,
    *,
    order: ObjectId | None = None,
    source: str | None = None,
    reason: str = "",
    by: ObjectId | None = None,
) -> bool:
    """Take back what `revoke` did; return whether this call changed a grant. Never create a grant.

    A settlement (without `by`) takes back what a settlement ended, and staff what staff ended.
    """
    key, change = GrantKey(order, source), Change(Action.RESTORED, reason, by)
    return _change_grants(user_id, course_id, key, change)


def _change_grants(user_id: ObjectId, course_id: ObjectId, key: GrantKey, change: Change) -> bool:
    """End or restore the grants of this key; return whether any of them changed.

    The audit trail keeps every decision of staff, and each settlement that changes the access.
    """
    enrollment = _find(user_id, course_id)
    if enrollment is None:
        return False
    grants = [grant for grant in enrollment.grants if key.matches(grant)]
    was_active = [grant.active for grant in grants]
    changed = [grant for grant in grants if _apply(change, grant)]
    if changed:
        recorded = [
            grant
            for grant, before in zip(grants, was_active, strict=True)
            if grant.active != before or (change.by and grant in changed)
        ]
        _save(enrollment, recorded, change)
    return bool(changed)


def _apply(change: Change, grant: Grant) -> bool:
    """End or restore a grant on behalf of staff or of a settlement; return whether that changed it."""
    ends = change.action == Action.REVOKED
    before = (grant.ended_by_staff, grant.ended_by_settlement, grant.active)
    if change.by is None:
        grant.ended_by_settlement = ends
    elif ends != bool(grant.ended_by_staff):
        grant.ended_by_staff = change.by if ends else None
    grant.active = not (grant.ended_by_staff or grant.ended_by_settlement)
    return before != (grant.ended_by_staff, grant.ended_by_settlement, grant.active)


def _find(user_id: ObjectId, course_id: ObjectId) -> Enrollment | None:
    return Enrollment.objects.filter(user_id=user_id, course_id=course_id).first()


def _save(enrollment: Enrollment, changed: list[Grant], change: Change) -> None:
    """Save the enrollment's grants, and all that must agree with them."""
    is_new = enrollment._state.adding
    had_access = not is_new and enrollment.status == Enrollment.Status.ACTIVE
    has_access = any(grant.active for grant in enrollment.grants)
    enrollment.status = Enrollment.Status.ACTIVE if has_access else Enrollment.Status.REVOKED
    if is_new:
        enrollment.save(force_insert=True)
    else:
        enrollment.save(update_fields=["grants", "status", "updated_at"])
    if has_access != had_access:
        _follow_access(enrollment, has_access=has_access)
        _record_access(enrollment, changed[0].source, is_new=is_new)
        if has_access and not is_new:
            for give in return_handlers:
                give(enrollment.user_id, enrollment.course_id)
    for grant in changed:
        AccessChange.objects.create(
            user_id=enrollment.user_id,
            course_id=enrollment.course_id,
            action=change.action,
            source=grant.source,
            order=grant.order,
            reason=change.reason,
            by=change.by,
            created_at=timezone.now(),
        )


def _record_access(enrollment: Enrollment, source: str, *, is_new: bool) -> None:
    """Record that access begins, ends or comes back; what another server gave began long ago."""
    type: events.EventType = "enrollment.created"
    if not is_new:
        has_access = enrollment.status == Enrollment.Status.ACTIVE
        type = "enrollment.restored" if has_access else "enrollment.ended"
    elif source == Source.IMPORT:
        return
    events.record(type, enrollment.pk, user=enrollment.user_id, course=enrollment.course_id)


def _follow_access(enrollment: Enrollment, *, has_access: bool) -> None:
    """Keep the certificate, the review, the wishlist and the course's number of students in step with the access."""
    for kept in (certificates, reviews):
        follow = kept.restore_access if has_access else kept.end_access
        follow(enrollment.user_id, enrollment.course_id)
    if has_access:
        wishlist.remove(enrollment.user_id, enrollment.course_id)
    else:
        for end in ending_handlers:
            end(enrollment.user_id, enrollment.course_id)
    count_student(enrollment.course_id, by=1 if has_access else -1)
