"""The order of a course's sections and lectures, and the counters that follow from them.

Every change is one transaction that begins with `lock_outline`. Of two at once, MongoDB runs the second one again, on
what the first one left. Positions count from 0 without gaps; those of lectures count within their section.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bson import ObjectId
from django.db.models import F, Model
from django.http import Http404
from django.utils import timezone
from pymongo import UpdateOne

from courses.exceptions import CurriculumMismatch
from courses.models import Course, Lecture, Section
from lms.mongodb import connection
from lms.mongodb.transaction import atomic


@atomic
def rearrange(course_id: ObjectId, order: Sequence[tuple[ObjectId, Sequence[ObjectId]]]) -> None:
    """Put all sections of a course, and the lectures of each, into the given order.

    Raise `CurriculumMismatch` unless each section and each lecture of the course is named exactly once.
    """
    lock_outline(course_id)
    named = [lecture for _, lectures in order for lecture in lectures]
    existing = Lecture.objects.filter(course=course_id).values_list("pk", flat=True)
    if sorted(named) != sorted(existing):
        raise CurriculumMismatch("lectures")
    if sorted(section for section, _ in order) != sorted(sections_in_order(course_id)):
        raise CurriculumMismatch("sections")
    number(Section, [section for section, _ in order])
    _set_columns(
        Lecture,
        {
            lecture: {"section_id": section, "position": position}
            for section, lectures in order
            for position, lecture in enumerate(lectures)
        },
    )


def recount(course_id: ObjectId) -> None:
    """Bring a course's number and total duration of published lectures up to date."""
    published = Lecture.objects.filter(course=course_id, is_published=True)
    durations = list(published.values_list("duration_seconds", flat=True))
    Course.objects.filter(pk=course_id).update(
        lecture_count=len(durations), duration_seconds=sum(durations)
    )


def lock_outline(course_id: ObjectId) -> None:
    """Let no other transaction change this outline until the present one ends; raise 404 if the course is deleted."""
    if not Course.objects.filter(pk=course_id).update(outline_version=F("outline_version") + 1):
        raise Http404


def sections_in_order(course_id: ObjectId) -> list[ObjectId]:
    """List the ids of a course's sections by position."""
    sections = Section.objects.filter(course=course_id).order_by("position", "pk")
    return list(sections.values_list("pk", flat=True))


def lectures_in_order(section_id: ObjectId) -> list[ObjectId]:
    """List the ids of a section's lectures by position."""
    lectures = Lecture.objects.filter(section=section_id).order_by("position", "pk")
    return list(lectures.values_list("pk", flat=True))


def moved(order: Iterable[ObjectId], pk: ObjectId, position: int | None) -> list[ObjectId]:
    """Return an order with `pk` at a position; None, or a position beyond the end, means at the end."""
    others = [each for each in order if each != pk]
    place = len(others) if position is None else min(position, len(others))
    return [*others[:place], pk, *others[place:]]


def number(model: type[Model], order: Iterable[ObjectId]) -> None:
    """Give rows the positions 0, 1, 2 ... in this order."""
    _set_columns(model, {pk: {"position": position} for position, pk in enumerate(order)})


def save_changes(row: Model, changes: Mapping[str, Any]) -> None:
    """Save the changed columns alone, so that nothing another request changed is undone; raise 404 if the row is deleted."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.update(**changes, updated_at=timezone.now()):
        raise Http404


def _set_columns(model: type[Model], changes: Mapping[ObjectId, Mapping[str, Any]]) -> None:
    """Set columns of many rows in one command."""
    updates = [UpdateOne({"_id": pk}, {"$set": dict(columns)}) for pk, columns in changes.items()]
    if updates:
        collection = connection.get_collection(model._meta.db_table)
        collection.bulk_write(updates, ordered=False, session=connection.session)
