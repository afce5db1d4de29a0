"""The attempts at a quiz: a student's own, or all of them for those who teach the course, page by page and as CSV."""

from collections.abc import Iterator, Mapping
from typing import Any

from bson import ObjectId
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.queries import DELETED_NAME
from assessments.models import Attempt
from assessments.queries.attempts import render_facts
from assessments.queries.quizzes import find_standing
from courses.models import Course, Lecture
from courses.visibility import is_author, teaches
from lms import audit, spreadsheets
from lms.mongodb.pipelines import Document, Pipeline, joined, lookup
from lms.pagination import Page

NEWEST_FIRST = ("-started_at", "-id")
SUBMITTED = {"$in": [Attempt.Status.SUBMITTED, Attempt.Status.GRADED]}
CSV_BATCH = 500
"""How many attempts are read from the database at a time."""
CSV_COLUMNS = (
    "student",
    "name",
    "number",
    "status",
    "started_at",
    "submitted_at",
    "submitted_by",
    "score",
    "max_score",
    "percentage",
    "passed",
)


def get_course_of(lecture_id: ObjectId) -> Course:
    """Return the course of a quiz; raise 404 if there is no such quiz."""
    lectures = Lecture.objects.filter(pk=lecture_id, kind=Lecture.Kind.QUIZ)
    return get_object_or_404(Course, pk=get_object_or_404(lectures).course_id)


def list_attempts(
    user: User, lecture_id: ObjectId, filters: dict[str, Any], page: Page
) -> list[dict[str, Any]]:
    """Return a page of the attempts that a person may see at a quiz plus one row, the newest first.

    For a person who has none and may not watch the lecture, raises what `find_standing` does.
    """
    course = get_course_of(lecture_id)
    if is_author(user, course):
        return _find(_match(lecture_id, filters) | page.match(), page)
    own = _match(lecture_id, filters | {"student": user.pk})
    rows = _find(own | page.match(), page)
    if not rows:
        find_standing(lecture_id, user)
    for row in rows:
        row.pop("student")
    return rows


def render_summary(row: Document) -> dict[str, Any]:
    """Render an attempt in a list, as `AttemptSummarySerializer` declares it; authors see whose it is."""
    if "student" not in row:
        return render_facts(row)
    student = row["student"]
    return render_facts(row) | {"student": {"id": student["_id"], "name": student["name"]}}


def render_csv(course: Course, lecture_id: ObjectId, by: User) -> Iterator[str]:
    """Render the submitted attempts at a quiz as lines of CSV, the newest first, read while they are sent.

    The audit log keeps that somebody else than the instructor read them.
    """
    rows = _iter_cells(lecture_id)
    if not teaches(by, course):
        rows = audit.exported(by.pk, Attempt, rows, query=f"lecture={lecture_id}")
    return spreadsheets.render_csv(CSV_COLUMNS, rows)


def _iter_cells(lecture_id: ObjectId) -> Iterator[list[spreadsheets.Value]]:
    stages: Pipeline = [
        {"$match": {"lecture_id": lecture_id, "status": SUBMITTED}},
        {"$sort": {"started_at": -1, "_id": -1}},
        *WITH_STUDENT,
    ]
    for row in Attempt.collection().aggregate(stages, batchSize=CSV_BATCH):
        student = {"student": str(row["student"]["_id"]), "name": row["student"]["name"]}
        attempt = render_facts(row) | student
        yield [attempt[column] for column in CSV_COLUMNS]


def _match(lecture_id: ObjectId, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the match of attempts at a quiz; `filters` are those of `AttemptFilter`."""
    match = {"lecture_id": lecture_id, **filters}
    if student := match.pop("student", None):
        match["user_id"] = student
    return match


def _find(match: Document, page: Page) -> list[dict[str, Any]]:
    stages: Pipeline = [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]
    return list(Attempt.collection().aggregate([*stages, *WITH_STUDENT]))


WITH_STUDENT: Pipeline = [
    {"$unset": ["questions", "responses", "results"]},
    lookup(User, "user_id", "student", "name"),
    {"$set": {"student": joined("student", "user_id", name=DELETED_NAME)}},
]
