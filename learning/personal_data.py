"""What is kept of a person as a student: how they see it, and how it is erased."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from accounts.models import User
from courses.models import Course
from learning.marks import LONGEST, position
from learning.models import AccessChange, Enrollment
from learning.queries.progress import percentage
from lms.mongodb import connection


def export(user: User) -> dict[str, Any]:
    """Give everything, JSON-able."""
    enrollments = list(Enrollment.objects.filter(user=user))
    titles = dict(
        Course.objects.filter(pk__in=[each.course_id for each in enrollments]).values_list(
            "pk", "title"
        )
    )
    changes = AccessChange.objects.filter(user=user).order_by("course", "-created_at")
    return {
        "enrollments": [_enrollment(each, titles[each.course_id]) for each in enrollments],
        "access_changes": [
            _plain(each, "course_id", "action", "source", "order", "reason", "created_at")
            for each in changes
        ],
    }


def erase(user: User) -> None:
    """Empty what tells of the person; that they had access stays, since orders point at it. May be repeated."""
    without_reason = {"$mergeObjects": ["$$this", {"reason": ""}]}
    connection.get_collection(Enrollment._meta.db_table).update_many(
        {"user_id": user.pk},
        [
            {
                "$set": {
                    "grants": {"$map": {"input": "$grants", "in": without_reason}},
                    "completed_lectures": [],
                    "positions": {"$literal": {}},
                    "last_lecture": None,
                    "completed_at": None,
                }
            }
        ],
    )
    AccessChange.objects.filter(user=user).update(reason="")


def _enrollment(enrollment: Enrollment, title: str) -> dict[str, Any]:
    columns = ("course_id", "status", "enrolled_at", "completed_at", "last_activity_at")
    return _plain(enrollment, *columns) | {
        "course": title,
        "percentage": percentage(enrollment.user_id, enrollment.course_id),
        "completed_lectures": [str(pk) for pk in enrollment.completed_lectures],
        "positions": {
            lecture: position(mark, LONGEST) for lecture, mark in enrollment.positions.items()
        },
        "grants": [
            _plain(each, "source", "order", "active", "since", "reason")
            for each in enrollment.grants
        ],
    }


def _plain(row: Any, *names: str) -> dict[str, Any]:
    """Give some fields of a row, ids as text and times in ISO 8601."""
    return {name.removesuffix("_id"): _text(getattr(row, name)) for name in names}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, ObjectId) else value
