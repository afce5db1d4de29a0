"""What an instructor sees of a course's students: who they are, how far they are, and where they stop."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from django.utils import timezone

from accounts.models import User
from accounts.queries import render_person
from courses.models import Lecture, Section
from learning.models import Enrollment
from learning.queries.progress import share
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, lookup
from lms.pagination import Page

NEWEST = ("-enrolled_at", "-id")
RECENT = timedelta(days=30)
COLUMNS = (
    "name",
    "percentage",
    "completed_lectures",
    "total_lectures",
    "enrolled_at",
    "completed_at",
    "last_activity_at",
)


def page_of(course_id: ObjectId, page: Page) -> list[Document]:
    """Find a page of a course's students and one more, the newest first."""
    match = _active(course_id) | page.match()
    stages = [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]
    return list(_enrollments().aggregate([*stages, *_with_progress(_lectures(course_id))]))


def answer(row: Document) -> dict[str, Any]:
    """Write a student of a course, as `StudentSerializer` declares it."""
    return {
        "id": row["_id"],
        "student": render_person(row["user"]),
        "percentage": share(row["done"], row["total"]),
        "completed_lectures": row["done"],
        "total_lectures": row["total"],
        "enrolled_at": row["enrolled_at"],
        "completed_at": row["completed_at"],
        "last_activity_at": row["last_activity_at"],
    }


def csv_lines(course_id: ObjectId) -> Iterator[str]:
    """Give all students of a course as lines of CSV, read as they are sent, the longest enrolled first."""
    lectures = _lectures(course_id)
    stages = [{"$match": _active(course_id)}, {"$sort": {"enrolled_at": 1, "_id": 1}}]
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in _enrollments().aggregate([*stages, *_with_progress(lectures)], batchSize=500):
        student = answer(row) | {"name": row["user"]["name"]}
        yield writer.writerow([_cell(student[column]) for column in COLUMNS])


def statistics(course_id: ObjectId) -> dict[str, Any]:
    """Count a course's students, and for each lecture who began it, who finished it and who stopped there."""
    lectures = _outline(course_id)
    ids = [lecture["pk"] for lecture in lectures]
    finished = {"$setIntersection": ["$completed_lectures", ids]}
    begun = {"$map": {"input": {"$objectToArray": "$positions"}, "in": {"$toObjectId": "$$this.k"}}}
    recently = {"$gte": ["$last_activity_at", timezone.now() - RECENT]}
    stopped = {"$and": [{"$eq": ["$completed_at", None]}, {"$lt": ["$done", len(ids)]}]}
    pipeline = [
        {"$match": _active(course_id)},
        {
            "$project": {
                "completed_at": 1,
                "last_activity_at": 1,
                "last_lecture": 1,
                "finished": finished,
                "begun": {"$setUnion": ["$completed_lectures", begun]},
                "done": {"$size": finished},
            }
        },
        {
            "$facet": {
                "totals": [
                    {
                        "$group": {
                            "_id": None,
                            "students": {"$sum": 1},
                            "completed": {
                                "$sum": {"$cond": [{"$eq": ["$completed_at", None]}, 0, 1]}
                            },
                            "active": {"$sum": {"$cond": [recently, 1, 0]}},
                            "done": {"$sum": "$done"},
                        }
                    }
                ],
                "begun": [{"$unwind": "$begun"}, *_counted("$begun")],
                "finished": [{"$unwind": "$finished"}, *_counted("$finished")],
                "stopped": [{"$match": {"$expr": stopped}}, *_counted("$last_lecture")],
            }
        },
    ]
    [found] = _enrollments().aggregate(pipeline)
    totals = (
        found["totals"][0]
        if found["totals"]
        else dict.fromkeys(("students", "completed", "active", "done"), 0)
    )
    begun, finished, stopped = (
        {each["_id"]: each["count"] for each in found[name]}
        for name in ("begun", "finished", "stopped")
    )
    return {
        "students": totals["students"],
        "completed": totals["completed"],
        "active_last_30_days": totals["active"],
        "average_percentage": share(totals["done"], totals["students"] * len(ids)),
        "lectures": [
            {
                "id": lecture["pk"],
                "title": lecture["title"],
                "started": begun.get(lecture["pk"], 0),
                "completed": finished.get(lecture["pk"], 0),
                "stopped_here": stopped.get(lecture["pk"], 0),
            }
            for lecture in lectures
        ],
    }


class _Echo:
    """A file for `csv.writer` that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _cell(value: Any) -> Any:
    """Write a value so that no spreadsheet takes it for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds") + "Z"
    if isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@", "|", "%")):
        return f"'{value}"
    return "" if value is None else value


def _active(course_id: ObjectId) -> dict[str, Any]:
    return {"course_id": course_id, "status": Enrollment.Status.ACTIVE}


def _with_progress(lectures: list[ObjectId]) -> list[dict[str, Any]]:
    return [
        lookup(User, "user_id", "user", "name", "avatar"),
        {
            "$project": {
                "user": {"$first": "$user"},
                "enrolled_at": 1,
                "completed_at": 1,
                "last_activity_at": 1,
                "done": {"$size": {"$setIntersection": ["$completed_lectures", lectures]}},
                "total": {"$literal": len(lectures)},
            }
        },
    ]


def _counted(name: str) -> list[dict[str, Any]]:
    return [{"$group": {"_id": name, "count": {"$sum": 1}}}]


def _lectures(course_id: ObjectId) -> list[ObjectId]:
    published = Lecture.objects.filter(course=course_id, is_published=True)
    return list(published.values_list("pk", flat=True))


def _outline(course_id: ObjectId) -> list[Document]:
    """Read the published lectures of a course in their order."""
    sections = dict(Section.objects.filter(course=course_id).values_list("pk", "position"))
    published = Lecture.objects.filter(course=course_id, is_published=True)
    lectures = published.values("pk", "title", "section_id", "position")
    return sorted(
        lectures,
        key=lambda each: (sections.get(each["section_id"], 0), each["position"], each["pk"]),
    )


def _enrollments() -> Any:
    return connection.get_collection(Enrollment._meta.db_table)
