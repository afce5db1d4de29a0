"""Add, change and remove lectures, and exchange their files.

A file that is not ready yet waits as `next_asset` while the present one plays.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bson import ObjectId
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.exceptions import OutlineFull
from courses.markdown import rendered
from courses.models import Lecture, Section
from courses.services.outline import (
    lectures_in_order,
    lock_outline,
    moved,
    number,
    recount,
    save_changes,
)
from courses.services.prerequisites import check_requires, forget
from lms.exceptions import ReferenceGone
from lms.mongodb import connection
from lms.mongodb.references import refer_to
from lms.mongodb.transaction import atomic
from lms.registry import Registry
from media.models import Asset

MAX_LECTURES = 2000

removal_checks: Registry[Callable[[list[ObjectId]], None]] = Registry()
"""Each raises an error if one of these lectures must stay; asked in the transaction that deletes them."""


@atomic
def add_lecture(
    section: Section, *, position: int | None = None, asset: Asset | None = None, **fields: Any
) -> Lecture:
    """Add a lecture at a position of a section, by default at the end; its file need not be ready.

    Raise `OutlineFull` beyond `MAX_LECTURES` per course, and what `check_requires` raises.
    """
    fields |= rendered(fields, "body") | _distinct(fields)
    if asset is not None:
        fields |= _playing(_referred(asset.pk))
    _refer_to_captions(fields)
    lock_outline(section.course_id)
    _require(section)
    if Lecture.objects.filter(course=section.course_id).count() >= MAX_LECTURES:
        raise OutlineFull(max_lectures=MAX_LECTURES)
    if "requires" in fields:
        check_requires(section.course_id, None, fields["requires"])
    order = lectures_in_order(section.pk)
    lecture = Lecture.objects.create(
        course_id=section.course_id, section=section, position=len(order), **fields
    )
    number(Lecture, moved(order, lecture.pk, position))
    recount(section.course_id)
    lecture.refresh_from_db(fields=["position"])
    return lecture


@atomic
def change_lecture(
    lecture: Lecture, *, section: Section | None = None, position: int | None = None, **changes: Any
) -> None:
    """Save the changes of a lecture, and move it if a section or a position is given.

    Raises what `check_requires` raises.
    """
    changes |= rendered(changes, "body") | _distinct(changes)
    if "asset" in changes:
        changes |= _replacement(lecture, changes.pop("asset"))
    _refer_to_captions(changes)
    lock_outline(lecture.course_id)
    if "requires" in changes:
        check_requires(lecture.course_id, lecture.pk, changes["requires"])
    before = get_object_or_404(Lecture.objects.only("section"), pk=lecture.pk).section_id
    after = before
    if section is not None and section.pk != before:
        _require(section)
        changes["section"], after = section, section.pk
    save_changes(lecture, changes)
    if after != before:
        number(Lecture, lectures_in_order(before))
    if after != before or position is not None:
        number(Lecture, moved(lectures_in_order(after), lecture.pk, position))
    recount(lecture.course_id)


@atomic
def remove_lecture(lecture: Lecture) -> None:
    """Delete a lecture; its files stay in the instructor's library. Raises `HasAttempts`."""
    lock_outline(lecture.course_id)
    delete_lectures(lecture.course_id, [lecture.pk])
    number(Lecture, lectures_in_order(lecture.section_id))
    recount(lecture.course_id)


def delete_lectures(course_id: ObjectId, ids: list[ObjectId]) -> None:
    """Delete lectures of a course in the present transaction; raise what a removal check raises."""
    for check in removal_checks:
        check(ids)
    forget(course_id, ids)
    Lecture.objects.filter(pk__in=ids).delete()


@atomic
def play_ready_asset(asset: Asset) -> None:
    """Let an asset that has become ready play in every lecture that waits for it, and count its duration."""
    for lecture in Lecture.objects.filter(Q(asset=asset.pk) | Q(next_asset=asset.pk)):
        lock_outline(lecture.course_id)
        save_changes(lecture, _playing(asset))
        recount(lecture.course_id)


def are_captions(asset: Asset) -> bool:
    """Return whether a lecture uses an asset as captions. They are an array, which no foreign key protects."""
    lectures = connection.get_collection(Lecture._meta.db_table)
    return bool(lectures.find_one({"captions": asset.pk}, {"_id": 1}, session=connection.session))


def _distinct(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a lecture requires, each lecture once, if the fields have it."""
    return {"requires": list(dict.fromkeys(fields["requires"]))} if "requires" in fields else {}


def _replacement(lecture: Lecture, asset: Asset | None) -> dict[str, Any]:
    """Return the columns of a lecture that gets another file, or none."""
    if asset is None:
        return {"asset": None, "next_asset": None, "duration_seconds": 0}
    asset = _referred(asset.pk)
    present_id = get_object_or_404(Lecture.objects.only("asset"), pk=lecture.pk).asset_id
    present = Asset.objects.filter(pk=present_id).first() if present_id else None
    if present is None or asset.is_ready or not present.is_ready or present.pk == asset.pk:
        return _playing(asset)
    return {"next_asset": asset}


def _playing(asset: Asset) -> dict[str, Any]:
    return {"asset": asset, "next_asset": None, "duration_seconds": asset.duration_seconds or 0}


def _referred(pk: ObjectId) -> Asset:
    """Read an asset after `refer_to`, with which a transaction that makes it ready or deletes it conflicts."""
    try:
        refer_to(Asset, pk)
    except Asset.DoesNotExist:
        raise ReferenceGone("asset") from None
    return Asset.objects.get(pk=pk)


def _refer_to_captions(fields: Mapping[str, Any]) -> None:
    try:
        refer_to(Asset, *fields.get("captions", ()))
    except Asset.DoesNotExist:
        raise ReferenceGone("captions") from None


def _require(section: Section) -> None:
    if not Section.objects.filter(pk=section.pk).exists():
        raise Http404
