"""What is read of courses, and with it what it refers to: one pipeline a read."""

import re
from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from accounts.models import User
from courses.models import Category, Course, Lecture, Section
from courses.queries.rendering import card
from lms.drf import OBJECT_ID
from lms.mongodb import connection


def joined(model: Any, local: str, name: str, *fields: str) -> dict[str, Any]:
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": local,
            "foreignField": "_id",
            "pipeline": [{"$project": dict.fromkeys(fields, 1)}],
            "as": name,
        }
    }


def _of_course(model: Any, name: str, order: list[str], *fields: str) -> dict[str, Any]:
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "_id",
            "foreignField": "course_id",
            "pipeline": [
                {"$sort": dict.fromkeys(order, 1)},
                {"$project": dict.fromkeys(fields, 1)},
            ],
            "as": name,
        }
    }


REFERENCES = [
    joined(Category, "category_id", "category", "name", "slug"),
    joined(User, "instructor_id", "instructor", "name", "avatar"),
]
FIELDS = dict.fromkeys(
    [
        "slug",
        "title",
        "subtitle",
        "level",
        "language",
        "price_amount",
        "currency",
        "thumbnail",
        "rating_sum",
        "rating_count",
        "rating_average",
        "lecture_count",
        "duration_seconds",
        "enrolled_count",
        "published_at",
        "created_at",
        "status",
    ],
    1,
)
FIRSTS = {"category": {"$first": "$category"}, "instructor": {"$first": "$instructor"}}
CARD = [*REFERENCES, {"$project": FIELDS | FIRSTS}]
DETAIL = [
    *REFERENCES,
    _of_course(Section, "sections", ["position", "_id"], "title", "position"),
    _of_course(
        Lecture,
        "lectures",
        ["section_id", "position", "_id"],
        "section_id",
        "title",
        "kind",
        "duration_seconds",
        "is_preview",
        "is_published",
        "position",
    ),
    {
        "$project": FIELDS
        | FIRSTS
        | dict.fromkeys(
            [
                "description",
                "objectives",
                "requirements",
                "tags",
                "completion",
                "sections",
                "lectures",
            ],
            1,
        )
    },
]


def find(key: str | ObjectId) -> dict[str, Any] | None:
    """Find a course with all that `detail` tells, by id or slug, whatever its state."""
    is_id = isinstance(key, ObjectId) or re.fullmatch(OBJECT_ID, key)
    match = {"_id": ObjectId(key)} if is_id else {"slug": key}
    return next(iter(aggregate([{"$match": match}, *DETAIL])), None)


def cards_of(ids: Iterable[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
    """Give the cards of these courses, whatever their state, by id."""
    return {pk: card(document) for pk, document in by_id(list(ids)).items()}


def by_id(ids: list[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
    found = aggregate([{"$match": {"_id": {"$in": ids}}}, *CARD]) if ids else []
    return {document["_id"]: document for document in found}


def aggregate(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(collection().aggregate(pipeline, session=connection.session))


def collection() -> Any:
    return connection.get_collection(Course._meta.db_table)
