"""How far a person is in a course, computed from the lectures that the course has now.

Nothing that follows from the lectures is stored, so the percentage is right when lectures are added, hidden or
deleted. A read is one pipeline, however many lectures there are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from bson import ObjectId

from accounts.models import User
from courses.exceptions import EnrollmentRequired
from courses.models import Course, Lecture, Section
from courses.queries.courses import CourseDocument, require_visible
from courses.visibility import Lock
from learning import marks
from learning.access import EnrollmentDocument
from learning.models import Enrollment
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, lookup, rows_of_person

GATED = ("enrolled_at", "unlocked_at", "completed_lectures", "ever_completed")
"""The columns of an enrollment by which gates open."""

STUDIED = (*GATED, "completed_at", "certificate", "positions", "last_lecture")
"""The columns of an enrollment that keep what was studied."""


class OutlineLecture(TypedDict):
    """A published lecture of an outline."""

    _id: ObjectId
    section_id: ObjectId
    position: int
    kind: str
    duration_seconds: int
    is_preview: bool
    requires: list[ObjectId]


class Outline(EnrollmentDocument):
    """An active enrollment with the outline of its course, the lectures in their order.

    `is_author` is true for those who teach the course and for staff, for whom nothing is locked.
    """

    course: Document
    sections: list[Document]
    lectures: list[OutlineLecture]
    is_author: bool


def with_sections(course_id: str) -> dict[str, Any]:
    """Join the sections of the course whose id is at this path, with what gates need of them."""
    return {
        "$lookup": {
            "from": Section._meta.db_table,
            "localField": course_id,
            "foreignField": "course_id",
            "pipeline": [{"$project": {"position": 1, "opens": 1}}],
            "as": "sections",
        }
    }


def with_lectures(course_id: str) -> dict[str, Any]:
    """Join the published lectures of the course whose id is at this path, with what progress and gates need of them."""
    return {
        "$lookup": {
            "from": Lecture._meta.db_table,
            "localField": course_id,
            "foreignField": "course_id",
            "pipeline": [
                {"$match": {"is_published": True}},
                {"$project": dict.fromkeys(OutlineLecture.__annotations__, 1)},
            ],
            "as": "lectures",
        }
    }


OUTLINE: Pipeline = [
    with_sections("course_id"),
    with_lectures("course_id"),
    lookup(Course, "course_id", "course", "completion", "pacing", "instructor_id"),
    {"$unwind": "$course"},
    lookup(User, "user_id", "person", "is_staff"),
]


def get_outline(
    user_id: ObjectId, course_id: ObjectId, *columns: str, rows: list[Document] | None = None
) -> Outline:
    """Return columns of a person's active enrollment with the outline of its course; `rows` if they were joined already.

    Raises `EnrollmentRequired`, or `Http404` for a course that does not exist or that the person may not see.
    """
    if rows is None:
        stages = [{"$match": {"user_id": user_id}}, *_outline_stages(course_id, columns)]
        rows = list(Enrollment.collection().aggregate(stages, session=connection.session))
    if not rows:
        require_visible(User.objects.get(pk=user_id), course_id)
        raise EnrollmentRequired
    [row] = rows
    outline = cast(Outline, row)
    outline["lectures"] = in_order(outline["lectures"], outline["sections"])
    is_staff = any(person["is_staff"] for person in row["person"])
    outline["is_author"] = is_staff or outline["course"]["instructor_id"] == user_id
    return outline


def join_outline(course_id: ObjectId, *columns: str) -> Document:
    """Return the stage that joins, as `outline`, the rows of `get_outline` to a document with a `user_id`."""
    return rows_of_person(Enrollment, "outline", _outline_stages(course_id, columns))


def _outline_stages(course_id: ObjectId, columns: Sequence[str]) -> Pipeline:
    return [
        {"$match": {"course_id": course_id, "status": Enrollment.Status.ACTIVE}},
        {"$project": {"user_id": 1, "course_id": 1} | dict.fromkeys(columns, 1)},
        *OUTLINE,
    ]


def outline_of(
    enrollment: EnrollmentDocument, document: CourseDocument, *, is_author: bool
) -> Outline:
    """Return what `get_outline` does, of a course that was read already."""
    published = [lecture for lecture in document["lectures"] if lecture["is_published"]]
    more = {
        "course": document,
        "sections": document["sections"],
        "lectures": in_order(published, document["sections"]),
        "is_author": is_author,
    }
    return cast(Outline, {**enrollment, **more})


def in_order[Lecture: Mapping[str, Any]](
    lectures: list[Lecture], sections: Sequence[Mapping[str, Any]]
) -> list[Lecture]:
    """Return the lectures of a course in their order."""
    places = {section["_id"]: section["position"] for section in sections}
    return sorted(
        lectures,
        key=lambda each: (places.get(each["section_id"], 0), each["position"], each["_id"]),
    )


def percent(completed: int, total: int) -> int:
    """Return whole percents, rounded down; 0 if the total is 0."""
    return completed * 100 // total if total else 0


def render_states(
    studied: EnrollmentDocument, durations: Mapping[ObjectId, int]
) -> dict[ObjectId, dict[str, Any]]:
    """Render per lecture whether it is completed and the last position; `durations` are in seconds."""
    completed = set(studied.get("completed_lectures", ()))
    positions = studied.get("positions", {})
    return {
        pk: {
            "completed": pk in completed,
            "position_seconds": marks.position(positions.get(str(pk)), duration),
        }
        for pk, duration in durations.items()
    }


def render_lock(lock: Lock | None) -> dict[str, Any] | None:
    """Render why a lecture is locked, as `LockSerializer` declares it; None if it is open."""
    return lock.render() if lock else None


def render_progress(
    outline: Outline, studied: EnrollmentDocument, locks: Mapping[ObjectId, Lock | None]
) -> dict[str, Any]:
    """Render what was studied of an outline, as `ProgressSerializer` declares it."""
    durations = {each["_id"]: each["duration_seconds"] for each in outline["lectures"]}
    states = render_states(studied, durations)
    lectures = [
        {"id": pk, **state, "locked": render_lock(locks[pk])} for pk, state in states.items()
    ]
    completed = sum(lecture["completed"] for lecture in lectures)
    last = next((each for each in lectures if each["id"] == studied["last_lecture"]), None)
    return {
        "percentage": percent(completed, len(lectures)),
        "completed_lectures": completed,
        "total_lectures": len(lectures),
        "is_completed": studied["completed_at"] is not None,
        "completed_at": studied["completed_at"],
        "certificate": studied["certificate"] or None,
        "last_lecture": last and last["id"],
        "resume": _render_resume(lectures, last),
        "lectures": lectures,
    }


def _render_resume(
    lectures: list[dict[str, Any]], last: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Render where to continue.

    That is the last lecture while it is not completed, then the next one that is not, searched from the top again after
    the end; and the last one when all are completed. One that is locked comes only when no other is left.
    """
    start = lectures.index(last) if last else 0
    in_turn = lectures[start:] + lectures[:start]
    left = [each for each in in_turn if not each["completed"]]
    place = min(left, key=lambda each: each["locked"] is not None, default=last)
    return place and {"lecture": place["id"], "position_seconds": place["position_seconds"]}
