"""The courses that are shown beside a course."""

from typing import Any

from bson import ObjectId
from django.http import Http404

from courses.keys import CourseKey
from courses.models import Course
from courses.queries.cards import CardDocument, courses, list_cards
from courses.queries.search import EACH_ONCE, READ, having, union
from courses.terms import list_tag_terms
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline

MAX_RELATED = 8

MAX_READ = 200
"""How many courses of the category, and how many with a tag of the course, are compared."""

POPULAR_FIRST = {"enrolled_count": -1, "_id": -1}


def list_related(key: CourseKey) -> list[CardDocument]:
    """List published courses beside a course: those of its category first, then by shared tags, then the most enrolled.

    Raise 404 if the course is not published. Two commands.
    """
    course = _find_published(key)
    tags = list_tag_terms(course["tags"])
    return list_cards(
        [
            *union(_read(course["category_id"], tags)),
            {"$match": {"status": Course.Status.PUBLISHED, "_id": {"$ne": course["_id"]}}},
            {
                "$project": READ
                | {
                    "is_near": {"$eq": ["$category_id", course["category_id"]]},
                    "shared": {"$size": having(tags)},
                }
            },
            *EACH_ONCE,
            {"$sort": {"is_near": -1, "shared": -1, **POPULAR_FIRST}},
            {"$limit": MAX_RELATED},
        ]
    )


def _find_published(key: CourseKey) -> Document:
    """Find what a course is compared by: an instance of the model would cost more than all that follows."""
    named = {"_id": key} if isinstance(key, ObjectId) else {"slug": key}
    match = named | {"status": Course.Status.PUBLISHED}
    columns = {"category_id": 1, "tags": 1}
    found: Document | None = courses().find_one(match, columns, session=connection.session)
    if found is None:
        raise Http404
    return found


def _read(category_id: ObjectId, tags: list[str]) -> list[Pipeline]:
    """Return the reads whose courses are compared; the last one finds any course if there is one."""
    published: dict[str, Any] = {"status": Course.Status.PUBLISHED}
    in_category = {"category_id": category_id} | published
    reads: list[Pipeline] = [
        [{"$match": in_category}, {"$sort": POPULAR_FIRST}, {"$limit": MAX_READ}],
        [{"$match": published}, {"$sort": POPULAR_FIRST}, {"$limit": MAX_RELATED + 1}],
    ]
    if tags:
        reads.append([{"$match": {"terms": {"$in": sorted(tags)}}}, {"$limit": MAX_READ}])
    return reads
