"""What is kept of a person as a student: its export and its erasure."""

from typing import Any

from bson import ObjectId
from django.db.models import Model

from accounts.models import User
from courses.models import Course, Lecture
from learning import marks
from learning.models import AccessChange, Enrollment, Note, WishlistItem
from learning.queries.enrollments import percentages


def export(user: User) -> dict[str, Any]:
    """Return everything that is kept of a person as a student, JSON-able."""
    enrollments = list(Enrollment.objects.filter(user=user))
    titles = _titles(Course, [each.course_id for each in enrollments])
    percents = percentages([each.pk for each in enrollments])
    changes = AccessChange.objects.filter(user=user).order_by("course", "-created_at")
    return {
        "enrollments": [
            {
                **_render_enrollment(each),
                "course": titles.get(each.course_id),
                "percentage": percents[each.pk],
            }
            for each in enrollments
        ],
        "wishlist": _export_wishlist(user),
        "notes": _export_notes(user),
        "access_changes": [
            _render(each, "course_id", "action", "source", "order", "reason", "created_at")
            for each in changes
        ],
    }


def erase(user: User) -> None:
    """Erase what was studied, noted and wished for, and every reason; repeatable.

    The grants stay, because orders refer to them.
    """
    without_reason = {"$mergeObjects": ["$$this", {"reason": ""}]}
    blank: dict[str, Any] = {
        "grants": {"$map": {"input": "$grants", "in": without_reason}},
        "completed_lectures": [],
        "passed_lectures": [],
        "ever_completed": [],
        "unlock_reason": "",
        "consumed_lectures": [],
        "consumed_percent": 0,
        "positions": {"$literal": {}},
        "last_lecture": None,
        "last_lecture_at": None,
        "reset_at": None,
        "completed_at": None,
    }
    Enrollment.collection().update_many({"user_id": user.pk}, [{"$set": blank}])
    AccessChange.objects.filter(user=user).update(reason="")
    for model in (Note, WishlistItem):
        model.objects.filter(user=user).delete()


def _export_wishlist(user: User) -> list[dict[str, Any]]:
    wishes = list(WishlistItem.objects.filter(user=user).order_by("-created_at", "-pk"))
    titles = _titles(Course, [each.course_id for each in wishes])
    return [
        {"course": titles.get(each.course_id), **_render(each, "created_at")} for each in wishes
    ]


def _export_notes(user: User) -> list[dict[str, Any]]:
    notes = list(Note.objects.filter(user=user))
    courses = _titles(Course, [each.course_id for each in notes])
    lectures = _titles(Lecture, [each.lecture_id for each in notes])
    return [
        {
            "course": courses.get(each.course_id),
            "lecture": lectures.get(each.lecture_id),
            **_render(each, "body", "position_seconds", "created_at", "updated_at"),
        }
        for each in notes
    ]


def _titles(model: type[Course | Lecture], ids: list[ObjectId]) -> dict[ObjectId, str]:
    """Return the titles of these courses or lectures, by id."""
    return dict(model.objects.filter(pk__in=set(ids)).values_list("pk", "title"))


def _render_enrollment(enrollment: Enrollment) -> dict[str, Any]:
    columns = (
        "course_id",
        "status",
        "enrolled_at",
        "completed_at",
        "last_activity_at",
        "last_lecture_at",
        "reset_at",
        "unlocked_at",
        "unlock_reason",
    )
    return {
        **_render(enrollment, *columns),
        "completed_lectures": [str(pk) for pk in enrollment.completed_lectures],
        "passed_lectures": [str(pk) for pk in enrollment.passed_lectures],
        "ever_completed": [str(pk) for pk in enrollment.ever_completed],
        "consumed_lectures": [str(pk) for pk in enrollment.consumed_lectures],
        "last_lecture": enrollment.last_lecture and str(enrollment.last_lecture),
        "consumed_percent": enrollment.consumed_percent,
        "lectures": {
            lecture: marks.describe(mark) for lecture, mark in enrollment.positions.items()
        },
        "grants": [
            _render(grant, "source", "order", "active", "since", "reason")
            for grant in enrollment.grants
        ],
    }


def _render(row: Model, *names: str) -> dict[str, Any]:
    """Render some fields of a row."""
    return {name.removesuffix("_id"): getattr(row, name) for name in names}
