"""The questions that a quiz draws from, and what the quiz lacks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bson import ObjectId
from rest_framework.exceptions import APIException

from assessments.drawing import (
    MAX_BYTES,
    Item,
    Pools,
    Tags,
    count_bytes,
    count_questions,
    find_shortages,
    freeze,
    list_fixed,
    tags_of,
)
from assessments.exceptions import NotEnoughQuestions, QuizTooLarge
from assessments.models import Question
from assessments.models.quiz import MAX_ITEMS
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline


def find_pools(owner_id: ObjectId, items: Sequence[Item]) -> Pools:
    """Return the questions of a bank that may be drawn for items, by tags, in one command.

    Of many only as many as the quiz has questions, chosen at random: so many are enough whatever its other items take.
    """
    draws = {tags_of(item["draw"]): None for item in items if "draw" in item}
    if not draws:
        return {}
    size = count_questions(items)
    tags = list(draws)
    reads = [_read_pool(owner_id, each, place, size) for place, each in enumerate(tags)]
    others: Pipeline = [
        {"$unionWith": {"coll": Question._meta.db_table, "pipeline": read}} for read in reads[1:]
    ]
    rows = _questions().aggregate(
        [*reads[0], *others], batchSize=MAX_ITEMS + 1, session=connection.session
    )
    return {tags[row["place"]]: row["questions"] for row in rows}


def find_questions(ids: Sequence[ObjectId]) -> list[Document]:
    """Return questions in the order of their ids, in one command; those that are gone are left out."""
    found = _questions().find(
        {"_id": {"$in": list(ids)}}, batch_size=MAX_ITEMS + 1, session=connection.session
    )
    by_id = {row["_id"]: row for row in found}
    return [by_id[pk] for pk in ids if pk in by_id]


def is_short(owner_id: ObjectId, items: Sequence[Item]) -> bool:
    """Return whether items draw more questions than there are; no command is sent for those that draw none."""
    return bool(find_shortages(items, find_pools(owner_id, items)))


def find_problems(owner_id: ObjectId, items: Sequence[Item]) -> Iterator[APIException]:
    """Yield what keeps attempts at a quiz with these items from starting: `NotEnoughQuestions`, `QuizTooLarge`.

    Whether what is drawn is too large is known only when it is drawn.
    """
    if shortages := find_shortages(items, find_pools(owner_id, items)):
        yield NotEnoughQuestions(shortages)
    fixed = list_fixed(items)
    if fixed and is_too_large(find_questions(fixed)):
        yield QuizTooLarge(max_bytes=MAX_BYTES)


def is_too_large(questions: Iterable[Document]) -> bool:
    """Return whether questions are too large together for one attempt."""
    return count_bytes(freeze(list(questions), shuffle=False)) > MAX_BYTES


def _read_pool(owner_id: ObjectId, tags: Tags, place: int, size: int) -> Pipeline:
    return [
        {"$match": {"owner_id": owner_id, "tags": {"$all": sorted(tags)}, "retired": False}},
        {"$sample": {"size": size}},
        {"$group": {"_id": None, "questions": {"$push": "$_id"}}},
        {"$set": {"place": place}},
    ]


def _questions() -> Any:
    return connection.get_collection(Question._meta.db_table)
