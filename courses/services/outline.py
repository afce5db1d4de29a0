"""The order of a course's sections and lectures, and what is counted from them.

Each change is one transaction that begins by taking the next `outline_version` of the course: of two at once, MongoDB
tries the second one again, on what the first one left. Positions count from 0 without gaps, a lecture's within its section.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bson import ObjectId
from django.db.models import F, Model
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from pymongo import UpdateOne

from courses.exceptions import CurriculumMismatch, OutlineFull
from courses.models import Course, Lecture, Section
from lms.mongodb import connection
from lms.mongodb.transaction import atomic

MAX_SECTIONS = 200
MAX_LECTURES = 2000


@atomic
def add_section(course_id: ObjectId, *, title: str, position: int | None = None) -> Section:
    """Add a section at a position, at the end by default; raise `OutlineFull` beyond `MAX_SECTIONS`."""
    _take(course_id)
    order = _sections(course_id)
    if len(order) >= MAX_SECTIONS:
        raise OutlineFull
    section = Section.objects.create(course_id=course_id, title=title, position=len(order))
    _number(Section, _inserted(order, section.pk, position))
    section.refresh_from_db(fields=["position"])
    return section


@atomic
def change_section(section: Section, *, position: int | None = None, **changes: Any) -> None:
    """Save what changes of a section, and move it if a position is given."""
    _take(section.course_id)
    _save(section, changes)
    if position is not None:
        _number(Section, _inserted(_sections(section.course_id), section.pk, position))


@atomic
def remove_section(section: Section) -> None:
    """Delete a section with its lectures; their files stay in the instructor's library."""
    _take(section.course_id)
    Lecture.objects.filter(course=section.course_id, section=section).delete()
    Section.objects.filter(pk=section.pk).delete()
    _number(Section, _sections(section.course_id))
    recount(section.course_id)


@atomic
def add_lecture(section: Section, *, position: int | None = None, **fields: Any) -> Lecture:
    """Add a lecture at a position of a section, at the end by default; raise `OutlineFull` beyond `MAX_LECTURES`."""
    _take(section.course_id)
    _refuse_missing(section)
    if Lecture.objects.filter(course=section.course_id).count() >= MAX_LECTURES:
        raise OutlineFull
    order = _lectures(section.pk)
    lecture = Lecture.objects.create(
        course_id=section.course_id, section=section, position=len(order), **fields
    )
    _number(Lecture, _inserted(order, lecture.pk, position))
    recount(section.course_id)
    lecture.refresh_from_db(fields=["position"])
    return lecture


@atomic
def change_lecture(
    lecture: Lecture, *, section: Section | None = None, position: int | None = None, **changes: Any
) -> None:
    """Save what changes of a lecture, and move it if a section or a position is given."""
    _take(lecture.course_id)
    before = get_object_or_404(Lecture.objects.only("section"), pk=lecture.pk).section_id
    after = before
    if section is not None and section.pk != before:
        _refuse_missing(section)
        changes["section"], after = section, section.pk
    _save(lecture, changes)
    if after != before:
        _number(Lecture, _lectures(before))
    if after != before or position is not None:
        _number(Lecture, _inserted(_lectures(after), lecture.pk, position))
    recount(lecture.course_id)


@atomic
def remove_lecture(lecture: Lecture) -> None:
    """Delete a lecture; its files stay in the instructor's library."""
    _take(lecture.course_id)
    Lecture.objects.filter(pk=lecture.pk).delete()
    _number(Lecture, _lectures(lecture.section_id))
    recount(lecture.course_id)


@atomic
def rearrange(course_id: ObjectId, order: Sequence[tuple[ObjectId, Sequence[ObjectId]]]) -> None:
    """Put a course's sections, and the lectures in each, into the given order, all at once.

    Raise `CurriculumMismatch` unless each section and each lecture of the course is named exactly once.
    """
    _take(course_id)
    named = [lecture for _, lectures in order for lecture in lectures]
    existing = Lecture.objects.filter(course=course_id).values_list("pk", flat=True)
    if sorted(named) != sorted(existing):
        raise CurriculumMismatch("lectures")
    if sorted(section for section, _ in order) != sorted(_sections(course_id)):
        raise CurriculumMismatch("sections")
    _number(Section, [section for section, _ in order])
    _write(
        Lecture,
        {
            lecture: {"section_id": section, "position": position}
            for section, lectures in order
            for position, lecture in enumerate(lectures)
        },
    )


def recount(course_id: ObjectId) -> None:
    """Bring a course's number and length of published lectures up to date."""
    durations = list(
        Lecture.objects.filter(course=course_id, is_published=True).values_list(
            "duration_seconds", flat=True
        )
    )
    Course.objects.filter(pk=course_id).update(
        lecture_count=len(durations), duration_seconds=sum(durations)
    )


def _take(course_id: ObjectId) -> None:
    """Be the only one who changes this outline until the transaction ends; 404 if the course is gone."""
    if not Course.objects.filter(pk=course_id).update(outline_version=F("outline_version") + 1):
        raise Http404


def _sections(course_id: ObjectId) -> list[ObjectId]:
    found = Section.objects.filter(course=course_id).order_by("position", "pk")
    return list(found.values_list("pk", flat=True))


def _lectures(section_id: ObjectId) -> list[ObjectId]:
    found = Lecture.objects.filter(section=section_id).order_by("position", "pk")
    return list(found.values_list("pk", flat=True))


def _inserted(order: Iterable[ObjectId], pk: ObjectId, position: int | None) -> list[ObjectId]:
    """Give the order with `pk` moved to a position, beyond the end meaning at the end."""
    others = [each for each in order if each != pk]
    place = len(others) if position is None else min(position, len(others))
    return [*others[:place], pk, *others[place:]]


def _number(model: type[Model], order: Iterable[ObjectId]) -> None:
    _write(model, {pk: {"position": position} for position, pk in enumerate(order)})


def _write(model: type[Model], changes: Mapping[ObjectId, Mapping[str, Any]]) -> None:
    """Set columns of many rows in one command."""
    updates = [UpdateOne({"_id": pk}, {"$set": dict(columns)}) for pk, columns in changes.items()]
    if updates:
        collection = connection.get_collection(model._meta.db_table)
        collection.bulk_write(updates, ordered=False, session=connection.session)


def _save(row: Model, changes: Mapping[str, Any]) -> None:
    """Set what changes and nothing else, so as not to undo what others changed; 404 if the row is gone."""
    same = type(row)._default_manager.filter(pk=row.pk)
    if not same.update(**changes, updated_at=timezone.now()):
        raise Http404


def _refuse_missing(section: Section) -> None:
    if not Section.objects.filter(pk=section.pk).exists():
        raise Http404
