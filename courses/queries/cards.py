"""Courses as cards: what lists of courses show."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo.collection import Collection

from accounts.models import User
from accounts.queries import joined_person, render_person
from courses.models import Category, Course, StudentChange
from lms.drf import money
from lms.images import image_url
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, joined, lookup
from media.delivery import Srcset, srcset


class CardDocument(TypedDict):
    """A course with its category and instructor, as `CARD` reads it."""

    _id: ObjectId
    slug: str
    title: str
    subtitle: str
    level: str
    language: str
    price_amount: int
    currency: str
    thumbnail: str
    rating_sum: int
    rating_count: int
    rating_average: int
    lecture_count: int
    duration_seconds: int
    enrolled_count: int  # as stored, by which lists are ordered
    new_students: int
    published_at: datetime | None
    created_at: datetime
    status: str
    rejection_reason: str
    category: Document
    instructor: Document
    score: NotRequired[int]  # how well it matches a search, by which its pages are ordered


NEW_STUDENTS = {
    "$lookup": {
        "from": StudentChange._meta.db_table,
        "localField": "_id",
        "foreignField": "course_id",
        "pipeline": [{"$group": {"_id": None, "by": {"$sum": "$by"}}}],
        "as": "new_students",
    }
}
"""The sum of the changes that `enrolled_count` does not contain yet, as `by` of the only element, if there are any."""

REFERENCES: Pipeline = [
    lookup(Category, "category_id", "category", "name", "slug"),
    lookup(User, "instructor_id", "instructor", "name", "avatar"),
    NEW_STUDENTS,
]
JOINED = {
    "category": joined(
        "category", "category_id", name="Deleted category", slug={"$toString": "$category_id"}
    ),
    "instructor": joined_person("instructor", "instructor_id"),
    "new_students": {"$sum": "$new_students.by"},
}
COLUMNS = {name: 1 for name in CardDocument.__annotations__ if name not in ("_id", *JOINED)}

CARD: Pipeline = [*REFERENCES, {"$project": COLUMNS | JOINED}]
"""The stages that read cards; put them after `$limit`."""


def list_cards(stages: Pipeline) -> list[CardDocument]:
    """List the cards of the courses that these stages find."""
    return list(courses().aggregate([*stages, *CARD], session=connection.session))


def courses() -> Collection:
    """Return the collection of courses."""
    return connection.get_collection(Course._meta.db_table)


def render_card(document: CardDocument) -> dict[str, Any]:
    """Render a course as everybody's lists show it."""
    thumbnail, category = document["thumbnail"], document["category"]
    return {
        "id": document["_id"],
        "slug": document["slug"],
        "title": document["title"],
        "subtitle": document["subtitle"],
        "category": {"id": category["_id"], "name": category["name"], "slug": category["slug"]},
        "level": document["level"],
        "language": document["language"],
        "price": money(document["price_amount"], document["currency"]),
        "thumbnail": image_url(thumbnail) if thumbnail else None,
        "thumbnail_srcset": _srcset(thumbnail) if thumbnail else None,
        "rating": render_rating(document["rating_sum"], document["rating_count"]),
        "lecture_count": document["lecture_count"],
        "duration_seconds": document["duration_seconds"],
        "enrolled_count": document["enrolled_count"] + document["new_students"],
        "instructor": render_person(document["instructor"]),
        "published_at": document["published_at"],
    }


def render_own_card(document: CardDocument) -> dict[str, Any]:
    """Render a course as its instructor's own list shows it."""
    return render_card(document) | {
        "status": document["status"],
        "rejection_reason": document["rejection_reason"] or None,
        "created_at": document["created_at"],
    }


def render_rating(total: int, count: int) -> dict[str, Any]:
    """Render a sum of ratings as their average with two decimals; the average of no ratings is None."""
    return {"average": round(total / count, 2) if count else None, "count": count}


@lru_cache(4096)
def _srcset(name: str) -> Srcset:
    return srcset(name)
