"""A person's courses with their cards and percentages: one pipeline a page."""

from typing import Any

from bson import ObjectId

from courses.models import Course, Lecture
from courses.queries.courses import CARD, render_card
from learning.models import Enrollment
from learning.queries.progress import share
from lms.mongodb import connection
from lms.mongodb.pipelines import Document
from lms.pagination import Page

LATEST = ("-last_activity_at", "-id")

COUNTED: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": Lecture._meta.db_table,
            "localField": "course_id",
            "foreignField": "course_id",
            "pipeline": [{"$match": {"is_published": True}}, {"$project": {"_id": 1}}],
            "as": "lectures",
        }
    },
    {
        "$project": {
            "course_id": 1,
            "enrolled_at": 1,
            "completed_at": 1,
            "certificate": 1,
            "last_activity_at": 1,
            "last_lecture": {
                "$cond": [{"$in": ["$last_lecture", "$lectures._id"]}, "$last_lecture", None]
            },
            "total": {"$size": "$lectures"},
            "done": {"$size": {"$setIntersection": ["$lectures._id", "$completed_lectures"]}},
        }
    },
]

WITH_CARD: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": Course._meta.db_table,
            "localField": "course_id",
            "foreignField": "_id",
            "pipeline": CARD,
            "as": "course",
        }
    },
    {"$unwind": "$course"},
]


def page_of(user_id: ObjectId, page: Page) -> list[Document]:
    """Find a page of somebody's courses and one more, the last studied first."""
    match = {"user_id": user_id, "status": Enrollment.Status.ACTIVE} | page.match()
    return _read([{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}])


def one(user_id: ObjectId, course_id: ObjectId) -> Document:
    """Find somebody's enrollment in a course, which must be there."""
    return _read([{"$match": {"user_id": user_id, "course_id": course_id}}])[0]


def is_enrolled(user_id: ObjectId, course_id: ObjectId) -> bool:
    """Return whether a person has access to a course by a grant."""
    return Enrollment.objects.active().filter(user_id=user_id, course_id=course_id).exists()


def was_granted(user_id: ObjectId, course_id: ObjectId, *, order: ObjectId) -> bool:
    """Return whether this order ever gave access, also if the grant has ended."""
    enrollment = Enrollment.objects.filter(user_id=user_id, course_id=course_id).first()
    return enrollment is not None and any(grant.order == order for grant in enrollment.grants)


def percentages(ids: list[ObjectId]) -> dict[ObjectId, int]:
    """Give how far these enrollments are, by id."""
    collection = connection.get_collection(Enrollment._meta.db_table)
    rows = collection.aggregate([{"$match": {"_id": {"$in": ids}}}, *COUNTED])
    return {row["_id"]: share(row["done"], row["total"]) for row in rows}


def answer(row: Document) -> dict[str, Any]:
    """Write an enrollment, as `EnrollmentSerializer` declares it."""
    return {
        "id": row["_id"],
        "course": render_card(row["course"]),
        "percentage": share(row["done"], row["total"]),
        "completed_lectures": row["done"],
        "total_lectures": row["total"],
        "is_completed": row["completed_at"] is not None,
        "completed_at": row["completed_at"],
        "certificate": row["certificate"] or None,
        "last_lecture": row["last_lecture"],
        "last_activity_at": row["last_activity_at"],
        "enrolled_at": row["enrolled_at"],
    }


def _read(stages: list[dict[str, Any]]) -> list[Document]:
    collection = connection.get_collection(Enrollment._meta.db_table)
    return list(collection.aggregate([*stages, *COUNTED, *WITH_CARD]))
