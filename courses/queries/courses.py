"""One course in full, with its outline."""

from typing import Any

from bson import ObjectId
from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _

from courses.keys import CourseKey
from courses.models import Course, Lecture, Section
from courses.queries.cards import COLUMNS, JOINED, REFERENCES, CardDocument, courses, render_card
from courses.queries.outline import (
    LectureDocument,
    OutlineDocument,
    SectionDocument,
    render_outline,
)
from courses.visibility import Facts, Person, may_see
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline

DELETED_TITLE = "Deleted course"
"""What is shown as the title of a course whose row is gone."""


class CourseDocument(CardDocument, OutlineDocument):
    """A course in full, as `DETAIL` reads it."""

    description: str
    description_html: str
    objectives: list[str]
    requirements: list[str]
    tags: list[str]
    completion: str
    pacing: str


FACTS = ("instructor_id", "status")
"""The columns that decide who may see a course."""


def _lookup_parts(
    model: type[Model], name: str, *, order: tuple[str, ...], document: type
) -> dict[str, Any]:
    """Join the sections or lectures of a course, in this order, with the columns of `document`."""
    return {
        "$lookup": {
            "from": model._meta.db_table,
            "localField": "_id",
            "foreignField": "course_id",
            "pipeline": [
                {"$sort": dict.fromkeys(order, 1)},
                {"$project": dict.fromkeys(document.__annotations__, 1)},
            ],
            "as": name,
        }
    }


DETAIL: Pipeline = [
    *REFERENCES,
    _lookup_parts(Section, "sections", order=("position", "_id"), document=SectionDocument),
    _lookup_parts(
        Lecture, "lectures", order=("section_id", "position", "_id"), document=LectureDocument
    ),
    {"$project": dict.fromkeys(CourseDocument.__annotations__, 1) | COLUMNS | JOINED},
]
"""The stages that read a course in full."""


def find_course(key: CourseKey) -> CourseDocument | None:
    """Find a course in full, by id or slug, whatever its status."""
    pipeline = [{"$match": _named(key)}, *DETAIL]
    return next(courses().aggregate(pipeline, session=connection.session), None)


def get_course(user: Person, key: CourseKey) -> Course:
    """Return a course by id or slug; raise 404 if it does not exist or the person may not see it."""
    course = Course.objects.named(key).first()
    if course is None or not may_see(user, course):
        raise Http404
    return course


def require_visible(user: Person, key: CourseKey) -> Facts:
    """Return the facts of a course by id or slug; raise 404 if it does not exist or the person may not see it."""
    row = courses().find_one(_named(key), dict.fromkeys(FACTS, 1), session=connection.session)
    course = row and Facts(row["_id"], row["instructor_id"], row["status"])
    if course is None or not may_see(user, course):
        raise Http404
    return course


def _named(key: CourseKey) -> dict[str, Any]:
    return {"_id": key} if isinstance(key, ObjectId) else {"slug": key}


def get_course_id(key: CourseKey) -> ObjectId:
    """Return the id of a course, which costs a command for a slug; raise 404 if no course has this slug.

    Whether an id exists, and whether the person may see the course, is asked by what reads the course next.
    """
    if isinstance(key, ObjectId):
        return key
    row = courses().find_one(_named(key), {"_id": 1}, session=connection.session)
    if row is None:
        raise Http404
    course_id: ObjectId = row["_id"]
    return course_id


def facts_of(document: CourseDocument) -> Facts:
    """Return the facts that decide who may see the course of a document."""
    return Facts(document["_id"], document["instructor"]["_id"], document["status"])


def render_course(
    document: CourseDocument, *, viewer: dict[str, Any] | None = None, whole: bool = False
) -> dict[str, Any]:
    """Render a course with its outline, and with what it is to the person who looks at it.

    `whole` includes the unpublished lectures, which only its author sees.
    """
    return render_card(document) | {
        "description": document["description"],
        "description_html": document["description_html"],
        "objectives": document["objectives"],
        "requirements": document["requirements"],
        "tags": document["tags"],
        "completion": document["completion"],
        "pacing": document["pacing"],
        "status": document["status"],
        "rejection_reason": (document["rejection_reason"] or None) if whole else None,
        "sections": render_outline(document, whole=whole),
        "viewer": viewer,
    }


def render_warnings(document: CourseDocument) -> list[dict[str, Any]]:
    """Render what an author should know of a course that can be published all the same."""
    if document["completion"] != Course.Completion.WATCHED:
        return []
    return [
        {
            "code": "unknown_duration",
            "detail": _(
                "The length of the video “{title}” is unknown. Students complete it by hand."
            ).format(title=lecture["title"]),
            "attr": f"lectures.{lecture['_id']}.asset",
        }
        for lecture in document["lectures"]
        if lecture["is_published"]
        and lecture["kind"] == Lecture.Kind.VIDEO
        and not lecture["duration_seconds"]
    ]
