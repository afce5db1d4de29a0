"""A lecture for those who may watch it: one pipeline reads it, what decides on access and locks, and its files."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NotRequired, TypedDict, cast

from bson import ObjectId
from django.conf import settings
from django.http import Http404
from django.utils import timezone

from courses.exceptions import Locked
from courses.models import Course, Lecture, Section
from courses.visibility import Facts, Lock, Person, Reason, is_author
from learning.access import Access, EnrollmentDocument, decide
from learning.gates import find_locks
from learning.kinds import passed_kinds
from learning.models import Enrollment
from learning.queries.progress import (
    GATED,
    Outline,
    OutlineLecture,
    in_order,
    render_states,
    with_lectures,
    with_sections,
)
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline, instance_of, lookup
from media import delivery
from media.models import Asset


class LectureDocument(TypedDict):
    """All columns of a lecture, those named here by this module, with what it refers to."""

    _id: ObjectId
    asset_id: ObjectId | None
    captions: list[ObjectId]
    course: list[Document]
    enrollment: list[EnrollmentDocument]
    sections: list[Document]
    lectures: list[OutlineLecture]
    assets: NotRequired[list[Document]]


@dataclass(frozen=True)
class WatchableLecture:
    """A lecture that a person may watch, with its files, what the person studied of it, and what locks it for them.

    `outline` has the lectures of the course only where gates need them, and for what is completed by passing.
    """

    lecture: Lecture
    course: Facts
    asset: Asset | None
    captions: list[Asset]
    access: Access
    studied: EnrollmentDocument
    outline: Outline
    lock: Lock | None

    @property
    def file(self) -> Asset | None:
        """The file to download, if the lecture is a file and it is ready."""
        is_file = self.lecture.kind == Lecture.Kind.FILE
        return self.asset if is_file and self.asset and self.asset.is_ready else None


def get_lecture(lecture_id: ObjectId, user: Person) -> WatchableLecture:
    """Return a lecture that is open for a person, with its files; raise `Locked`, and what `watchable_of` raises."""
    watchable = watchable_of(_find([*lecture_stages(lecture_id, user), *WITH_FILES]), user)
    if watchable.lock:
        raise Locked(watchable.lock)
    return watchable


def find_lock(course_id: ObjectId, lecture_id: ObjectId, user: Person) -> Lock | None:
    """Return what locks a lecture of a course for a person; None if it is open, or if they may not watch it anyway.

    Raises 404 if the course has no such lecture, or only a hidden one.
    """
    asked = _asked(_find(lecture_stages(lecture_id, user)), user)
    if asked.course.pk != course_id or asked.access.reason == Reason.NOT_PUBLISHED:
        raise Http404
    return asked.lock


def watchable_of(row: Document | None, user: Person) -> WatchableLecture:
    """Return the lecture that a person may watch of what `lecture_stages` read, also one that is locked.

    Raises 404 if there is none, else what `Access.require` raises.
    """
    asked = _asked(row, user)
    asked.access.require(user)
    return asked


def _find(stages: Pipeline) -> Document | None:
    lectures = connection.get_collection(Lecture._meta.db_table)
    return next(lectures.aggregate(stages), None)


def _asked(row: Document | None, user: Person) -> WatchableLecture:
    """Return the lecture that a person asks for, with the decision whether they may watch it; raise 404 if there is none."""
    if row is None or not row["course"]:
        raise Http404
    document = cast(LectureDocument, row)
    lecture = instance_of(Lecture, document)
    studied = document["enrollment"][0] if document["enrollment"] else EnrollmentDocument()
    [course] = document["course"]
    facts = Facts(course["_id"], course["instructor_id"], course["status"])
    access = decide(user, facts, lecture, grants=studied.get("grants", ()))
    more = {
        "course": course,
        "sections": document["sections"],
        "lectures": in_order(document["lectures"], document["sections"]),
        "is_author": is_author(user, facts),
    }
    outline = cast(Outline, {**studied, **more})
    lock = None
    if access.reason == Reason.ENROLLED:
        lock = find_locks(outline, studied, timezone.now()).get(lecture.pk)
    assets = {each["_id"]: instance_of(Asset, each) for each in document.get("assets", ())}
    return WatchableLecture(
        lecture=lecture,
        course=facts,
        asset=assets.get(document["asset_id"]),
        captions=[assets[pk] for pk in document["captions"] if pk in assets],
        access=access,
        studied=studied,
        outline=outline,
        lock=lock,
    )


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
        "locked": None,  # else it is not read
    }
    if watchable.access.reason in (Reason.INSTRUCTOR, Reason.STAFF):
        body |= {
            "is_published": lecture.is_published,
            "asset": lecture.asset_id,
            "next_asset": lecture.next_asset_id,
            "captions": lecture.captions,
            "requires": lecture.requires,
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


def lecture_stages(lecture_id: ObjectId, user: Person) -> Pipeline:
    """Return the stages that read a lecture with its course, the person's enrollment and the outline that gates need."""
    columns = ("user_id", "course_id", "grants", f"positions.{lecture_id}", *GATED)
    studied = dict.fromkeys((*columns, "passed_lectures", "consumed_lectures"), 1)
    return [
        {"$match": {"_id": lecture_id}},
        lookup(Course, "course_id", "course", "instructor_id", "status", "pacing"),
        {
            "$lookup": {
                "from": Enrollment._meta.db_table,
                "localField": "course_id",
                "foreignField": "course_id",
                "pipeline": [{"$match": {"user_id": user.pk}}, {"$project": studied}],
                "as": "enrollment",
            }
        },
        lookup(Section, "section_id", "section", "opens"),
        {"$set": {"gated": {"$cond": [_needs_outline(), "$course_id", ""]}}},
        with_sections("gated"),
        with_lectures("gated"),
    ]


def _needs_outline() -> Document:
    """Return the expression that is true if something may lock the lecture, or if it is completed by passing it."""
    in_order = {"$eq": [{"$first": "$course.pacing"}, Course.Pacing.IN_ORDER]}
    opens_later = {"$gt": [{"$first": "$section.opens"}, None]}
    requires_others = {"$ne": [{"$ifNull": ["$requires", []]}, []]}
    is_passed = {"$in": ["$kind", list(passed_kinds)]}
    return {
        "$and": [
            {"$ne": ["$enrollment", []]},
            {"$or": [in_order, opens_later, requires_others, is_passed]},
        ]
    }


WITH_FILES: Pipeline = [
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
