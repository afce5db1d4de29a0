"""What a person may be about to type: titles, tags and instructors of published courses."""

from typing import Any

from accounts.models import User
from courses.models import Course
from courses.queries.cards import courses
from courses.queries.search import union
from courses.terms import BEGINNING_MARKS, has_beginnings, list_beginnings, slug_of_tag
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline, lookup

MAX_SUGGESTIONS, MAX_TAGS, MAX_INSTRUCTORS = 8, 3, 2
MAX_OF_KIND = {"course": MAX_SUGGESTIONS, "tag": MAX_TAGS, "instructor": MAX_INSTRUCTORS}

MAX_ENTRIES = 600
"""How many entries of the index are read for each kind of suggestion."""

type Words = list[tuple[str, ...]]
"""The forms of each word that was typed."""


def list_suggestions(text: str) -> list[dict[str, Any]]:
    """List what begins with the words of a text, courses first, then tags and instructors, the most popular first.

    One command.
    """
    if not (words := list_beginnings(text)):
        return []
    pipeline = union([_read_courses(words), _read_tags(words), _read_instructors(words)])
    found: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in MAX_OF_KIND}
    for row in courses().aggregate(pipeline, session=connection.session):
        kind, shown = row["kind"], row["text"]
        # Of the tags, most of what is read comes after those that are shown.
        if len(found[kind]) < MAX_OF_KIND[kind] and has_beginnings(shown, words):
            slug = slug_of_tag(shown) if kind == "tag" else row.get("slug", "")
            name = {"id": row["_id"]} if kind == "instructor" else {"slug": slug}
            found[kind].setdefault(slug or str(row["_id"]), {"text": shown, "kind": kind, **name})
    rest = [*found["tag"].values(), *found["instructor"].values()]
    return [*list(found["course"].values())[: MAX_SUGGESTIONS - len(rest)], *rest]


def _read(words: Words, place: str) -> Pipeline:
    """Return the stages that read the most popular courses with the longest word at a place, then ask for the others."""
    mark = BEGINNING_MARKS[place]
    reads = [{"terms": {"$in": sorted(mark + form for form in forms)}} for forms in words]
    longest = max(range(len(words)), key=lambda number: len(words[number][0]))
    return [
        {"$match": reads[longest]},
        {"$limit": MAX_ENTRIES},
        {"$match": {"$and": [{"status": Course.Status.PUBLISHED}, *reads]}},
    ]


def _read_courses(words: Words) -> Pipeline:
    return [
        *_read(words, "title"),
        {"$limit": MAX_SUGGESTIONS},
        {"$project": {"kind": {"$literal": "course"}, "text": "$title", "slug": 1}},
    ]


def _read_tags(words: Words) -> Pipeline:
    return [
        *_read(words, "tags"),
        {"$unwind": "$tags"},
        {"$group": {"_id": "$tags", "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": MAX_ENTRIES},
        {"$project": {"kind": {"$literal": "tag"}, "text": "$_id"}},
    ]


def _read_instructors(words: Words) -> Pipeline:
    return [
        *_read(words, "instructor"),
        {"$group": {"_id": "$instructor_id", "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": MAX_INSTRUCTORS},
        lookup(User, "_id", "person", "name"),
        {"$unwind": "$person"},
        {"$project": {"kind": {"$literal": "instructor"}, "text": "$person.name"}},
    ]
