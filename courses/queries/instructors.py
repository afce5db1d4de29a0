"""An instructor with their published courses."""

from typing import Any

from bson import ObjectId

from accounts.models import User
from accounts.queries import render_person
from courses.models import Course
from courses.queries.cards import NEW_STUDENTS, courses, list_cards, render_card, render_rating
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline
from lms.pagination import PAGE_SIZE


def render_instructor(user: User) -> dict[str, Any]:
    """Render an instructor's public profile with their newest published courses; two commands."""
    published = {"instructor_id": user.pk, "status": Course.Status.PUBLISHED}
    newest = {"$sort": {"published_at": -1, "_id": -1}}
    cards = list_cards([{"$match": published}, newest, {"$limit": PAGE_SIZE}])
    total = _sum_up(user.pk)
    return {
        **render_person({"_id": user.pk, "name": user.name, "avatar": user.avatar.name}),
        "headline": user.headline,
        "bio": user.bio,
        "course_count": total["course_count"],
        "student_count": total["student_count"],
        "rating": render_rating(total["rating_sum"], total["rating_count"]),
        "courses": [render_card(each) for each in cards],
    }


def _sum_up(instructor_id: ObjectId) -> dict[str, int]:
    """Add up an instructor's courses, the archived ones too: their students stay."""
    is_published = {"$cond": [{"$eq": ["$status", Course.Status.PUBLISHED]}, 1, 0]}
    totals = {
        "course_count": {"$sum": is_published},
        "student_count": {"$sum": {"$add": ["$enrolled_count", {"$sum": "$new_students.by"}]}},
        "rating_sum": {"$sum": "$rating_sum"},
        "rating_count": {"$sum": "$rating_count"},
    }
    pipeline: Pipeline = [
        {"$match": {"instructor_id": instructor_id}},
        NEW_STUDENTS,
        {"$group": {"_id": None} | totals},
    ]
    rows = courses().aggregate(pipeline, session=connection.session)
    return next(rows, dict.fromkeys(totals, 0))
