"""Which lectures are locked for a student, and what opens them. Pure: nothing here asks the database.

A lecture waits until its section opens, and then for other lectures: in a course that is studied in order for all those
before it, else for those that it requires. In order, `requires` adds nothing: what it names comes before, or could never
be completed first. What is not published is not waited for, since nobody can complete it.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter

from bson import ObjectId

from courses.models import Course
from courses.visibility import Lock, LockReason
from learning.access import EnrollmentDocument
from learning.kinds import is_passed
from learning.queries.progress import Outline, OutlineLecture


@dataclass
class Missing:
    """The lectures that a student must complete first: those to name, and whether all of them are passed."""

    named: list[ObjectId] = field(default_factory=list)
    only_passing: bool = True

    def add(self, lecture: OutlineLecture, *, name: bool = True) -> None:
        self.only_passing &= is_passed(lecture["kind"])
        if name:
            self.named.append(lecture["_id"])


def find_locks(
    outline: Outline,
    studied: EnrollmentDocument,
    now: datetime,
    *,
    completing: Container[ObjectId] = (),
) -> dict[ObjectId, Lock | None]:
    """Return the lock of each lecture of an outline, None where it is open.

    With `completing`, these are the locks that are left once the student has completed the lectures in it, each as soon
    as it is open. Authors are never locked out, nor is a student whose gates were lifted. Previews are always open, and
    so is what was completed once, also if that was undone.
    """
    lectures = outline["lectures"]
    if not _has_gates(outline) or outline.get("is_author") or studied.get("unlocked_at"):
        return dict.fromkeys((each["_id"] for each in lectures), None)
    done = set(studied.get("completed_lectures", ()))
    kept = done.union(studied.get("ever_completed", ()))
    is_in_order = outline["course"].get("pacing") == Course.Pacing.IN_ORDER
    opens_at = find_openings(outline, studied)
    known = {each["_id"]: each for each in lectures}
    locks: dict[ObjectId, Lock | None] = {}
    before = Missing()
    for lecture in lectures if is_in_order or not completing else _required_first(known):
        pk = lecture["_id"]
        lock = None
        if not lecture["is_preview"] and pk not in kept:
            missing = before if is_in_order else _missing(lecture, known, done)
            lock = _lock(opens_at.get(lecture["section_id"]), missing, now)
        locks[pk] = lock
        if lock is None and pk in completing:
            done.add(pk)
        if pk not in done:
            before.add(lecture, name=not before.named)
    return locks


def _has_gates(outline: Outline) -> bool:
    """Return whether a course, a section or a lecture of it may lock anything; most courses do not."""
    return (
        outline["course"].get("pacing") == Course.Pacing.IN_ORDER
        or any(section.get("opens") for section in outline["sections"])
        or any(lecture.get("requires") for lecture in outline["lectures"])
    )


def find_openings(outline: Outline, studied: EnrollmentDocument) -> dict[ObjectId, datetime]:
    """Return when each section opens for a student, if it does not stand open for all."""
    openings = {}
    for section in outline["sections"]:
        opens = section.get("opens") or {}
        if opens.get("at") is not None:
            openings[section["_id"]] = _aware(opens["at"])
        elif opens.get("days") is not None:
            openings[section["_id"]] = _aware(studied["enrolled_at"]) + timedelta(opens["days"])
    return openings


def _lock(opens_at: datetime | None, missing: Missing, now: datetime) -> Lock | None:
    if opens_at is not None and opens_at > now:
        return Lock(LockReason.OPENS_AT, opens_at)
    if not missing.named:
        return None
    reason = LockReason.PASS_FIRST if missing.only_passing else LockReason.COMPLETE_FIRST
    return Lock(reason, lectures=tuple(missing.named))


def _missing(
    lecture: OutlineLecture, known: Mapping[ObjectId, OutlineLecture], done: Container[ObjectId]
) -> Missing:
    missing = Missing()
    for pk in lecture.get("requires") or ():
        if pk in known and pk not in done:
            missing.add(known[pk])
    return missing


def _required_first(known: Mapping[ObjectId, OutlineLecture]) -> Iterable[OutlineLecture]:
    """Yield the lectures so that each comes after those that it requires."""
    graph = {pk: each.get("requires") or () for pk, each in known.items()}
    return (known[pk] for pk in TopologicalSorter(graph).static_order() if pk in known)


def _aware(time: datetime) -> datetime:
    """Return a time with its zone: the driver returns times without one, in UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
