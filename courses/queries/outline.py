"""The outline of a course: its sections with their lectures."""

from itertools import groupby
from operator import itemgetter
from typing import Any, TypedDict

from bson import ObjectId

type Sections = list[dict[str, Any]]
"""A rendered outline."""


class SectionDocument(TypedDict):
    _id: ObjectId
    title: str
    position: int


class LectureDocument(TypedDict):
    _id: ObjectId
    section_id: ObjectId
    title: str
    kind: str
    duration_seconds: int
    is_preview: bool
    is_published: bool
    position: int


class OutlineDocument(TypedDict):
    """The outline in the document of a course; lectures are ordered by section and position."""

    sections: list[SectionDocument]
    lectures: list[LectureDocument]


def render_outline(document: OutlineDocument, *, whole: bool = False) -> Sections:
    """Render the sections of a course with their lectures; `whole` includes the unpublished ones."""
    groups = groupby(document["lectures"], key=itemgetter("section_id"))
    lectures = {section_id: list(group) for section_id, group in groups}
    return [
        {
            "id": section["_id"],
            "title": section["title"],
            "position": section["position"],
            "lectures": [
                _render_lecture(each, whole=whole)
                for each in lectures.get(section["_id"], ())
                if whole or each["is_published"]
            ],
        }
        for section in document["sections"]
    ]


def _render_lecture(document: LectureDocument, *, whole: bool) -> dict[str, Any]:
    lecture = {
        "id": document["_id"],
        "title": document["title"],
        "kind": document["kind"],
        "duration_seconds": document["duration_seconds"],
        "is_preview": document["is_preview"],
        "position": document["position"],
    }
    return lecture | {"is_published": document["is_published"]} if whole else lecture
