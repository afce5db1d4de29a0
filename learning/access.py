"""The one decision who may watch a course or a lecture."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NotRequired, Protocol, TypedDict, cast

from bson import ObjectId
from django.http import Http404
from rest_framework.exceptions import NotAuthenticated

from courses.exceptions import EnrollmentRequired
from courses.visibility import CourseFacts, Person, Reason, teaches
from learning.models import Enrollment
from lms.mongodb import connection

MAY_WATCH = frozenset({Reason.ENROLLED, Reason.INSTRUCTOR, Reason.STAFF, Reason.PREVIEW})


class GrantDocument(TypedDict):
    """A grant as the database returns it. Who ended it is absent from grants of earlier versions."""

    source: str
    order: ObjectId | None
    active: bool
    since: datetime
    reason: str
    ended_by_staff: NotRequired[ObjectId | None]
    ended_by_settlement: NotRequired[bool]


class EnrollmentDocument(TypedDict, total=False):
    """An enrollment as the database returns it: only the columns that a read asks for."""

    _id: ObjectId
    user_id: ObjectId
    course_id: ObjectId
    grants: list[GrantDocument]
    completed_at: datetime | None
    certificate: str
    completed_lectures: list[ObjectId]
    passed_lectures: list[ObjectId]
    ever_completed: list[ObjectId]
    consumed_lectures: list[ObjectId]
    enrolled_at: datetime
    unlocked_at: datetime | None
    unlock_reason: str
    positions: dict[str, list[int]]
    last_lecture: ObjectId | None
    reset_at: datetime | None


class LectureFacts(Protocol):
    """What the decision needs of a lecture."""

    is_published: bool
    is_preview: bool


@dataclass(frozen=True)
class Access:
    """Why a person may or may not watch, and their grants, active and ended."""

    reason: Reason
    grants: list[GrantDocument]

    @property
    def can_watch(self) -> bool:
        return self.reason in MAY_WATCH

    def require(self, user: Person) -> None:
        """Raise if the person may not watch: 404 for what is not published, 401 for a visitor, else 403."""
        if self.can_watch:
            return
        if self.reason == Reason.NOT_PUBLISHED:
            raise Http404
        raise EnrollmentRequired if user.is_authenticated else NotAuthenticated


def decide(
    user: Person,
    course: CourseFacts,
    lecture: LectureFacts | None = None,
    *,
    grants: Iterable[GrantDocument] | None = None,
) -> Access:
    """Decide whether a person or a visitor may watch a course, or one lecture of it, now.

    A student keeps the course when it is archived. `grants` are read from the database unless they are passed.
    """
    held = find_grants(user, course.pk) if grants is None else list(grants)
    return Access(_reason(user, course, lecture, held), held)


def _reason(
    user: Person, course: CourseFacts, lecture: LectureFacts | None, grants: list[GrantDocument]
) -> Reason:
    is_published = lecture is None or lecture.is_published
    if is_published and any(grant["active"] for grant in grants):
        return Reason.ENROLLED
    if teaches(user, course):
        return Reason.INSTRUCTOR
    if user.is_staff:
        return Reason.STAFF
    if not is_published:
        return Reason.NOT_PUBLISHED
    if lecture is not None and lecture.is_preview and course.is_published:
        return Reason.PREVIEW
    if grants:
        return Reason.REVOKED
    return Reason.NOT_ENROLLED if course.is_published else Reason.NOT_PUBLISHED


def may_watch(user: Person, course: CourseFacts) -> bool:
    """Return whether a person may watch a course now."""
    return decide(user, course).can_watch


def require_enrollment(user: Person, course: CourseFacts) -> None:
    """Raise 404 if the person may not see the course, and `EnrollmentRequired` if they are not enrolled in it."""
    reason = decide(user, course).reason
    if reason == Reason.NOT_PUBLISHED:
        raise Http404
    if reason != Reason.ENROLLED:
        raise EnrollmentRequired


def find_grants(user: Person, course_id: ObjectId) -> list[GrantDocument]:
    """Return the grants, active and ended, that a person has for a course."""
    return find_enrollment(user, course_id, "grants").get("grants", [])


def find_enrollment(user: Person, course_id: ObjectId, *columns: str) -> EnrollmentDocument:
    """Return columns of a person's enrollment, also a revoked one; an empty document if there is none."""
    if not user.is_authenticated:
        return {}
    row = Enrollment.collection().find_one(
        {"user_id": user.pk, "course_id": course_id}, columns, session=connection.session
    )
    return cast(EnrollmentDocument, row or {})
