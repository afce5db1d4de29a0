"""The errors of courses, each with its status and code."""

from collections.abc import Mapping
from typing import Any, ClassVar

from bson import ObjectId
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import ErrorDetail, PermissionDenied

from courses.visibility import Lock, LockReason
from lms.exceptions import Conflict, DomainError, FieldError
from lms.locales import Sentence


class NotPublishable(Conflict):
    """The course lacks what it needs to be published: one error per missing thing, and `attr` says where."""

    default_code = "not_publishable"
    advice = "List the sentences, each with a link to its place: `lectures.<id>.asset`."
    example: ClassVar[Mapping[str, Any]] = {
        "missing": {"lectures": "Add a lecture and publish it."}
    }

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__()
        self.missing = missing
        self.detail = {
            attr: [ErrorDetail(message, self.default_code)] for attr, message in missing.items()
        }


class HasStudents(Conflict):
    """Somebody has enrolled in the course, so it cannot be deleted."""

    default_code = "has_students"
    default_detail = _("People have enrolled in this course. Archive it instead.")


class HasAttempts(Conflict):
    """Students have been examined in the lecture, so it cannot be deleted."""

    default_code = "has_attempts"
    default_detail = _("Students have worked on this lecture. Hide it instead of deleting it.")
    advice = "Offer `is_published: false`."


class OutlineFull(Conflict):
    """The course has as many sections, or as many lectures, as it may have."""

    default_code = "outline_full"
    default_detail = _("A course may have at most {max_lectures} lectures. Delete one first.")
    example: ClassVar[Mapping[str, Any]] = {"max_lectures": 2000}


class ForeignLecture(FieldError):
    """A lecture requires one that is not of its course."""

    default_code = "foreign_lecture"
    default_detail = _("A lecture may only require lectures of its own course.")
    advice = "Load the outline again: the lecture may have been deleted."
    attr = "requires"


class RequiresInCircle(FieldError):
    """A lecture would require itself, by way of others or directly, so that nobody could open it."""

    default_code = "cycle"
    default_detail = _("These lectures would wait for each other. Remove one of them.")
    attr = "requires"


EXACTLY_ONCE = {
    "sections": _("Name each of the course's sections exactly once."),
    "lectures": _("Name each of the course's lectures exactly once."),
}


class CurriculumMismatch(FieldError):
    """The curriculum does not name every section and every lecture of the course exactly once."""

    default_code = "mismatch"
    advice = "Load the outline again: somebody else has changed it."
    example: ClassVar[Mapping[str, Any]] = {"attr": "lectures"}

    def __init__(self, attr: str) -> None:
        self.attr = attr
        super().__init__(EXACTLY_ONCE[attr])


class Locked(DomainError):
    """The lecture is locked for the student, or the change of progress concerns such a lecture; `params` is the lock."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "locked"
    default_detail = _("Other lectures come first. Complete them to open this one.")
    advice = "Say when it opens, or link the `lectures` that come first. The outline has `locked` for each lecture."
    example: ClassVar[Mapping[str, Any]] = {
        "lock": Lock(LockReason.COMPLETE_FIRST, lectures=(ObjectId("66f1a0000000000000000001"),))
    }

    sentences: ClassVar[Mapping[LockReason, Sentence]] = {
        LockReason.OPENS_AT: _("This lecture is not open yet."),
        LockReason.COMPLETE_FIRST: default_detail,
        LockReason.PASS_FIRST: _(
            "A quiz or an assignment comes first. Pass it to open this lecture."
        ),
    }

    def __init__(self, lock: Lock) -> None:
        super().__init__(self.sentences[lock.reason], **lock.render())


class EnrollmentRequired(PermissionDenied):
    """The lecture or the progress is for those who are enrolled, and the person is not or is so no longer."""

    default_code = "enrollment_required"
    default_detail = _("You must be enrolled in this course. Enroll or buy it first.")
    advice = "Lead to the course's page. `GET /courses/{id}/access` explains why."
