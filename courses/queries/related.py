"""The courses that are shown beside a course."""

from typing import Any

from courses.models import Course
from courses.queries.cards import CardDocument
from courses.queries.search import EACH_ONCE, READ, list_found, union
from courses.terms import list_tag_terms
from lms.mongodb.pipelines import Pipeline

MAX_RELATED = 8

MAX_READ = 200
"""How many courses of the category, and how many with a tag of the course, are compared."""

POPULAR_FIRST = {"enrolled_count": -1, "_id": -1}


def list_related(course: Course) -> list[CardDocument]:
    """List published courses beside a course: those of its category first, then by shared tags, then the most enrolled.

    Two commands.
    """
    tags = list_tag_terms(course.tags)
    return list_found(
        [
            *union(_read(course, tags)),
            {"$match": {"status": Course.Status.PUBLISHED, "_id": {"$ne": course.pk}}},
            {
                "$project": READ
                | {
                    "is_near": {"$eq": ["$category_id", course.category_id]},
                    "shared": {"$size": {"$setIntersection": ["$terms", tags]}},
                }
            },
            *EACH_ONCE,
            {"$sort": {"is_near": -1, "shared": -1, **POPULAR_FIRST}},
            {"$limit": MAX_RELATED},
        ]
    )


def _read(course: Course, tags: list[str]) -> list[Pipeline]:
    """Return the reads whose courses are compared; the last one finds any course if there is one."""
    published: dict[str, Any] = {"status": Course.Status.PUBLISHED}
    in_category = {"category_id": course.category_id} | published
    reads: list[Pipeline] = [
        [{"$match": in_category}, {"$sort": POPULAR_FIRST}, {"$limit": MAX_READ}],
        [{"$match": published}, {"$sort": POPULAR_FIRST}, {"$limit": MAX_RELATED + 1}],
    ]
    if tags:
        reads.append([{"$match": {"terms": {"$in": sorted(tags)}}}, {"$limit": MAX_READ}])
    return reads
