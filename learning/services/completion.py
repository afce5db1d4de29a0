"""Complete an enrollment: set the date and issue the certificate, each once.

The last missing lecture may be completed by the student, or hidden by the instructor while the student does nothing.
So each read and each change of progress checks whether a completion is due.
"""

from typing import Any, cast

from bson import ObjectId
from django.utils import timezone
from pymongo import ReturnDocument

from certificates.services import issue
from learning.access import EnrollmentDocument
from learning.models import Enrollment
from learning.queries.progress import STUDIED, Outline, get_outline, render_progress
from lms.mongodb import connection
from lms.mongodb.pipelines import Document
from lms.mongodb.transaction import atomic


def get_progress(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """Return a person's progress as `ProgressSerializer` declares it, and complete the enrollment if that is due.

    Raises what `get_outline` raises.
    """
    enrollment = get_outline(user_id, course_id, *STUDIED)
    return complete_and_render(enrollment, enrollment)


def complete_and_render(outline: Outline, studied: EnrollmentDocument) -> dict[str, Any]:
    """Complete an enrollment if that is due, and render its progress."""
    if _is_due(outline, studied):
        studied = complete_enrollment(outline) or studied
    return render_progress(outline, studied)


def _is_due(outline: Outline, studied: EnrollmentDocument) -> bool:
    """Return whether every lecture is completed, but the date or the certificate is missing."""
    if not outline["lectures"] or (studied["completed_at"] and studied["certificate"]):
        return False
    completed = set(studied["completed_lectures"])
    return all(lecture["_id"] in completed for lecture in outline["lectures"])


@atomic
def complete_enrollment(outline: Outline) -> EnrollmentDocument | None:
    """Set the date and issue the certificate of an enrollment; return it as it is then.

    Returns None if its access ended or a lecture was undone in the meantime. One transaction does both, so that access
    which ends at the same moment ends the certificate too.
    """
    completed = {
        "_id": outline["_id"],
        "user_id": outline["user_id"],
        "status": Enrollment.Status.ACTIVE,
        "completed_lectures": {"$all": [lecture["_id"] for lecture in outline["lectures"]]},
    }
    now = timezone.now()
    changes = {"completed_at": {"$ifNull": ["$completed_at", now]}, "updated_at": now}
    enrollment = _change(completed, changes)
    if enrollment and not enrollment["certificate"]:
        code = issue(outline["user_id"], outline["course_id"])
        enrollment = _change(completed, {"certificate": code})
    return enrollment


def _change(match: Document, changes: Document) -> EnrollmentDocument | None:
    row = Enrollment.collection().find_one_and_update(
        match,
        [{"$set": changes}],
        dict.fromkeys(STUDIED, 1),
        return_document=ReturnDocument.AFTER,
        session=connection.session,
    )
    return cast(EnrollmentDocument | None, row)
