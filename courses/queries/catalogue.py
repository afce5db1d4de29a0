"""Pages of published courses: browsed in an order, or searched by words."""

import re
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypedDict

from bson import ObjectId

from courses.models import Category, Course
from courses.queries.cards import CardDocument, courses, list_cards
from lms.currencies import MAX_AMOUNT
from lms.mongodb import connection
from lms.pagination import Page

MAX_RANKED = 1000
"""How many of the best matches of a search can be paged through."""

MAX_WORDS = 16
"""How many words of a search are used."""

BY_RANK = ("-score", "-id")
ORDERINGS = {
    "-published_at": ("-published_at", "-id"),
    "price": ("price_amount", "id"),
    "-price": ("-price_amount", "-id"),
    "-rating": ("-rating_average", "-rating_count", "-id"),
    "-enrolled": ("-enrolled_count", "-id"),
}

rank_of = itemgetter("score", "_id")


class Query(TypedDict, total=False):
    """What a person asks the catalogue for: the values of a `CatalogueFilter`."""

    search: str
    category: str
    level: str
    language: str
    instructor: ObjectId
    currency: str
    price_min: int
    price_max: int
    free: bool
    rating_min: Decimal
    ordering: str


class Rank(TypedDict):
    """A match of a search; the best one has the highest score."""

    _id: ObjectId
    score: float


def list_catalogue(query: Query, page: Page) -> list[CardDocument]:
    """List a page of published courses plus one row; at most three commands."""
    match = _match(query)
    if match is None:
        return []
    if "search" not in query:
        return list_courses(match, page)
    ranking = _rank(_words(query["search"]), match)
    if page.ordering == BY_RANK:
        return _list_ranked(ranking, page)
    return list_courses({"_id": {"$in": [each["_id"] for each in ranking]}}, page)


def list_courses(match: dict[str, Any], page: Page) -> list[CardDocument]:
    """List a page of the courses that match, plus one row, in the page's order."""
    # Each alternative carries the whole condition. So each is a range of the ordering's index, and MongoDB merges them
    # in order instead of reading everything before the page.
    alternatives = [{"$and": [match, each]} for each in page.match().get("$or", ())]
    if alternatives:
        match = {"$or": alternatives}
    return list_cards([{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}])


def ordering_of(query: Query) -> tuple[str, ...]:
    """Return the ordering of a query: by rank for a search that names none, else the newest first."""
    if "search" in query and "ordering" not in query:
        return BY_RANK
    return ORDERINGS[query.get("ordering", "-published_at")]


def _words(search: str) -> str:
    """Return the words of a search without punctuation: quotes, dashes and dollar signs are operators of MongoDB."""
    return " ".join(re.findall(r"\w+", search)[:MAX_WORDS])


def _match(query: Query) -> dict[str, Any] | None:
    """Return the condition on published courses, without nesting; None if no course can meet it."""
    match: dict[str, Any] = {"status": Course.Status.PUBLISHED}
    if "category" in query:
        if (category_id := _category_id(query["category"])) is None:
            return None
        match["category_id"] = category_id
    for name, column in {
        "level": "level",
        "language": "language",
        "currency": "currency",
        "instructor": "instructor_id",
    }.items():
        if name in query:
            match[column] = query[name]  # type: ignore[literal-required]  # one of the names above
    if price := _price(query):
        match["price_amount"] = price
    if "rating_min" in query:
        match["rating_average"] = {"$gte": int(query["rating_min"] * 1000)}
    return match


def _price(query: Query) -> dict[str, int]:
    """Return the condition on the price, in minor units; empty if every price meets it."""
    min_, max_ = query.get("price_min", 0), query.get("price_max", MAX_AMOUNT)
    if "free" in query:
        min_, max_ = (min_, 0) if query["free"] else (max(min_, 1), max_)
    return ({"$gte": min_} if min_ else {}) | ({"$lte": max_} if max_ < MAX_AMOUNT else {})


def _category_id(slug: str) -> ObjectId | None:
    categories = connection.get_collection(Category._meta.db_table)
    category = categories.find_one({"slug": slug}, {"_id": 1})
    return category["_id"] if category else None


def _rank(words: str, match: dict[str, Any]) -> list[Rank]:
    """List the best matches of a search, the best first."""
    if not words:
        return []
    # A `find`, and without nesting: the embedded MongoDB knows `$text` nowhere else.
    matches = courses().find(
        {"$text": {"$search": words}, **match}, {"_id": 1, "score": {"$meta": "textScore"}}
    )
    best = matches.sort([("score", {"$meta": "textScore"})]).limit(MAX_RANKED)
    # Sorted again, with the id between equal scores: the embedded MongoDB sorts by the score alone.
    return sorted(best, key=rank_of, reverse=True)


def _list_ranked(ranking: list[Rank], page: Page) -> list[CardDocument]:
    """List a page of a ranking plus one row; each card gets its `score`, by which the page is ordered."""
    if page.backwards:
        ranking = [each for each in reversed(ranking) if rank_of(each) > page.position]
    elif page.position:
        ranking = [each for each in ranking if rank_of(each) < page.position]
    ranking = ranking[: page.limit]
    if not ranking:
        return []
    ids = [each["_id"] for each in ranking]
    cards = {card["_id"]: card for card in list_cards([{"$match": {"_id": {"$in": ids}}}])}
    return [
        cards[each["_id"]] | each  # type: ignore[operator]  # the links of the page need `score`
        for each in ranking
        if each["_id"] in cards
    ]
