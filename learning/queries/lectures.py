"""A lecture for those who may watch it: one pipeline reads it, what decides on access, and its files."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypedDict, cast

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.utils import timezone

from courses.models import Course, Lecture
from courses.visibility import Facts, Person, Reason
from learning.access import Access, EnrollmentDocument, decide
from learning.models import Enrollment
from learning.queries.progress import render_states
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, instance_of
from media import delivery
from media.models import Asset


class LectureDocument(TypedDict):
    """All columns of a lecture, those named here by this module, with what it refers to."""

    _id: ObjectId
    asset_id: ObjectId | None
    captions: list[ObjectId]
    course: list[Document]
    enrollment: list[EnrollmentDocument]
    assets: list[Document]


@dataclass(frozen=True)
class WatchableLecture:
    """A lecture that a person may watch, with its files and what the person studied of it."""

    lecture: Lecture
    asset: Asset | None
    captions: list[Asset]
    access: Access
    studied: EnrollmentDocument

    @property
    def file(self) -> Asset | None:
        """The file to download, if the lecture is a file and it is ready."""
        is_file = self.lecture.kind == Lecture.Kind.FILE
        return self.asset if is_file and self.asset and self.asset.is_ready else None


def get_lecture(lecture_id: ObjectId, user: Person) -> WatchableLecture:
    """Return a lecture that a person may watch; raise 404 if there is none, else what `Access.require` raises."""
    row = _find(lecture_id, user)
    if row is None or not row["course"]:
        raise Http404
    lecture = instance_of(Lecture, row)
    studied = row["enrollment"][0] if row["enrollment"] else EnrollmentDocument()
    [course] = row["course"]
    facts = Facts(course["_id"], course["instructor_id"], course["status"])
    access = decide(user, facts, lecture, grants=studied.get("grants", ()))
    access.require(user)
    assets = {each["_id"]: instance_of(Asset, each) for each in row["assets"]}
    captions = [assets[pk] for pk in row["captions"] if pk in assets]
    return WatchableLecture(lecture, assets.get(row["asset_id"]), captions, access, studied)


def render_lecture(watchable: WatchableLecture) -> dict[str, Any]:
    """Render a lecture, as `LectureContentSerializer` declares it; its author also gets the ids of its files."""
    lecture = watchable.lecture
    states = render_states(watchable.studied, {lecture.pk: lecture.duration_seconds})
    body = {
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
        "body_html": lecture.body_html,
        "file": render_file(watchable.file) if watchable.file else None,
        **states[lecture.pk],
    }
    if watchable.access.reason in (Reason.INSTRUCTOR, Reason.STAFF):
        body |= {
            "is_published": lecture.is_published,
            "asset": lecture.asset_id,
            "next_asset": lecture.next_asset_id,
            "captions": lecture.captions,
        }
    return body


def render_file(asset: Asset) -> dict[str, Any]:
    """Render a file with a URL to download it."""
    return {
        "url": delivery.download_url(asset.stored, asset.original_name),
        # A second early, because the URL was signed a moment before.
        "expires_at": timezone.now() + settings.PLAYBACK_LIFETIME - timedelta(seconds=1),
        "name": asset.original_name,
        "bytes": asset.bytes,
    }


def _find(lecture_id: ObjectId, user: Person) -> LectureDocument | None:
    lectures = connection.get_collection(Lecture._meta.db_table)
    row = next(lectures.aggregate(_pipeline(lecture_id, user)), None)
    return cast(LectureDocument | None, row)


def _pipeline(lecture_id: ObjectId, user: Person) -> Pipeline:
    consumed = {"$ifNull": ["$consumed_lectures", []]}
    studied = {
        "grants": 1,
        "completed_lectures": 1,
        f"positions.{lecture_id}": 1,
        "is_consumed": {"$in": [lecture_id, consumed]},
    }
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
