"""An instructor and what they teach, as everybody sees it."""

from typing import Any

from bson import ObjectId

from accounts.models import User
from accounts.queries import render_person
from courses.models import Course
from courses.queries.courses import CARD, aggregate, render_card, render_rating
from lms.pagination import PAGE_SIZE


def render_instructor(user: User) -> dict[str, Any]:
    """Write an instructor as everybody sees them, with their newest published courses."""
    taught = {"instructor_id": user.pk, "status": Course.Status.PUBLISHED}
    newest = {"$sort": {"published_at": -1, "_id": -1}}
    courses = aggregate([{"$match": taught}, newest, {"$limit": PAGE_SIZE}, *CARD])
    total = _taught_by(user.pk)
    return {
        **render_person({"_id": user.pk, "name": user.name, "avatar": user.avatar.name}),
        "headline": user.headline,
        "bio": user.bio,
        "course_count": total["course_count"],
        "student_count": total["student_count"],
        "rating": render_rating(total["rating_sum"], total["rating_count"]),
        "courses": [render_card(each) for each in courses],
    }


def _taught_by(instructor_id: ObjectId) -> dict[str, int]:
    """Add up an instructor's courses, those no longer sold included: their students stay."""
    is_published = {"$cond": [{"$eq": ["$status", Course.Status.PUBLISHED]}, 1, 0]}
    totals = {
        "course_count": {"$sum": is_published},
        "student_count": {"$sum": "$enrolled_count"},
        "rating_sum": {"$sum": "$rating_sum"},
        "rating_count": {"$sum": "$rating_count"},
    }
    found = aggregate(
        [{"$match": {"instructor_id": instructor_id}}, {"$group": {"_id": None} | totals}]
    )
    return found[0] if found else dict.fromkeys(totals, 0)
