"""The courses that a search finds: a number of index entries is read, whatever the words and however many courses."""

from typing import Any

from courses.models import Course
from courses.queries.cards import COLUMNS, CardDocument, courses, list_cards
from courses.terms import Word, read_search
from lms.mongodb import connection
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
    words alone, not on filters, which follow. `terms` is what is left of the terms of a course: those of the search, and
    `kept`.
    """
    if not (words := read_search(search)):
        return []
    needed = [word for word in words if word.is_needed]
    wanted = [term for word in words for term in word.terms]
    return [
        *union(_reads(needed)),
        # The terms of a course that is not published are empty; this makes sure.
        {"$match": {"status": Course.Status.PUBLISHED}},
        {"$project": READ | {"terms": _only([*wanted, *kept])}},
        *EACH_ONCE,
        {"$set": {"score": _sum(words), "matched": _count(needed)}},
        {"$group": {"_id": "$matched", "courses": {"$push": "$$ROOT"}}},
        {"$sort": {"_id": -1}},
        {"$limit": 1},
        {"$unwind": "$courses"},
        {"$replaceRoot": {"newRoot": "$courses"}},
    ]


def list_found(stages: Pipeline) -> list[CardDocument]:
    """List the cards of the courses that these stages find, in their order, with the `score` if they have one.

    Two commands: the embedded MongoDB takes seconds to join to what was grouped.
    """
    pipeline = [*stages, {"$project": {"score": 1}}]
    found = list(courses().aggregate(pipeline, session=connection.session))
    if not found:
        return []
    ids = [row["_id"] for row in found]
    cards = {card["_id"]: card for card in list_cards([{"$match": {"_id": {"$in": ids}}}])}
    return [cards[row["_id"]] | row for row in found if row["_id"] in cards]


def _only(terms: list[str]) -> dict[str, Any]:
    """Return those of the terms of a course that are among these."""
    return {"$filter": {"input": "$terms", "as": "term", "cond": {"$in": ["$$term", terms]}}}


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


def _sum(words: list[Word]) -> dict[str, Any]:
    """Return the score of a course: of each word, the points of its best place."""
    return {"$sum": [_points(word) for word in words]}


def _count(words: list[Word]) -> dict[str, Any]:
    """Return how many of the words a course has."""
    return {"$sum": [{"$cond": [{"$gt": [_points(word), 0]}, 1, 0]} for word in words]}


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
