"""The outline of a course: its sections with their lectures."""

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NotRequired, TypedDict

from bson import ObjectId

type Sections = list[dict[str, Any]]
"""A rendered outline."""


class OpeningDocument(TypedDict):
    """When a section opens, as the database returns it: one of both is null."""

    at: datetime | None
    days: int | None


class SectionDocument(TypedDict):
    _id: ObjectId
    title: str
    position: int
    opens: OpeningDocument | None


class LectureDocument(TypedDict):
    _id: ObjectId
    section_id: ObjectId
    title: str
    kind: str
    duration_seconds: int
    is_preview: bool
    is_published: bool
    position: int
    requires: list[ObjectId]


class ShownLectureDocument(LectureDocument):
    """A lecture as it is shown to a person: why it is locked for them, if they may watch the course."""

    locked: NotRequired[dict[str, Any] | None]


class OutlineDocument(TypedDict):
    """The outline in the document of a course; lectures are ordered by section and position."""

    sections: list[SectionDocument]
    lectures: list[ShownLectureDocument]


def render_outline(document: OutlineDocument, *, whole: bool = False) -> Sections:
    """Render the sections of a course with their lectures.

    `whole` includes the unpublished ones, and what each requires.
    """
    groups = groupby(document["lectures"], key=itemgetter("section_id"))
    lectures = {section_id: list(group) for section_id, group in groups}
    return [
        {
            "id": section["_id"],
            "title": section["title"],
            "position": section["position"],
            "opens": _render_opening(section.get("opens")),
            "lectures": [
                _render_lecture(each, whole=whole)
                for each in lectures.get(section["_id"], ())
                if whole or each["is_published"]
            ],
        }
        for section in document["sections"]
    ]


def _render_lecture(document: ShownLectureDocument, *, whole: bool) -> dict[str, Any]:
    lecture = {
        "id": document["_id"],
        "title": document["title"],
        "kind": document["kind"],
        "duration_seconds": document["duration_seconds"],
        "is_preview": document["is_preview"],
        "position": document["position"],
    }
    if "locked" in document:
        lecture["locked"] = document["locked"]
    if not whole:
        return lecture
    return lecture | {
        "is_published": document["is_published"],
        "requires": document.get("requires") or [],
    }


def _render_opening(opens: OpeningDocument | None) -> dict[str, Any] | None:
    """Render when a section opens, as `OpeningSerializer` declares it."""
    return opens and {name: value for name, value in opens.items() if value is not None}
