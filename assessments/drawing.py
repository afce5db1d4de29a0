"""Which questions an attempt gets, in which order, and what is frozen of them: pure functions."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random, SystemRandom
from typing import Any, TypedDict

from bson import ObjectId

from assessments.models.attempt import FrozenOption, FrozenQuestion
from assessments.models.question import Kind, Side
from lms.mongodb.pipelines import Document

MAX_BYTES = 800_000
"""How large the questions of an attempt may be together, as JSON: so that an attempt stays under 1 MB."""

RANDOM = SystemRandom()


class Draw(TypedDict):
    """Questions drawn at the start of an attempt, of those that have all of the tags."""

    tags: list[str]
    count: int


class Item(TypedDict, total=False):
    """One item of a quiz: either a question, by its 24 hex digits, or a draw."""

    question: str
    draw: Draw


type Tags = frozenset[str]
type Pools = Mapping[Tags, Sequence[ObjectId]]
"""The questions that may be drawn, by the tags of the draws. None of them is retired."""


def tags_of(draw: Draw) -> Tags:
    """Return the tags of a draw, by which it finds its questions in `Pools`."""
    return frozenset(draw["tags"])


def list_fixed(items: Iterable[Item]) -> list[ObjectId]:
    """Return the questions that items name."""
    return [ObjectId(item["question"]) for item in items if "question" in item]


def count_questions(items: Iterable[Item]) -> int:
    """Return how many questions an attempt has."""
    return sum(item["draw"]["count"] if "draw" in item else 1 for item in items)


def find_shortages(items: Sequence[Item], pools: Pools) -> dict[int, int]:
    """Return the draws that cannot be met, by their place: how many questions each lacks.

    None is lacking exactly if `draw` succeeds.
    """
    drawn = Counter(_assign(items, pools, None).values())
    wanted = {place: item["draw"]["count"] for place, item in enumerate(items) if "draw" in item}
    return {place: count - drawn[place] for place, count in wanted.items() if drawn[place] < count}


def draw(items: Sequence[Item], pools: Pools, random: Random = RANDOM) -> list[ObjectId] | None:
    """Return the questions of an attempt in the order of the items, none twice; None if a draw cannot be met."""
    drawn: dict[int, list[ObjectId]] = defaultdict(list)
    for question, place in _assign(items, pools, random).items():
        drawn[place].append(question)
    questions: list[ObjectId] = []
    for place, item in enumerate(items):
        if "draw" in item:
            random.shuffle(drawn[place])
            questions += drawn[place]
        else:
            questions.append(ObjectId(item["question"]))
    return questions if len(questions) == count_questions(items) else None


def _assign(items: Sequence[Item], pools: Pools, random: Random | None) -> dict[ObjectId, int]:
    """Assign to as many of the questions to draw as possible one each; return the place of the draw by the question.

    This is a maximum bipartite matching, found by augmenting paths: a question goes from one draw to another that has
    no other, if the first one can take another question instead.
    """
    fixed = set(list_fixed(items))
    draws = {place: item["draw"] for place, item in enumerate(items) if "draw" in item}
    candidates = {
        place: [each for each in pools.get(tags_of(draw), ()) if each not in fixed]
        for place, draw in draws.items()
    }
    wanted = [place for place, draw in draws.items() for _ in range(draw["count"])]
    if random:
        random.shuffle(wanted)
        for pool in candidates.values():
            random.shuffle(pool)
    taken: dict[ObjectId, int] = {}
    for place in wanted:
        _take(place, candidates, taken, set())
    return taken


def _take(
    place: int,
    candidates: Mapping[int, Sequence[ObjectId]],
    taken: dict[ObjectId, int],
    asked: set[int],
) -> bool:
    """Give a draw one more question, if need be one that another draw exchanges; return False if that is impossible.

    `asked` are the draws that were asked already for the sake of this one.
    """
    asked.add(place)
    for question in candidates[place]:
        if question not in taken:
            taken[question] = place
            return True
    for question in candidates[place]:
        if taken[question] not in asked and _take(taken[question], candidates, taken, asked):
            taken[question] = place
            return True
    return False


def freeze(
    questions: Sequence[Document], *, shuffle: bool, random: Random = RANDOM
) -> list[FrozenQuestion]:
    """Return questions as an attempt keeps them, in the order in which it shows them.

    `shuffle` mixes the questions and their options. The options of an ordering and the rights of a matching question are
    always mixed, since their order would be the key; those of true or false never.
    """
    frozen = [_freeze(question, shuffle=shuffle, random=random) for question in questions]
    if shuffle:
        random.shuffle(frozen)
    return frozen


def _freeze(question: Document, *, shuffle: bool, random: Random) -> FrozenQuestion:
    return {
        "id": str(question["_id"]),
        "revision": question["revision"],
        "kind": question["kind"],
        "prompt_html": question["prompt_html"],
        "options": list(_order(question, shuffle=shuffle, random=random)),
        "points": question["points"],
        "key": question["key"],
        "explanation_html": question["explanation_html"],
    }


def _order(question: Document, *, shuffle: bool, random: Random) -> Iterator[FrozenOption]:
    """Yield the options of a question as they are shown; of a matching question first the lefts, then the rights."""
    options = question["options"]
    kind = question["kind"]
    lefts = [each for each in options if each["side"] == Side.LEFT]
    others = [each for each in options if each["side"] != Side.LEFT]
    if shuffle:
        random.shuffle(lefts)
    if kind in (Kind.ORDERING, Kind.MATCHING) or (shuffle and kind != Kind.TRUE_FALSE):
        random.shuffle(others)
    for each in (*lefts, *others):
        option: FrozenOption = {"id": str(each["identifier"]), "text_html": each["text_html"]}
        yield option | {"side": each["side"]} if each["side"] else option


def count_bytes(questions: Iterable[Mapping[str, Any]]) -> int:
    """Return how large frozen questions are as JSON."""
    texts = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in questions)
    return sum(len(text.encode()) + 1 for text in texts)
