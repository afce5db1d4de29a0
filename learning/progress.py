"""How far somebody is in a course."""

from bson import ObjectId
from django.db import connection

from courses.models import Lecture

from .models import Enrollment


def percentage(user_id: ObjectId, course_id: ObjectId) -> int:
    """Give the share of the published lectures that are completed, from 0 to 100, rounded down."""
    enrollments = connection.get_collection(Enrollment._meta.db_table)
    found = enrollments.find_one(
        {"user_id": user_id, "course_id": course_id},
        {"completed_lectures": 1},
        session=connection.session,
    )
    lectures = set(
        Lecture.objects.filter(course_id=course_id, is_published=True).values_list("pk", flat=True)
    )
    return share(
        len(lectures.intersection((found or {}).get("completed_lectures", ()))), len(lectures)
    )


def share(completed: int, total: int) -> int:
    """Give whole percents, rounded down; 0 of nothing is 0."""
    return completed * 100 // total if total else 0
