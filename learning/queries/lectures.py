"""One lecture with all that decides who may see it and all that is shown of it: one pipeline."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.db.models import Model
from django.http import Http404
from django.utils import timezone

from courses.markdown import render
from courses.models import Course, Lecture
from courses.visibility import Facts, Person
from learning.access import Access, Reason, decide
from learning.exceptions import NothingToPlay
from learning.models import Enrollment
from learning.queries.progress import state_of
from lms.mongodb import connection
from lms.mongodb.pipelines import Document
from media import cloud
from media.exceptions import NotReady
from media.models import Asset
from media.services import playback


@dataclass(frozen=True)
class Shown:
    """A lecture that somebody may watch."""

    lecture: Lecture
    asset: Asset | None
    captions: list[Asset]
    access: Access
    studied: Document

    @property
    def file(self) -> Asset | None:
        """The file to download, if the lecture is one and it is there."""
        is_file = self.lecture.kind == Lecture.Kind.FILE
        return self.asset if is_file and self.asset and self.asset.is_ready else None


def find(lecture_id: ObjectId, user: Any) -> Shown:
    """Read a lecture and decide on it. Raises what `Access.demand` raises."""
    lectures = connection.get_collection(Lecture._meta.db_table)
    found = next(lectures.aggregate(_pipeline(lecture_id, user)), None)
    if found is None:
        raise Http404
    lecture = _instance(Lecture, found)
    studied = found["enrollment"][0] if found["enrollment"] else {}
    owner = found["course"][0]
    course = Facts(owner["_id"], owner["instructor_id"], owner["status"])
    access = decide(user, course, lecture, grants=studied.get("grants", ()))
    access.demand(user)
    assets = {each["_id"]: _instance(Asset, each) for each in found["assets"]}
    captions = [assets[pk] for pk in found["captions"] if pk in assets]
    return Shown(lecture, assets.get(found["asset_id"]), captions, access, studied)


def render_content(lecture_id: ObjectId, user: Person) -> dict[str, Any]:
    """Render a lecture for a person who may watch it. Raises what `Access.demand` raises."""
    return answer(find(lecture_id, user))


def answer(shown: Shown) -> dict[str, Any]:
    """Write a lecture, as `LectureContentSerializer` declares it; its author also sees what it is made of."""
    lecture = shown.lecture
    written = {
        "id": lecture.pk,
        "course": lecture.course_id,
        "section": lecture.section_id,
        "title": lecture.title,
        "description": lecture.description,
        "kind": lecture.kind,
        "duration_seconds": lecture.duration_seconds,
        "is_preview": lecture.is_preview,
        "position": lecture.position,
        "body": lecture.body,
        "body_html": render(lecture.body),
        "file": _file(shown.file) if shown.file else None,
        **state_of(shown.studied)(lecture.pk, lecture.duration_seconds),
    }
    if shown.access.reason in (Reason.INSTRUCTOR, Reason.STAFF):
        written |= {
            "is_published": lecture.is_published,
            "asset": lecture.asset_id,
            "next_asset": lecture.next_asset_id,
            "captions": lecture.captions,
        }
    return written


def play(shown: Shown, *, person: Any, device: str) -> dict[str, Any]:
    """Give what a player needs. Raises `NotReady`, `NothingToPlay`, and `TooManyStreams` for a person."""
    lecture, asset = shown.lecture, shown.asset
    if lecture.kind == Lecture.Kind.ARTICLE:
        raise NothingToPlay
    if asset is None or not asset.is_ready:
        raise NotReady
    told = {"kind": lecture.kind, "duration_seconds": lecture.duration_seconds}
    if lecture.kind == Lecture.Kind.FILE:
        file = _file(asset)
        return (
            told
            | {key: file[key] for key in ("url", "expires_at")}
            | {"poster": None, "captions": []}
        )
    return told | playback.grant(
        asset, person=person, lecture_id=lecture.pk, device=device, captions=shown.captions
    )


def _file(asset: Asset) -> dict[str, Any]:
    return {
        "url": cloud.download_url(asset),
        "expires_at": timezone.now() + settings.PLAYBACK_LIFETIME - timedelta(seconds=1),
        "name": asset.original_name,
        "bytes": asset.bytes,
    }


def _pipeline(lecture_id: ObjectId, user: Any) -> list[dict[str, Any]]:
    studied = {"grants": 1, "completed_lectures": 1, f"positions.{lecture_id}": 1}
    return [
        {"$match": {"_id": lecture_id}},
        {
            "$lookup": {
                "from": Course._meta.db_table,
                "localField": "course_id",
                "foreignField": "_id",
                "pipeline": [{"$project": {"instructor_id": 1, "status": 1}}],
                "as": "course",
            }
        },
        {
            "$lookup": {
                "from": Enrollment._meta.db_table,
                "localField": "course_id",
                "foreignField": "course_id",
                "pipeline": [{"$match": {"user_id": user.pk}}, {"$project": studied}],
                "as": "enrollment",
            }
        },
        {"$set": {"files": {"$concatArrays": [["$asset_id"], "$captions"]}}},
        {
            "$lookup": {
                "from": Asset._meta.db_table,
                "localField": "files",
                "foreignField": "_id",
                "as": "assets",
            }
        },
    ]


def _instance[M: Model](model: type[M], document: Document) -> M:
    """Make a row of a document, its own fields only."""
    columns = {field.column: field.attname for field in model._meta.concrete_fields}
    return model(**{columns[name]: value for name, value in document.items() if name in columns})
