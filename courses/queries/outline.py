"""The sections of a course with their lectures."""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

from courses.visibility import CourseFacts, Person
from lms.mongodb.pipelines import Document
from lms.registry import Registry

type Sections = list[dict[str, Any]]
type Annotator = Callable[[Sections, Person, CourseFacts], None]

annotators: Registry[Annotator] = Registry()
"""Functions that add to the lectures of an outline what a person has done with them. An upper app adds its own."""


def render_outline(document: Document, *, whole: bool = False) -> Sections:
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


def annotate(sections: Sections, user: Person, course: CourseFacts) -> None:
    """Add to the lectures of an outline what other apps know about them and this person."""
    for annotator in annotators:
        annotator(sections, user, course)


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
