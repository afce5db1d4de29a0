"""The students of an instructor's courses: how many each course has, and on which days they came and completed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from learning.models import Enrollment
from learning.queries.students import active_in
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline

IS_COMPLETED = {"$ne": ["$completed_at", None]}


@dataclass(frozen=True)
class StudentCounts:
    """Numbers of students: by course, and by day in UTC (`2026-11-28`); what is missing is 0."""

    students: dict[ObjectId, int]
    completions: dict[ObjectId, int]
    enrolled: dict[str, int]
    completed: dict[str, int]


def count_students(courses: Iterable[ObjectId], since: datetime) -> StudentCounts:
    """Count the students of courses, and on which days since a moment they enrolled and completed.

    As in a course's statistics, only those who have access at present are counted.
    """
    rows = Enrollment.collection().aggregate(
        _counts(list(courses), since), session=connection.session
    )
    [counts] = rows
    return StudentCounts(
        {each["_id"]: each["students"] for each in counts["courses"]},
        {each["_id"]: each["completions"] for each in counts["courses"]},
        *({each["_id"]: each["count"] for each in counts[name]} for name in ("begun", "done")),
    )


def _counts(courses: list[ObjectId], since: datetime) -> Pipeline:
    """Return the pipeline of one document, which reads nothing but the index `enrollment_course_students`."""
    by_course: Document = {
        "_id": "$course_id",
        "students": {"$sum": 1},
        "completions": {"$sum": {"$cond": [IS_COMPLETED, 1, 0]}},
    }
    return [
        {"$match": active_in({"$in": courses})},
        {"$project": {"_id": 0, "course_id": 1, "enrolled_at": 1, "completed_at": 1}},
        {
            "$facet": {
                "courses": [{"$group": by_course}],
                "begun": _by_day("enrolled_at", since),
                "done": _by_day("completed_at", since),
            }
        },
    ]


def _by_day(name: str, since: datetime) -> list[dict[str, Any]]:
    day = {"$dateToString": {"date": f"${name}", "format": "%Y-%m-%d"}}
    return [
        {"$match": {name: {"$gte": since}}},
        {"$group": {"_id": day, "count": {"$sum": 1}}},
    ]
