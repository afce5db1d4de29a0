"""Pages of published courses: browsed by an index, or searched by words."""

from operator import itemgetter
from typing import Any

from courses.filters import BY_RANK, match, words
from courses.queries.courses import CARD, aggregate, by_id, collection
from lms.mongodb.pipelines import Document
from lms.pagination import Page

MAX_RANKED = 1000
"""How many of the best matches of a search can be paged through."""

BY_SCORE = itemgetter("score", "_id")


def search(query: dict[str, Any], page: Page) -> list[dict[str, Any]]:
    """Find a page of published courses and one more for the values of a `CatalogueQuery`; at most 3 commands."""
    wanted = match(query)
    if wanted is None:
        return []
    if "search" not in query:
        return page_of(wanted, page)
    best = _ranked(words(query["search"]), wanted)
    if page.ordering == BY_RANK:
        return _page_of_ranked(best, page)
    return page_of({"_id": {"$in": [each["_id"] for each in best]}}, page)


def page_of(wanted: Document, page: Page) -> list[dict[str, Any]]:
    """Find a page of courses and one more, in the page's order."""
    # Each alternative carries the whole condition: so every one is a range of the ordering's index, and MongoDB merges
    # them in order instead of reading all that comes before the page.
    beyond = [{"$and": [wanted, each]} for each in page.match().get("$or", ())]
    found = {"$or": beyond} if beyond else wanted
    return aggregate([{"$match": found}, {"$sort": page.sort()}, {"$limit": page.limit}, *CARD])


def _ranked(searched: str, wanted: Document) -> list[dict[str, Any]]:
    """Find the best matches of a search, best first: `_id` and `score` of each."""
    if not searched:
        return []
    # A `find`, and flat: the embedded MongoDB knows `$text` nowhere else.
    found = collection().find(
        {"$text": {"$search": searched}, **wanted}, {"_id": 1, "score": {"$meta": "textScore"}}
    )
    best = found.sort([("score", {"$meta": "textScore"})]).limit(MAX_RANKED)
    # The id decides between equals here and not there: the embedded MongoDB sorts by a score alone.
    return sorted(best, key=BY_SCORE, reverse=True)


def _page_of_ranked(best: list[dict[str, Any]], page: Page) -> list[dict[str, Any]]:
    if page.backwards:
        best = [each for each in reversed(best) if BY_SCORE(each) > page.position]
    elif page.position:
        best = [each for each in best if BY_SCORE(each) < page.position]
    best = best[: page.limit]
    courses = by_id([each["_id"] for each in best])
    return [courses[each["_id"]] | each for each in best if each["_id"] in courses]
