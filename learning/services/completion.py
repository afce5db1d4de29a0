"""Complete an enrollment: set the date and issue the certificate, each once.

The last missing lecture may be completed by the student, or hidden by the instructor while the student does nothing.
So each read and each change of progress checks whether a completion is due.
"""

from typing import Any, cast

from bson import ObjectId
from django.utils import timezone
from pymongo import ReturnDocument

from certificates.services import issue, withdraw_of
from learning.access import EnrollmentDocument
from learning.gates import find_locks
from learning.models import Enrollment
from learning.queries.progress import STUDIED, Outline, get_outline, render_progress
from learning.services.updates import Update, consume, visit
from lms import events
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline
from lms.mongodb.transaction import atomic

ACTIVE = {"status": Enrollment.Status.ACTIVE}


def get_progress(
    user_id: ObjectId, course_id: ObjectId, rows: list[Document] | None = None
) -> dict[str, Any]:
    """Return a person's progress as `ProgressSerializer` declares it, and complete the enrollment if that is due.

    `rows`, and what is raised: as of `get_outline`.
    """
    outline = get_outline(user_id, course_id, *STUDIED, rows=rows)
    return complete_and_render(outline, outline)


def complete_and_render(outline: Outline, studied: EnrollmentDocument) -> dict[str, Any]:
    """Complete an enrollment if that is due, and render its progress."""
    if _is_due(outline, studied):
        studied = complete_enrollment(outline) or studied
    locks = find_locks(outline, studied, timezone.now())
    return render_progress(outline, studied, locks)


def pass_lecture(
    user_id: ObjectId, course_id: ObjectId, lecture_id: ObjectId, outline: Outline
) -> None:
    """Complete a lecture that a person has passed, in the present transaction, and the course if it was the last one.

    Changes nothing once the access has ended. If they had passed it before, it writes to the enrollment all the same: so
    that a transaction which takes the other pass back at the same time sees this one.
    """
    now = timezone.now()
    added = {
        name: {"$setUnion": [{"$ifNull": [f"${name}", []]}, [lecture_id]]}
        for name in ("completed_lectures", "passed_lectures", "ever_completed")
    }
    stages: Pipeline = [{"$set": {**added, "updated_at": now}}]
    if lecture_id not in outline["completed_lectures"]:
        stages += [*consume(outline, [lecture_id]), *visit(Update(lecture_id, now))]
    held = {"user_id": user_id, "course_id": course_id, **ACTIVE}
    studied = _change(held, stages, return_document=ReturnDocument.BEFORE)
    if studied is None:
        return
    if lecture_id not in studied["completed_lectures"]:
        record_lecture(outline, lecture_id)
        studied["completed_lectures"].append(lecture_id)
    if _is_due(outline, studied):
        complete_enrollment(outline)


def undo_pass(user_id: ObjectId, course_id: ObjectId, lecture_id: ObjectId) -> None:
    """Take back in the present transaction that a person has passed a lecture, and with it the certificate of the course.

    It is withdrawn, and valid again once the course is completed again; one that staff withdrew stays withdrawn.
    """
    left = {
        name: {"$setDifference": [{"$ifNull": [f"${name}", []]}, [lecture_id]]}
        for name in ("completed_lectures", "passed_lectures")
    }
    held = {"user_id": user_id, "course_id": course_id, "passed_lectures": lecture_id}
    changes = {**left, "completed_at": None, "updated_at": timezone.now()}
    studied = _change(held, [{"$set": changes}])
    if studied and studied["certificate"] and withdraw_of(user_id, course_id):
        _change({"_id": studied["_id"], "user_id": user_id}, [{"$set": {"certificate": ""}}])


def _is_due(outline: Outline, studied: EnrollmentDocument) -> bool:
    """Return whether every lecture is completed, but the date or the certificate is missing."""
    if not outline["lectures"] or (studied["completed_at"] and studied["certificate"]):
        return False
    completed = set(studied["completed_lectures"])
    return all(lecture["_id"] in completed for lecture in outline["lectures"])


def record_lecture(outline: Outline, lecture_id: ObjectId) -> None:
    """Record that the present transaction completes a lecture."""
    events.record(
        "lecture.completed",
        outline["_id"],
        user=outline["user_id"],
        course=outline["course_id"],
        lecture=lecture_id,
    )


@atomic
def complete_enrollment(outline: Outline) -> EnrollmentDocument | None:
    """Set the date and issue the certificate of an enrollment; return it as it is then.

    Returns None if its access ended or a lecture was undone in the meantime. One transaction does both, so that access
    which ends at the same moment ends the certificate too.
    """
    completed = {
        "_id": outline["_id"],
        "user_id": outline["user_id"],
        **ACTIVE,
        "completed_lectures": {"$all": [lecture["_id"] for lecture in outline["lectures"]]},
    }
    now = timezone.now()
    changes = {"completed_at": {"$ifNull": ["$completed_at", now]}, "updated_at": now}
    before = _change(completed, [{"$set": changes}], return_document=ReturnDocument.BEFORE)
    if before is None:
        return None
    person_and_course = {"user": outline["user_id"], "course": outline["course_id"]}
    if before["completed_at"] is None:
        events.record("enrollment.completed", outline["_id"], **person_and_course)
    code = before["certificate"] or issue(*person_and_course.values())
    return _change(completed, [{"$set": {"certificate": code}}])


def _change(
    match: Document, stages: Pipeline, *, return_document: bool = ReturnDocument.AFTER
) -> EnrollmentDocument | None:
    row = Enrollment.collection().find_one_and_update(
        match,
        stages,
        dict.fromkeys(STUDIED, 1),
        return_document=return_document,
        session=connection.session,
    )
    return cast(EnrollmentDocument | None, row)
