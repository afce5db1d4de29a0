"""What is read of courses, and with it what it refers to: one pipeline a read."""

import re
from functools import lru_cache
from typing import Any

from bson import ObjectId
from django.http import Http404

from accounts.models import User
from accounts.queries import render_person
from courses.markdown import render
from courses.models import Category, Course, Lecture, Section
from courses.queries.outline import render_outline
from courses.visibility import Facts, Person, may_see
from lms.drf import OBJECT_ID, money
from lms.images import image_url
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, lookup
from media.delivery import srcset


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
    lookup(Category, "category_id", "category", "name", "slug"),
    lookup(User, "instructor_id", "instructor", "name", "avatar"),
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


def find_course(key: str | ObjectId) -> dict[str, Any] | None:
    """Find a course with everything that `render_course` needs, by id or slug, whatever its status."""
    match = {"_id": ObjectId(key)} if _is_id(key) else {"slug": key}
    return next(iter(aggregate([{"$match": match}, *DETAIL])), None)


def get_course(user: Person, key: str | ObjectId) -> Course:
    """Return a course by id or slug; raise 404 if it does not exist or the person may not see it."""
    courses = Course.objects.filter(pk=key) if _is_id(key) else Course.objects.filter(slug=key)
    course = courses.first()
    if course is None or not may_see(user, course):
        raise Http404
    return course


def facts_of(document: Document) -> Facts:
    """Return the facts that decide who may see the course of a document."""
    return Facts(document["_id"], document["instructor"]["_id"], document["status"])


def _is_id(key: str | ObjectId) -> bool:
    return isinstance(key, ObjectId) or bool(re.fullmatch(OBJECT_ID, key))


def by_id(ids: list[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
    found = aggregate([{"$match": {"_id": {"$in": ids}}}, *CARD]) if ids else []
    return {document["_id"]: document for document in found}


def aggregate(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(collection().aggregate(pipeline, session=connection.session))


def collection() -> Any:
    return connection.get_collection(Course._meta.db_table)


def render_card(document: Document) -> dict[str, Any]:
    """Write a course as it stands in a list."""
    thumbnail = document["thumbnail"]
    return {
        "id": document["_id"],
        "slug": document["slug"],
        "title": document["title"],
        "subtitle": document["subtitle"],
        "category": _category(document["category"]),
        "level": document["level"],
        "language": document["language"],
        "price": money(document["price_amount"], document["currency"]),
        "thumbnail": image_url(thumbnail) if thumbnail else None,
        "thumbnail_srcset": _srcset(thumbnail) if thumbnail else None,
        "rating": render_rating(document["rating_sum"], document["rating_count"]),
        "lecture_count": document["lecture_count"],
        "duration_seconds": document["duration_seconds"],
        "enrolled_count": document["enrolled_count"],
        "instructor": render_person(document["instructor"]),
        "published_at": document["published_at"],
    }


def render_own_card(document: Document) -> dict[str, Any]:
    """Write a course as it stands in its instructor's list."""
    return render_card(document) | {
        "status": document["status"],
        "created_at": document["created_at"],
    }


def render_course(document: Document, *, whole: bool = False) -> dict[str, Any]:
    """Write a course with its outline; `whole` includes the lectures that only its author sees."""
    return render_card(document) | {
        "description": document["description"],
        "description_html": render(document["description"]),
        "objectives": document["objectives"],
        "requirements": document["requirements"],
        "tags": document["tags"],
        "completion": document["completion"],
        "status": document["status"],
        "sections": render_outline(document, whole=whole),
    }


def render_rating(total: int, count: int) -> dict[str, Any]:
    """Write a sum of ratings as an average of two decimals; None where there are none."""
    return {"average": round(total / count, 2) if count else None, "count": count}


@lru_cache(4096)
def _srcset(name: str) -> dict[str, str]:
    return srcset(name)


def _category(document: Document) -> dict[str, Any]:
    return {"id": document["_id"], "name": document["name"], "slug": document["slug"]}
