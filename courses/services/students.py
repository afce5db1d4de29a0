"""A course's students: that it has any, and how many.

Nothing here makes purchases of one course wait for each other: only the first one writes to the course.
"""

from bson import ObjectId
from django.db.models import F

from courses.models import Course, StudentChange
from lms.mongodb.transaction import atomic

MAX_CHANGES = 1000
"""How many changes are added in one transaction."""


def take(course_id: ObjectId) -> None:
    """Record that a course was taken, in the transaction that creates an order or an enrollment of it.

    Raises `Course.DoesNotExist` if it is deleted. The first of these transactions writes to the course, as deleting it
    does, so that one of both runs again. For all later ones it is enough to read, because `was_taken` stays true.
    """
    courses = Course.objects.filter(pk=course_id)
    if courses.filter(was_taken=True).exists():
        return
    if not courses.update(was_taken=True):
        raise Course.DoesNotExist


def count_student(course_id: ObjectId, *, by: int) -> None:
    """Add `by` (1 or -1) to the number of a course's students, in the transaction of the enrollment that it counts."""
    StudentChange.objects.create(course_id=course_id, by=by)


def sum_up() -> int:
    """Add the changes so far to the courses' stored numbers of students; return how many were added."""
    added, last = 0, ObjectId("0" * 24)
    waiting = StudentChange.objects.order_by("course_id")
    while change := waiting.filter(course__gt=last).first():
        last = change.course_id
        while changed := _sum_up_course(last):
            added += changed
    return added


@atomic
def _sum_up_course(course_id: ObjectId) -> int:
    changes = StudentChange.objects.filter(course=course_id)
    by_id = dict(changes.values_list("pk", "by")[:MAX_CHANGES])
    if by_id:
        total = sum(by_id.values())
        Course.objects.filter(pk=course_id).update(enrolled_count=F("enrolled_count") + total)
        StudentChange.objects.filter(pk__in=by_id).delete()
    return len(by_id)
