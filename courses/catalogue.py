"""The reads that everybody makes: a page of courses, a course with its outline. One pipeline each.

Documents come as MongoDB gives them and are turned into answers by one function each; the serializers of
`serializers/courses.py` declare the same shape, and a test holds them to it.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from bson import ObjectId
from django.core.files.storage import storages
from django.db import connection

from accounts.models import User
from lms.drf import OBJECT_ID, money
from lms.pagination import PAGE_SIZE, Page
from media.storage import srcset

from .filters import BY_RANK, match, words
from .markdown import render
from .models import Category, Course, Lecture, Section

Document = Mapping[str, Any]

MAX_RANKED = 1000
"""How many of the best matches of a search can be paged through."""

BY_SCORE = itemgetter("score", "_id")


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


def _of_course(model: Any, name: str, *fields: str) -> dict[str, Any]:
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "_id",
            "foreignField": "course_id",
            "pipeline": [
                {"$sort": {"position": 1, "_id": 1}},
                {"$project": dict.fromkeys(fields, 1)},
            ],
            "as": name,
        }
    }


_REFERENCES = [
    joined(Category, "category_id", "category", "name", "slug"),
    joined(User, "instructor_id", "instructor", "name", "avatar"),
]
_CARD_FIELDS = dict.fromkeys(
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
_FIRSTS = {"category": {"$first": "$category"}, "instructor": {"$first": "$instructor"}}
_CARD = [*_REFERENCES, {"$project": _CARD_FIELDS | _FIRSTS}]
_DETAIL = [
    *_REFERENCES,
    _of_course(Section, "sections", "title", "position"),
    _of_course(
        Lecture,
        "lectures",
        "section_id",
        "title",
        "kind",
        "duration_seconds",
        "is_preview",
        "is_published",
        "position",
    ),
    {
        "$project": _CARD_FIELDS
        | _FIRSTS
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


def search(query: dict[str, Any], page: Page) -> list[dict[str, Any]]:
    """Find a page of published courses and one more for the values of a `CatalogueQuery`; at most 3 commands."""
    wanted = match(query)
    if wanted is None:
        return []
    if "search" not in query:
        return page_of(wanted, page)
    best = _ranked(words(query["search"]), wanted)
    if page.ordering == BY_RANK:
        return _page_of_ranked(best, page)
    return page_of({"_id": {"$in": [each["_id"] for each in best]}}, page)


def page_of(wanted: Document, page: Page) -> list[dict[str, Any]]:
    """Find a page of courses and one more, in the page's order."""
    # Each alternative carries the whole condition: so every one is a range of the ordering's index, and MongoDB merges
    # them in order instead of reading all that comes before the page.
    beyond = [{"$and": [wanted, each]} for each in page.match().get("$or", ())]
    found = {"$or": beyond} if beyond else wanted
    return _courses([{"$match": found}, {"$sort": page.sort()}, {"$limit": page.limit}, *_CARD])


def find(key: str | ObjectId) -> dict[str, Any] | None:
    """Find a course with all that `detail` tells, by id or slug, whatever its state."""
    by_id = isinstance(key, ObjectId) or re.fullmatch(OBJECT_ID, key)
    match = {"_id": ObjectId(key)} if by_id else {"slug": key}
    return next(iter(_courses([{"$match": match}, *_DETAIL])), None)


