"""The one decision who may see a course."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bson import ObjectId
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from courses.models import Course
from lms.registry import Registry


class Reason(StrEnum):
    """Why a person may or may not watch a course or a lecture: `learning` decides."""

    ENROLLED = "enrolled"
    INSTRUCTOR = "instructor"
    STAFF = "staff"
    PREVIEW = "preview"
    NOT_ENROLLED = "not_enrolled"
    REVOKED = "revoked"
    NOT_PUBLISHED = "not_published"


class LockReason(StrEnum):
    """Why a lecture is locked for a student: `learning` decides."""

    OPENS_AT = "opens_at"
    COMPLETE_FIRST = "complete_first"
    PASS_FIRST = "pass_first"  # noqa: S105 (a reason)


@dataclass(frozen=True)
class Lock:
    """Why a lecture is locked: the time at which it opens, or the lectures that come first."""

    reason: LockReason
    opens_at: datetime | None = None
    lectures: tuple[ObjectId, ...] = ()

    def render(self) -> dict[str, Any]:
        """Return the lock as `LockSerializer` declares it."""
        return {
            "reason": self.reason,
            "opens_at": self.opens_at,
            "lectures": [str(pk) for pk in self.lectures],
        }


type Person = User | AnonymousUser
"""A person who is signed in, or a visitor."""


class CourseFacts(Protocol):
    """What the decision needs of a course: a `Course` has it, and so have `Facts`."""

    @property
    def pk(self) -> ObjectId: ...
    @property
    def instructor_id(self) -> ObjectId: ...
    @property
    def is_published(self) -> bool: ...


@dataclass(frozen=True)
class Facts:
    """The facts of a course that a pipeline read."""

    pk: ObjectId
    instructor_id: ObjectId
    status: str

    @property
    def is_published(self) -> bool:
        return self.status == Course.Status.PUBLISHED


type Viewer = Callable[[User, CourseFacts], bool]

viewers: Registry[Viewer] = Registry()
"""Functions that return whether a person may see a hidden course of somebody else; `learning` adds who may watch it."""


def teaches(user: Person, course: CourseFacts) -> bool:
    """Return whether a person is the course's instructor."""
    return course.instructor_id == user.pk


def is_author(user: Person, course: CourseFacts) -> bool:
    """Return whether a person sees everything in a course, the unpublished lectures too: its instructor and staff."""
    return user.is_staff or teaches(user, course)


def may_see(user: Person, course: CourseFacts, *, can_watch: bool | None = None) -> bool:
    """Return whether a person may see a course.

    Whether they may watch it decides about a hidden course alone. Unless it is passed, the registry is asked: that costs
    a query.
    """
    if course.is_published or is_author(user, course):
        return True
    if can_watch is not None:
        return can_watch
    return user.is_authenticated and any(viewer(user, course) for viewer in viewers)
