"""Give and take the right to watch a course.

Every function may be repeated and may run inside another's transaction. A grant is known by its source and
order, so that what one purchase gave is never touched by what becomes of another.
"""

from bson import ObjectId
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from certificates.services import end_access, restore_access
from courses.models import Course
from courses.services.authoring import count_student
from learning.access import grants_of
from learning.exceptions import AccessRevoked, OwnCourse, PaymentRequired
from learning.models import AccessChange, Enrollment, Grant, Source
from lms.mongodb.transaction import atomic

Action = AccessChange.Action


@atomic
def grant(
    user_id: ObjectId,
    course_id: ObjectId,
    *,
    source: str,
    order: ObjectId | None = None,
    reason: str = "",
    by: ObjectId | None = None,
) -> bool:
    """Give a person access to a course; True if this call gave it, False if that grant was active already.

    `order` is the order that it was bought with, `by` the member of staff who gives it.
    """
    now = timezone.now()
    enrollment = _enrollment(user_id, course_id) or Enrollment(
        user_id=user_id, course_id=course_id, enrolled_at=now, last_activity_at=now
    )
    known = _named(enrollment, order=order, source=source)
    if any(each.active for each in known):
        return False
    enrollment.grants = [each for each in enrollment.grants if each not in known]
    given = Grant(source=Source(source), order=order, active=True, since=now, reason=reason)
    enrollment.grants.append(given)
    _save(enrollment, Action.GRANTED, [given], reason, by)
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
    """End what this order gave, or what this source gave without an order; True if this call ended it."""
    return _switch(user_id, course_id, order, source, False, Action.REVOKED, reason, by)


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
    """Give again what `revoke` ended; True if this call did. It never makes a grant that was not there."""
    return _switch(user_id, course_id, order, source, True, Action.RESTORED, reason, by)


def enroll(user: User, course: Course) -> bool:
    """Give a person a free course; False if they are enrolled already.

    Raises 404 for a course that is not published, `OwnCourse`, `PaymentRequired`, and `AccessRevoked` if staff took
    the free course back.
    """
    if is_enrolled(user.pk, course.pk):
        return False
    if course.instructor_id == user.pk:
        raise OwnCourse
    if not course.is_published:
        raise Http404
    if not course.is_free:
        raise PaymentRequired
    if any(
        each["source"] == Source.FREE and not each["active"] for each in grants_of(user, course.pk)
    ):
        raise AccessRevoked
    try:
        return grant(user.pk, course.pk, source=Source.FREE)
    except Course.DoesNotExist:  # deleted since it was read
        raise Http404 from None


def is_enrolled(user_id: ObjectId, course_id: ObjectId) -> bool:
    return Enrollment.objects.active().filter(user_id=user_id, course_id=course_id).exists()


def was_given(user_id: ObjectId, course_id: ObjectId, *, order: ObjectId) -> bool:
    """Did this order ever give access, whether that has ended or not?"""
    enrollment = _enrollment(user_id, course_id)
    return enrollment is not None and any(each.order == order for each in enrollment.grants)


def _switch(
    user_id: ObjectId,
    course_id: ObjectId,
    order: ObjectId | None,
    source: str | None,
    on: bool,
    action: Action,
    reason: str,
    by: ObjectId | None,
) -> bool:
    """Switch the grants of an order or source on or off; False if there was nothing to switch."""
    if order is None and source is None:
        raise ValueError("Name the order or the source whose grant is meant.")
    enrollment = _enrollment(user_id, course_id)
    if enrollment is None:
        return False
    switched = [
        each for each in _named(enrollment, order=order, source=source) if each.active != on
    ]
    for each in switched:
        each.active = on
    if switched:
        _save(enrollment, action, switched, reason, by)
    return bool(switched)


def _enrollment(user_id: ObjectId, course_id: ObjectId) -> Enrollment | None:
    return Enrollment.objects.filter(user_id=user_id, course_id=course_id).first()


def _named(enrollment: Enrollment, *, order: ObjectId | None, source: str | None) -> list[Grant]:
    return [
        each
        for each in enrollment.grants
        if each.order == order and (source is None or each.source == source)
    ]


def _save(
    enrollment: Enrollment, action: Action, changed: list[Grant], reason: str, by: ObjectId | None
) -> None:
    """Save the enrollment's grants together with all that must agree with them."""
    had_access = not enrollment._state.adding and enrollment.status == Enrollment.Status.ACTIVE
    has_access = any(each.active for each in enrollment.grants)
    enrollment.status = Enrollment.Status.ACTIVE if has_access else Enrollment.Status.REVOKED
    if enrollment._state.adding:
        enrollment.save(force_insert=True)
    else:
        enrollment.save(update_fields=["grants", "status", "updated_at"])
    if has_access != had_access:
        _turn(enrollment.user_id, enrollment.course_id, has_access)
    for each in changed:
        AccessChange.objects.create(
            user_id=enrollment.user_id,
            course_id=enrollment.course_id,
            action=action,
            source=each.source,
            order=each.order,
            reason=reason,
            by=by,
            created_at=timezone.now(),
        )


def _turn(user_id: ObjectId, course_id: ObjectId, has_access: bool) -> None:
    """Keep the course's count and the person's certificate in step with their access."""
    (restore_access if has_access else end_access)(user_id, course_id)
    count_student(course_id, by=1 if has_access else -1)