def cards_of(ids: Iterable[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
    """Give the cards of these courses, whatever their state, by id."""
    return {pk: card(document) for pk, document in _by_id(list(ids)).items()}


def card(document: Document) -> dict[str, Any]:
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
        "rating": rating(document["rating_sum"], document["rating_count"]),
        "lecture_count": document["lecture_count"],
        "duration_seconds": document["duration_seconds"],
        "enrolled_count": document["enrolled_count"],
        "instructor": person(document["instructor"]),
        "published_at": document["published_at"],
    }


def own_card(document: Document) -> dict[str, Any]:
    """Write a course as it stands in its instructor's list."""
    return card(document) | {"status": document["status"], "created_at": document["created_at"]}


def detail(document: Document, *, whole: bool = False) -> dict[str, Any]:
    """Write a course with its outline; `whole` includes the lectures that only its author sees."""
    return card(document) | {
        "description": document["description"],
        "description_html": render(document["description"]),
        "objectives": document["objectives"],
        "requirements": document["requirements"],
        "tags": document["tags"],
        "completion": document["completion"],
        "status": document["status"],
        "sections": outline(document, whole=whole),
    }


def outline(document: Document, *, whole: bool = False) -> list[dict[str, Any]]:
    """Write the sections of a course with their lectures, in order."""
    by_section = itemgetter("section_id")
    lectures = sorted(document["lectures"], key=by_section)  # stable: positions stay in order
    inside = {pk: list(group) for pk, group in groupby(lectures, key=by_section)}
    return [
        {
            "id": section["_id"],
            "title": section["title"],
            "position": section["position"],
            "lectures": [
                _lecture(each, whole)
                for each in inside.get(section["_id"], ())
                if whole or each["is_published"]
            ],
        }
        for section in document["sections"]
    ]


def instructor(user: User) -> dict[str, Any]:
    """Write an instructor as everybody sees them, with their newest published courses."""
    taught = {"instructor_id": user.pk, "status": Course.Status.PUBLISHED}
    newest = [{"$sort": {"published_at": -1, "_id": -1}}, {"$limit": PAGE_SIZE}, *_CARD]
    total = _taught_by(user.pk)
    return {
        **person({"_id": user.pk, "name": user.name, "avatar": user.avatar.name}),
        "headline": user.headline,
        "bio": user.bio,
        "course_count": total["course_count"],
        "student_count": total["student_count"],
        "rating": rating(total["rating_sum"], total["rating_count"]),
        "courses": [card(each) for each in _courses([{"$match": taught}, *newest])],
    }


def rating(total: int, count: int) -> dict[str, Any]:
    """Write a sum of ratings as an average of two decimals; None where there are none."""
    return {"average": round(total / count, 2) if count else None, "count": count}


def person(document: Document) -> dict[str, Any]:
    """Write a person as others see them."""
    avatar = document["avatar"]
    return {
        "id": document["_id"],
        "name": document["name"],
        "avatar": image_url(avatar) if avatar else None,
    }


# Writing an image's URL takes longer than all else in a card, and the same few are asked for again and again.
@lru_cache(4096)
def image_url(name: str) -> str:
    return storages["images"].url(name)


@lru_cache(4096)
def _srcset(name: str) -> dict[str, str]:
    return srcset(name)


def _taught_by(instructor_id: ObjectId) -> dict[str, int]:
    """Add up an instructor's courses, those no longer sold included: their students stay."""
    is_published = {"$cond": [{"$eq": ["$status", Course.Status.PUBLISHED]}, 1, 0]}
    totals = {
        "course_count": {"$sum": is_published},
        "student_count": {"$sum": "$enrolled_count"},
        "rating_sum": {"$sum": "$rating_sum"},
        "rating_count": {"$sum": "$rating_count"},
    }
    found = _courses(
        [{"$match": {"instructor_id": instructor_id}}, {"$group": {"_id": None} | totals}]
    )
    return found[0] if found else dict.fromkeys(totals, 0)


def _category(document: Document) -> dict[str, Any]:
    return {"id": document["_id"], "name": document["name"], "slug": document["slug"]}


def _lecture(document: Document, whole: bool) -> dict[str, Any]:
    written = {
        "id": document["_id"],
        "title": document["title"],
        "kind": document["kind"],
        "duration_seconds": document["duration_seconds"],
        "is_preview": document["is_preview"],
        "position": document["position"],
    }
    return written | {"is_published": document["is_published"]} if whole else written


def _ranked(searched: str, wanted: Document) -> list[dict[str, Any]]:
    """Find the best matches of a search, best first: `_id` and `score` of each."""
    if not searched:
        return []
    # A `find`, and flat: the embedded MongoDB knows `$text` nowhere else.
    found = _collection().find(
        {"$text": {"$search": searched}, **wanted}, {"_id": 1, "score": {"$meta": "textScore"}}
    )
    best = found.sort([("score", {"$meta": "textScore"})]).limit(MAX_RANKED)
    # The id decides between equals here and not there: the embedded MongoDB sorts by a score alone.
    return sorted(best, key=BY_SCORE, reverse=True)


def _page_of_ranked(best: list[dict[str, Any]], page: Page) -> list[dict[str, Any]]:
    if page.backwards:
        best = [each for each in reversed(best) if BY_SCORE(each) > page.position]
    elif page.position:
        best = [each for each in best if BY_SCORE(each) < page.position]
    best = best[: page.limit]
    courses = _by_id([each["_id"] for each in best])
    return [courses[each["_id"]] | each for each in best if each["_id"] in courses]


def _by_id(ids: list[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
    found = _courses([{"$match": {"_id": {"$in": ids}}}, *_CARD]) if ids else []
    return {document["_id"]: document for document in found}


def _courses(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(_collection().aggregate(pipeline, session=connection.session))


def _collection() -> Any:
    return connection.get_collection(Course._meta.db_table)
