"""The sections of a course with their lectures."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from lms.mongodb.pipelines import Document


def render_outline(document: Document, *, whole: bool = False) -> list[dict[str, Any]]:
    """Write the sections of a course with their lectures, in order."""
    lectures = groupby(document["lectures"], key=itemgetter("section_id"))
    inside = {pk: list(group) for pk, group in lectures}
    return [
        {
            "id": section["_id"],
            "title": section["title"],
            "position": section["position"],
            "lectures": [
                _lecture(each, whole)
                for each in inside.get(section["_id"], ())
                if whole or each["is_published"]
            ],
        }
        for section in document["sections"]
    ]


def _lecture(document: Document, whole: bool) -> dict[str, Any]:
    written = {
        "id": document["_id"],
        "title": document["title"],
        "kind": document["kind"],
        "duration_seconds": document["duration_seconds"],
        "is_preview": document["is_preview"],
        "position": document["position"],
    }
    return written | {"is_published": document["is_published"]} if whole else written
