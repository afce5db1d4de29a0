"""The courses that a search finds: a number of index entries is read, whatever the words and however many courses."""

from collections.abc import Sequence
from typing import Any

from courses.models import Course
from courses.queries.cards import COLUMNS
from courses.terms import Word, read_search
from lms.mongodb.pipelines import Pipeline

MAX_ENTRIES = 2000
"""How many entries of the index a search reads."""

READ = COLUMNS | dict.fromkeys(("category_id", "instructor_id", "tags"), 1)
"""What is known of a course that was found: all that a card or a filter needs."""

EACH_ONCE: Pipeline = [
    {"$group": {"_id": "$_id", "course": {"$first": "$$ROOT"}}},
    {"$replaceRoot": {"newRoot": "$course"}},
]
"""The stages that leave each course once, after several reads."""


def list_stages(search: str, *kept: str) -> Pipeline:
    """Return the stages that find the courses of a search, each with its `score`; empty if it has no words.

    A course has all words; if none has, those are found that have the most of them. Which ones these are depends on the
    words alone, not on filters, which follow. `terms` is what a course has of `kept`, for these filters.
    """
    words = sorted(read_search(search), key=lambda word: not word.is_needed)
    if not words:
        return []
    needed = [word for word in words if word.is_needed]
    known = READ | ({"terms": having(kept)} if kept else {})
    return [
        *union(_reads(needed)),
        # The terms of a course that is not published are empty; this makes sure.
        {"$match": {"status": Course.Status.PUBLISHED}},
        {"$project": known | {"points": [_points(word) for word in words]}},
        {"$set": {"score": {"$sum": "$points"}}},
        # What is read of one word is read once, and all of it has the word.
        *(_most(len(needed)) if len(needed) > 1 else []),
    ]


def having(terms: Sequence[str]) -> dict[str, Any]:
    """Return which of a few terms a course has. It looks for each, because the set of all its terms is costly to make."""
    is_there = {"$in": ["$$term", {"$ifNull": ["$terms", []]}]}
    return {"$filter": {"input": list(terms), "as": "term", "cond": is_there}}


def union(reads: list[Pipeline]) -> Pipeline:
    """Return the stages that read what several pipelines of courses read, one after the other."""
    collection = Course._meta.db_table
    others = [{"$unionWith": {"coll": collection, "pipeline": each}} for each in reads[1:]]
    return [*reads[0], *others]


def _reads(words: list[Word]) -> list[Pipeline]:
    """Return the reads of the first courses of each word: by the place of the word, then the most popular.

    No `$sort` is needed: the index has this order. `terms` stands first in no other index, so MongoDB reads this one.
    """
    return [
        [{"$match": {"terms": {"$in": sorted(word.terms)}}}, {"$limit": MAX_ENTRIES // len(words)}]
        for word in words
    ]


def _most(count: int) -> Pipeline:
    """Return the stages that leave the courses with the most of the first `count` words, each once.

    No document ever holds several courses: a document has at most 16 MB.
    """
    points = {"$slice": ["$points", count]}
    has_word = {"$gt": ["$$each", 0]}
    return [
        *EACH_ONCE,
        {
            "$set": {
                "matched": {"$size": {"$filter": {"input": points, "as": "each", "cond": has_word}}}
            }
        },
        {"$setWindowFields": {"sortBy": {"matched": -1}, "output": {"rank": {"$rank": {}}}}},
        {"$match": {"rank": 1}},
    ]


def _points(word: Word) -> dict[str, Any]:
    """Return the points of a word in a course: 9 in the title, 1 as the beginning of the instructor's name, else 0."""
    return {
        "$switch": {
            "branches": [
                {"case": {"$in": [term, "$terms"]}, "then": 10 - int(term[0])}
                for term in word.terms
            ],
            "default": 0,
        }
    }
