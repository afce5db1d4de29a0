"""Pages of published courses: browsed in an order, or searched by words."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypedDict

from bson import ObjectId

from courses.models import Category, Course
from courses.queries.cards import CardDocument, list_cards
from courses.queries.search import list_stages
from courses.terms import list_tag_terms
from lms.mongodb import connection
from lms.mongodb.pipelines import Pipeline
from lms.pagination import Page

BY_RANK = ("-score", "-enrolled_count", "-id")
ORDERINGS = {
    "-published_at": ("-published_at", "-id"),
    "price": ("price_amount", "id"),
    "-price": ("-price_amount", "-id"),
    "-rating": ("-rating_average", "-rating_count", "-id"),
    "-enrolled": ("-enrolled_count", "-id"),
}


class Query(TypedDict, total=False):
    """What a person asks the catalogue for: the values of a `CatalogueFilter`."""

    search: str
    category: list[str]
    tag: list[str]
    level: str
    language: str
    instructor: ObjectId
    currency: str
    price_min: int
    price_max: int
    free: bool
    rating_min: Decimal
    ordering: str


def list_catalogue(query: Query, page: Page) -> list[CardDocument]:
    """List a page of published courses plus one row; at most two commands."""
    categories = _find_categories(query["category"]) if "category" in query else []
    match = {"$and": [match_of(query), *matches_of_facets(query, categories).values()]}
    if "search" not in query:
        return list_courses(match, page)
    found = search_stages(query)
    return list_cards([*found, *_cut(match, page)]) if found else []


def search_stages(query: Query) -> Pipeline:
    """Return the stages that find what a query searches for, before its filters; empty if it has no words."""
    return list_stages(query["search"], *list_tag_terms(query.get("tag", [])))


def list_courses(match: dict[str, Any], page: Page) -> list[CardDocument]:
    """List a page of the courses that match, plus one row, in the page's order."""
    return list_cards(_cut(match, page))


def _cut(match: dict[str, Any], page: Page) -> Pipeline:
    """Return the stages that cut a list to a page."""
    # Each alternative carries the whole condition. So each is a range of the ordering's index, and MongoDB merges them
    # in order instead of reading everything before the page.
    alternatives = [{"$and": [match, each]} for each in page.match().get("$or", ())]
    if alternatives:
        match = {"$or": alternatives}
    return [{"$match": match}, {"$sort": page.sort()}, {"$limit": page.limit}]


def ordering_of(query: Query) -> tuple[str, ...]:
    """Return the ordering of a query: by rank for a search that names none, else the newest first."""
    if "search" in query and "ordering" not in query:
        return BY_RANK
    return ORDERINGS[query.get("ordering", "-published_at")]


def match_of(query: Query) -> dict[str, Any]:
    """Return the condition that courses are published, and that of the filters that are no facets."""
    match: dict[str, Any] = {"status": Course.Status.PUBLISHED}
    for name, column in {"instructor": "instructor_id", "currency": "currency"}.items():
        if name in query:
            match[column] = query[name]  # type: ignore[literal-required]  # one of the names above
    limits = {"$gte": query.get("price_min"), "$lte": query.get("price_max")}
    if price := {operator: limit for operator, limit in limits.items() if limit is not None}:
        match["price_amount"] = price
    if "rating_min" in query:
        match["rating_average"] = {"$gte": int(query["rating_min"] * 1000)}
    return match


def matches_of_facets(query: Query, categories: Collection[ObjectId]) -> dict[str, dict[str, Any]]:
    """Return the condition of each filter that is a facet; `categories` are the ids of the categories in the query."""
    matches: dict[str, dict[str, Any]] = {}
    if "category" in query:
        matches["category"] = {"category_id": {"$in": list(categories)}}
    if "level" in query:
        matches["level"] = {"level": query["level"]}
    if "language" in query:
        matches["language"] = {"language": query["language"]}
    if "free" in query:
        matches["free"] = {"price_amount": 0 if query["free"] else {"$gt": 0}}
    if "tag" in query:
        matches["tag"] = {"terms": {"$all": list_tag_terms(query["tag"])}}
    return matches


def _find_categories(slugs: list[str]) -> list[ObjectId]:
    categories = connection.get_collection(Category._meta.db_table)
    found = categories.find({"slug": {"$in": slugs}}, {"_id": 1}, session=connection.session)
    return [category["_id"] for category in found]
