"""Who may watch what: the one place where that is decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bson import ObjectId
from django.http import Http404
from rest_framework.exceptions import NotAuthenticated

from courses.visibility import CourseFacts, teaches
from learning.exceptions import EnrollmentRequired
from learning.models import Enrollment
from lms.mongodb import connection

type Grants = Iterable[Mapping[str, Any]]


class Reason(StrEnum):
    ENROLLED = "enrolled"
    INSTRUCTOR = "instructor"
    STAFF = "staff"
    PREVIEW = "preview"
    NOT_ENROLLED = "not_enrolled"
    REVOKED = "revoked"
    NOT_PUBLISHED = "not_published"


class LectureFacts(Protocol):
    is_published: bool
    is_preview: bool


@dataclass(frozen=True)
class Access:
    """Whether somebody may watch, why or why not, and every grant that they have or had."""

    can_watch: bool
    reason: Reason
    grants: list[Mapping[str, Any]] = field(default_factory=list)

    def demand(self, user: Any) -> None:
        """Raise 404 for what is not shown, 401 for a visitor and `EnrollmentRequired` for anyone else without access."""
        if self.can_watch:
            return
        if self.reason == Reason.NOT_PUBLISHED:
            raise Http404
        raise EnrollmentRequired if user.is_authenticated else NotAuthenticated


def decide(
    user: Any,
    course: CourseFacts,
    lecture: LectureFacts | None = None,
    *,
    grants: Grants | None = None,
) -> Access:
    """Decide whether a person or visitor may watch a course, or one lecture of it, now.

    A grant outlives the course's publication: who is enrolled keeps an archived course. `grants` are read unless given.
    """
    held = list(grants_of(user, course.pk) if grants is None else grants)
    shown = lecture is None or lecture.is_published
    if shown and any(grant["active"] for grant in held):
        return Access(True, Reason.ENROLLED, held)
    if teaches(user, course):
        return Access(True, Reason.INSTRUCTOR, held)
    if user.is_staff:
        return Access(True, Reason.STAFF, held)
    if not shown:
        return Access(False, Reason.NOT_PUBLISHED, held)
    if lecture is not None and lecture.is_preview and course.is_published:
        return Access(True, Reason.PREVIEW, held)
    if held:
        return Access(False, Reason.REVOKED, held)
    return Access(False, Reason.NOT_ENROLLED if course.is_published else Reason.NOT_PUBLISHED)


def may_watch(user: Any, course: CourseFacts) -> bool:
    """Return whether a person may watch a course now."""
    return decide(user, course).can_watch


def demand_enrollment(user: Any, course: CourseFacts) -> None:
    """Raise `EnrollmentRequired` for whoever is not enrolled, 404 if they may not even see the course."""
    reason = decide(user, course).reason
    if reason == Reason.NOT_PUBLISHED:
        raise Http404
    if reason != Reason.ENROLLED:
        raise EnrollmentRequired


def grants_of(user: Any, course_id: ObjectId) -> list[Mapping[str, Any]]:
    """Read the grants, active and ended, that a person has for a course."""
    return enrollment_of(user, course_id, "grants").get("grants", [])


def enrollment_of(user: Any, course_id: ObjectId, *columns: str) -> Mapping[str, Any]:
    """Read some columns of a person's enrollment, revoked or not; nothing for a visitor or a stranger."""
    if not user.is_authenticated:
        return {}
    found = connection.get_collection(Enrollment._meta.db_table).find_one(
        {"user_id": user.pk, "course_id": course_id}, columns, session=connection.session
    )
    return found or {}
