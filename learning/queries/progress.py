"""How far somebody is in a course, worked out from the lectures that it has at this moment.

Nothing that follows from the lectures is stored: they may come, go or be hidden, and the percentage is right all
the same. A read is one pipeline, however many lectures there are.
"""

from collections.abc import Callable, Iterable
from typing import Any

from bson import ObjectId
from django.utils import timezone
from pymongo import ReturnDocument
from pymongo.collection import Collection

from accounts.models import User
from certificates.services import issue
from courses.models import Course, Lecture, Section
from courses.queries.courses import get_course
from courses.queries.outline import Sections
from courses.visibility import CourseFacts, Person
from learning import marks
from learning.access import decide, enrollment_of
from learning.exceptions import EnrollmentRequired
from learning.models import Enrollment
from lms.mongodb import connection
from lms.mongodb.pipelines import Document
from lms.mongodb.transaction import atomic

STUDIED = ("completed_at", "certificate", "completed_lectures", "positions", "last_lecture")
"""The columns of an enrollment that tell what was studied."""

OUTLINE: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": Section._meta.db_table,
            "localField": "course_id",
            "foreignField": "course_id",
            "pipeline": [{"$project": {"position": 1}}],
            "as": "sections",
        }
    },
    {
        "$lookup": {
            "from": Lecture._meta.db_table,
            "localField": "course_id",
            "foreignField": "course_id",
            "pipeline": [
                {"$match": {"is_published": True}},
                {"$project": {"section_id": 1, "position": 1, "kind": 1, "duration_seconds": 1}},
            ],
            "as": "lectures",
        }
    },
    {
        "$lookup": {
            "from": Course._meta.db_table,
            "localField": "course_id",
            "foreignField": "_id",
            "pipeline": [{"$project": {"completion": 1}}],
            "as": "course",
        }
    },
    {"$unwind": "$course"},
]


def of(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Tell how far a person is, as `ProgressSerializer` declares it. Raises what `read` raises."""
    enrollment = read(user_id, course_id, STUDIED)
    return told(enrollment, enrollment)


def percentage(user_id: ObjectId, course_id: ObjectId) -> int:
    """Give the share of the published lectures that are completed, from 0 to 100; 0 for who never enrolled."""
    pipeline: list[Document] = [
        {"$match": {"user_id": user_id, "course_id": course_id}},
        {"$project": {"course_id": 1, "completed_lectures": 1}},
        *OUTLINE,
    ]
    found = next(enrollments().aggregate(pipeline, session=connection.session), None)
    if found is None:
        return 0
    lectures = {lecture["_id"] for lecture in found["lectures"]}
    return share(len(lectures.intersection(found["completed_lectures"])), len(lectures))


def share(completed: int, total: int) -> int:
    """Give whole percents, rounded down; nothing of nothing is 0."""
    return completed * 100 // total if total else 0


def enrollments() -> Collection:
    return connection.get_collection(Enrollment._meta.db_table)


def read(user_id: ObjectId, course_id: ObjectId, columns: Iterable[str]) -> Document:
    """Read an active enrollment with the outline of its course: `course`, and `lectures` in their order.

    Raises `EnrollmentRequired`, or `Http404` for a course that does not exist or that the person may not see.
    """
    pipeline: list[Document] = [
        {"$match": {"user_id": user_id, "course_id": course_id, "status": "active"}},
        {"$project": {"user_id": 1, "course_id": 1} | dict.fromkeys(columns, 1)},
        *OUTLINE,
    ]
    found = next(enrollments().aggregate(pipeline, session=connection.session), None)
    if found is None:
        get_course(User.objects.get(pk=user_id), course_id)
        raise EnrollmentRequired
    sections = {section["_id"]: section["position"] for section in found["sections"]}
    found["lectures"].sort(
        key=lambda each: (sections.get(each["section_id"], 0), each["position"], each["_id"])
    )
    return found


def state_of(studied: Document) -> Callable[[ObjectId, int], dict[str, Any]]:
    """Give a function that tells of a lecture, by id and duration in seconds, what an enrollment says of it."""
    completed = set(studied.get("completed_lectures", ()))
    positions = studied.get("positions", {})

    def state(lecture_id: ObjectId, duration: int) -> dict[str, Any]:
        return {
            "completed": lecture_id in completed,
            "position_seconds": marks.position(positions.get(str(lecture_id)), duration),
        }

    return state


def annotate_outline(sections: Sections, user: Person, course: CourseFacts) -> None:
    """Add to the lectures of an outline what the person has done with them, if they may watch the course."""
    columns = ("grants", "completed_lectures", "positions")
    enrollment = enrollment_of(user, course.pk, *columns)
    if decide(user, course, grants=enrollment.get("grants", ())).can_watch:
        state = state_of(enrollment)
        for lecture in (each for section in sections for each in section["lectures"]):
            lecture |= state(lecture["id"], lecture["duration_seconds"])


def told(outline: Document, studied: Document) -> dict[str, Any]:
    """Tell what was studied of an outline, and settle a completion that nobody has noticed yet."""
    state = state_of(studied)
    lectures = [
        {"id": each["_id"]} | state(each["_id"], each["duration_seconds"])
        for each in outline["lectures"]
    ]
    done = sum(lecture["completed"] for lecture in lectures)
    settled = studied["completed_at"] and studied["certificate"]
    if lectures and done == len(lectures) and not settled:
        studied = _settled(outline, studied)
    last = next((each for each in lectures if each["id"] == studied["last_lecture"]), None)
    return {
        "percentage": share(done, len(lectures)),
        "completed_lectures": done,
        "total_lectures": len(lectures),
        "is_completed": studied["completed_at"] is not None,
        "completed_at": studied["completed_at"],
        "certificate": studied["certificate"] or None,
        "last_lecture": last and last["id"],
        "resume": _resume(lectures, last),
        "lectures": lectures,
    }


def _resume(lectures: list[dict[str, Any]], last: dict[str, Any] | None) -> dict[str, Any] | None:
    """Find where to go on: the last lecture while it is not done, else the next one that is not, from the top
    again after the end; the last one when all are."""
    start = lectures.index(last) if last else 0
    around = lectures[start:] + lectures[:start]
    place = next((each for each in around if not each["completed"]), last)
    return place and {"lecture": place["id"], "position_seconds": place["position_seconds"]}


@atomic
def _settled(outline: Document, studied: Document) -> Document:
    """Give an enrollment whose lectures are all done its date and its certificate, each once.

    The last lecture may be done by an update, or by the instructor taking the missing one away: whoever looks next
    comes here. In one transaction, so that access which ends meanwhile takes the certificate with it.
    """
    done = {
        "_id": outline["_id"],
        "user_id": outline["user_id"],
        "status": Enrollment.Status.ACTIVE,
        "completed_lectures": {"$all": [lecture["_id"] for lecture in outline["lectures"]]},
    }
    now = timezone.now()
    changes = {"completed_at": {"$ifNull": ["$completed_at", now]}, "updated_at": now}
    settled = _changed(done, changes)
    if settled and not settled["certificate"]:
        code = issue(outline["user_id"], outline["course_id"])
        settled = _changed(done, {"certificate": code})
    return settled or studied


def _changed(match: Document, changes: Document) -> Document | None:
    return enrollments().find_one_and_update(
        match,
        [{"$set": changes}],
        dict.fromkeys(STUDIED, 1),
        return_document=ReturnDocument.AFTER,
        session=connection.session,
    )
