"""How many courses of the catalogue each value of a filter would leave."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from courses.models import Category
from courses.queries.cards import courses
from courses.queries.catalogue import Query, match_of, matches_of_facets, search_stages
from courses.queries.search import having
from courses.terms import list_tag_terms, slug_of_tag
from lms.mongodb import connection
from lms.mongodb.pipelines import Document, Pipeline

MAX_COUNTED = 10_000
"""How many courses are counted: the newest ones, or what a search finds."""

MAX_TAGS = 20
MAX_VALUES = 200
"""How many values of a facet are read, the most frequent first: several may be one tag in different spellings."""

VALUES = {
    "category": "$category_id",
    "level": "$level",
    "language": "$language",
    "free": {"$eq": ["$price_amount", 0]},
    "tag": "$tags",
}
"""The value of each facet."""


def render_facets(query: Query) -> dict[str, Any]:
    """Render how many courses have each value of a facet, counted without the facet's own filter; two commands."""
    categories = {row["_id"]: row for row in _read_categories()}
    chosen = [key for key, row in categories.items() if row["slug"] in query.get("category", ())]
    counts = _count(query, matches_of_facets(query, chosen))
    return {
        "total": sum(row["count"] for row in counts.get("total", ())),
        "category": [
            {"slug": category["slug"], "name": category["name"], "count": row["count"]}
            for row in counts.get("category", ())
            if (category := categories.get(row["_id"]))
        ],
        **{name: _render(counts.get(name, ())) for name in ("level", "language", "free")},
        "tag": _render(_merge(counts.get("tag", ())))[:MAX_TAGS],
    }


def _read_categories() -> list[Document]:
    categories = connection.get_collection(Category._meta.db_table)
    return list(categories.find({}, {"slug": 1, "name": 1}, session=connection.session))


def _count(query: Query, matches: dict[str, dict[str, Any]]) -> dict[str, list[Document]]:
    """Count the courses by the values of each facet, where the filters of all other facets match; and all together."""
    found = search_stages(query) if "search" in query else []
    if "search" in query and not found:
        return {}
    newest: Pipeline = [{"$sort": {"published_at": -1, "_id": -1}}]
    columns = dict.fromkeys(("category_id", "level", "language", "price_amount", "tags"), 1)
    wanted = {"terms": having(list_tag_terms(query["tag"]))} if "tag" in query else {}
    branches = {name: [*_filter(matches, but=name), *_group(name)] for name in VALUES}
    pipeline: Pipeline = [
        *found,
        {"$match": match_of(query)},
        *_filter_nearly(matches),
        *([] if found else newest),
        {"$limit": MAX_COUNTED},
        {"$project": columns | wanted},
        {"$facet": branches | {"total": [*_filter(matches), {"$count": "count"}]}},
    ]
    counts: dict[str, list[Document]] = next(
        courses().aggregate(pipeline, session=connection.session)
    )
    return counts


def _filter(matches: dict[str, dict[str, Any]], *, but: str = "") -> Pipeline:
    """Return the stage that applies the filters of all facets but one."""
    others = [match for name, match in matches.items() if name != but]
    return [{"$match": {"$and": others}}] if others else []


def _filter_nearly(matches: dict[str, dict[str, Any]]) -> Pipeline:
    """Return the stage that leaves what counts for any facet: courses that fail at most one of the filters."""
    if len(matches) < 2:
        return []
    return [{"$match": {"$or": [_filter(matches, but=name)[0]["$match"] for name in matches]}}]


def _group(name: str) -> Pipeline:
    """Return the stages that count the courses by the values of a facet, the most frequent first."""
    return [
        *([{"$unwind": "$tags"}] if name == "tag" else []),
        {"$group": {"_id": VALUES[name], "count": {"$sum": 1}}},
        {"$sort": {"count": -1, "_id": 1}},
        {"$limit": MAX_VALUES},
    ]


def _render(rows: Iterable[Document]) -> list[dict[str, Any]]:
    return [{"value": row["_id"], "count": row["count"]} for row in rows]


def _merge(rows: Iterable[Document]) -> list[Document]:
    """Add up the spellings of each tag; the most frequent one is shown, unless a comma keeps it from being asked for."""
    spellings: dict[str, str] = {}
    counts: Counter[str] = Counter()
    # Of two that are as frequent, the one in small letters.
    for row in sorted(rows, key=lambda row: (-row["count"], row["_id"].swapcase())):
        slug = slug_of_tag(row["_id"])
        spellings.setdefault(slug, slug if "," in row["_id"] else row["_id"])
        counts[slug] += row["count"]
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [{"_id": spellings[slug], "count": count} for slug, count in ranked if slug]
