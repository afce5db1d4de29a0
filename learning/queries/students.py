"""The students of a course with their progress, as its instructor sees them: page by page, and as CSV."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId

from accounts.models import User
from accounts.queries import joined_person, render_person
from courses.models import Course, Lecture
from courses.visibility import teaches
from learning.models import Enrollment
from learning.queries.progress import percent
from lms import audit, spreadsheets
from lms.mongodb.pipelines import Document, Pipeline, lookup
from lms.pagination import Page

NEWEST_FIRST = ("-enrolled_at", "-id")
CSV_COLUMNS = (
    "name",
    "percentage",
    "completed_lectures",
    "total_lectures",
    "enrolled_at",
    "completed_at",
    "last_activity_at",
)
CSV_BATCH = 500
"""How many students are read from the database at a time."""


class Student(TypedDict):
    """An enrollment with its person, and the numbers of completed and of published lectures."""

    _id: ObjectId
    user: Document
    enrolled_at: datetime
    completed_at: datetime | None
    last_activity_at: datetime
    unlocked_at: datetime | None
    unlock_reason: str
    done: int
    total: int


def list_students(course_id: ObjectId, page: Page) -> list[Student]:
    """Return a page of a course's students plus one row, the last enrolled first."""
    match = active_in(course_id) | page.match()
    stages: Pipeline = [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]
    rows = Enrollment.collection().aggregate([*stages, *_with_progress(course_id)])
    return cast(list[Student], list(rows))


def render_student(row: Student) -> dict[str, Any]:
    """Render a student of a course, as `StudentSerializer` declares it."""
    return {
        "id": row["_id"],
        "student": render_person(row["user"]),
        "percentage": percent(row["done"], row["total"]),
        "completed_lectures": row["done"],
        "total_lectures": row["total"],
        "enrolled_at": row["enrolled_at"],
        "completed_at": row["completed_at"],
        "last_activity_at": row["last_activity_at"],
        "unlocked": _render_unlock(row),
    }


def _render_unlock(row: Student) -> dict[str, Any] | None:
    if not row.get("unlocked_at"):
        return None
    return {"reason": row["unlock_reason"], "at": row["unlocked_at"]}


def render_csv(course: Course, by: User) -> Iterator[str]:
    """Render all students of a course as lines of CSV, the first enrolled first, read while they are sent.

    The audit log keeps that somebody else than the instructor read them.
    """
    rows = _iter_cells(course.pk)
    if not teaches(by, course):
        rows = audit.exported(by.pk, Enrollment, rows, query=f"course={course.pk}")
    return spreadsheets.render_csv(CSV_COLUMNS, rows)


def _iter_cells(course_id: ObjectId) -> Iterator[list[spreadsheets.Value]]:
    stages: Pipeline = [
        {"$match": active_in(course_id)},
        {"$sort": {"enrolled_at": 1, "_id": 1}},
        *_with_progress(course_id),
    ]
    for row in Enrollment.collection().aggregate(stages, batchSize=CSV_BATCH):
        student = render_student(cast(Student, row)) | {"name": row["user"]["name"]}
        yield [student[column] for column in CSV_COLUMNS]


def active_in(course: ObjectId | Document) -> dict[str, Any]:
    """Return the match of the students who have access, of a course or of those that an operator finds."""
    return {"course_id": course, "status": Enrollment.Status.ACTIVE}


def _with_progress(course_id: ObjectId) -> Pipeline:
    published = Lecture.objects.filter(course=course_id, is_published=True)
    lectures = list(published.values_list("pk", flat=True))
    return [
        lookup(User, "user_id", "user", "name", "avatar"),
        {
            "$project": {
                "user": joined_person("user", "user_id"),
                "enrolled_at": 1,
                "completed_at": 1,
                "last_activity_at": 1,
                "unlocked_at": 1,
                "unlock_reason": 1,
                "done": {"$size": {"$setIntersection": ["$completed_lectures", lectures]}},
                "total": {"$literal": len(lectures)},
            }
        },
    ]
