"""The file of a lecture: which one plays, and which one takes its place when it is ready."""

from typing import Any

from bson import ObjectId
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone

from courses.models import Lecture, Section
from courses.services import outline
from lms.mongodb import connection
from lms.mongodb.transaction import atomic
from media.models import Asset


@atomic
def add_lecture(section: Section, *, asset: Asset | None = None, **fields: Any) -> Lecture:
    """Add a lecture with its file, which may still be on its way."""
    if asset is not None:
        asset = _held(asset.pk)
        fields |= {"asset": asset, "duration_seconds": asset.duration_seconds or 0}
    return outline.add_lecture(section, **fields)


@atomic
def change_lecture(lecture: Lecture, **changes: Any) -> None:
    """Change a lecture; a file that is not ready yet waits as `next_asset` while the present one plays."""
    if "asset" in changes:
        changes |= _replacement(lecture, changes.pop("asset"))
    outline.change_lecture(lecture, **changes)


@atomic
def asset_is_ready(asset: Asset) -> None:
    """Let an asset play wherever it was waited for, and count its duration."""
    waiting = Lecture.objects.filter(Q(asset=asset.pk) | Q(next_asset=asset.pk))
    for lecture in waiting:
        outline.change_lecture(lecture, **_playing(asset))


def are_captions(asset: Asset) -> bool:
    """Does a lecture have this asset as its captions? No foreign key says so: they are an array."""
    lectures = connection.get_collection(Lecture._meta.db_table)
    return bool(lectures.find_one({"captions": asset.pk}, {"_id": 1}, session=connection.session))


def _replacement(lecture: Lecture, asset: Asset | None) -> dict[str, Any]:
    if asset is None:
        return {"asset": None, "next_asset": None, "duration_seconds": 0}
    asset = _held(asset.pk)
    playing = get_object_or_404(Lecture.objects.only("asset"), pk=lecture.pk).asset_id
    present = _held(playing) if playing else None
    if present is None or asset.is_ready or not present.is_ready or present.pk == asset.pk:
        return _playing(asset)
    return {"next_asset": asset}


def _playing(asset: Asset) -> dict[str, Any]:
    return {"asset": asset, "next_asset": None, "duration_seconds": asset.duration_seconds or 0}


def _held(pk: ObjectId) -> Asset:
    """Read an asset so that it cannot become ready, or go, unnoticed: writing it makes two transactions meet."""
    Asset.objects.filter(pk=pk).update(updated_at=timezone.now())
    return get_object_or_404(Asset, pk=pk)
