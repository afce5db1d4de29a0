"""Enrollments: a person's courses with their cards and percentages in one pipeline, and what others ask about them."""

from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId

from accounts.models import User
from courses.models import Course, Lecture
from courses.queries.cards import CARD, CardDocument, render_card
from learning.access import Access
from learning.models import Enrollment
from learning.queries.progress import percent
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, rows_of_person
from lms.pagination import Page

LAST_STUDIED_FIRST = ("-last_activity_at", "-id")


class EnrollmentCard(TypedDict):
    """An enrollment with the card of its course, and the numbers of completed and of published lectures."""

    _id: ObjectId
    course: CardDocument
    enrolled_at: datetime
    completed_at: datetime | None
    certificate: str
    last_activity_at: datetime
    last_lecture: ObjectId | None
    total: int
    done: int


WITH_LECTURES: dict[str, Any] = {
    "$lookup": {
        "from": Lecture._meta.db_table,
        "localField": "course_id",
        "foreignField": "course_id",
        "pipeline": [{"$match": {"is_published": True}}, {"$project": {"_id": 1}}],
        "as": "lectures",
    }
}

WITH_COUNTS: Pipeline = [
    WITH_LECTURES,
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

WITH_CARD: Pipeline = [
    {
        "$lookup": {
            "from": Course._meta.db_table,
            "localField": "course_id",
            "foreignField": "_id",
            "pipeline": CARD,
            "as": "course",
        }
    },
    {"$set": {"course": {"$first": "$course"}}},
]


def list_enrollments(
    user_id: ObjectId, page: Page, rows: list[Document] | None = None
) -> list[EnrollmentCard]:
    """Return a page of a person's active enrollments plus one row, the last studied first.

    `rows` if `join_enrollments` has joined them already.
    """
    if rows is None:
        return _read([{"$match": {"user_id": user_id}}, *_page_stages(page)])
    return cast(list[EnrollmentCard], rows)


def join_enrollments(page: Page) -> Document:
    """Return the stage that joins, as `enrollments`, the rows of `list_enrollments` to a document with a `user_id`."""
    stages = [*_page_stages(page), *WITH_COUNTS, *WITH_CARD]
    return rows_of_person(Enrollment, "enrollments", stages)


def _page_stages(page: Page) -> Pipeline:
    match = {"status": Enrollment.Status.ACTIVE} | page.match()
    return [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]


def get_enrollment(user_id: ObjectId, course_id: ObjectId) -> EnrollmentCard:
    """Return a person's enrollment in a course, which must exist."""
    [row] = _read([{"$match": {"user_id": user_id, "course_id": course_id}}])
    return row


def render_enrollment(row: EnrollmentCard) -> dict[str, Any] | None:
    """Render an enrollment, as `EnrollmentSerializer` declares it; None if its course is gone."""
    if not row.get("course"):
        return None
    return {
        "id": row["_id"],
        "course": render_card(row["course"]),
        "percentage": percent(row["done"], row["total"]),
        "completed_lectures": row["done"],
        "total_lectures": row["total"],
        "is_completed": row["completed_at"] is not None,
        "completed_at": row["completed_at"],
        "certificate": row["certificate"] or None,
        "last_lecture": row["last_lecture"],
        "last_activity_at": row["last_activity_at"],
        "enrolled_at": row["enrolled_at"],
    }


def render_access(access: Access) -> dict[str, Any]:
    """Render whether a person may watch a course and why, as `AccessSerializer` declares it without a lecture."""
    return {
        "can_watch": access.can_watch,
        "reason": access.reason,
        "grants": [
            {
                "source": grant["source"],
                "order": grant["order"],
                "active": grant["active"],
                "since": grant["since"],
            }
            for grant in access.grants
        ],
    }


def is_enrolled(user_id: ObjectId, course_id: ObjectId) -> bool:
    """Return whether a person has access to a course by a grant."""
    return Enrollment.objects.active().filter(user_id=user_id, course_id=course_id).exists()


def is_enrolled_anywhere(user: User) -> bool:
    """Return whether a person has access to any course by a grant."""
    return Enrollment.objects.active().filter(user=user).exists()


def was_granted(user_id: ObjectId, course_id: ObjectId, *, order: ObjectId) -> bool:
    """Return whether this order ever gave access, also if the grant has ended."""
    enrollment = Enrollment.objects.filter(user_id=user_id, course_id=course_id).first()
    return enrollment is not None and any(grant.order == order for grant in enrollment.grants)


def consumed_percentage(user_id: ObjectId, course_id: ObjectId) -> int:
    """Return the highest share of the published lectures that a person ever consumed, from 0 to 100; 0 if not enrolled.

    Neither the person nor a later change of the course sets it back.
    """
    consumed = {"$setUnion": [{"$ifNull": ["$consumed_lectures", []]}, "$completed_lectures"]}
    counts = {
        "highest": {"$ifNull": ["$consumed_percent", 0]},
        "consumed": {"$size": {"$setIntersection": ["$lectures._id", consumed]}},
        "total": {"$size": "$lectures"},
    }
    match = {"user_id": user_id, "course_id": course_id}
    rows = Enrollment.collection().aggregate(
        [{"$match": match}, WITH_LECTURES, {"$project": counts}], session=connection.session
    )
    row = next(rows, None)
    return max(row["highest"], percent(row["consumed"], row["total"])) if row else 0


def percentages(ids: list[ObjectId]) -> dict[ObjectId, int]:
    """Return the percentage of each of these enrollments, by id."""
    rows = Enrollment.collection().aggregate(
        [{"$match": {"_id": {"$in": ids}}}, *WITH_COUNTS], session=connection.session
    )
    return {row["_id"]: percent(row["done"], row["total"]) for row in rows}


def _read(stages: Pipeline) -> list[EnrollmentCard]:
    rows = Enrollment.collection().aggregate([*stages, *WITH_COUNTS, *WITH_CARD])
    return cast(list[EnrollmentCard], list(rows))
