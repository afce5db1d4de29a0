"""What was sold and given back lately, read from the books for the charts of the staff's first page.

All of it is in the lines of what Stripe holds for us, and all that is read of a line is in the index
`ledger_account_created`. Currencies are never added up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bson import ObjectId
from django.utils import timezone

from courses.models import Course
from lms.mongodb import connection
from payments.ledger.bookings import BALANCE, OF_SHARES
from payments.models import LedgerEntry

SOLD = {"$eq": ["$kind", LedgerEntry.Kind.SALE]}
TOP = 5


@dataclass(frozen=True)
class Day:
    """What came in and what went back on one day (UTC), in minor units.

    `returned` is what refunds and disputes took, less what came back of it: below zero where more came back.
    """

    date: date
    sold: int = 0
    returned: int = 0


@dataclass(frozen=True)
class CourseSales:
    """What a course brought: `net` of what went back, in minor units."""

    course: Course
    sales: int
    net: int


@dataclass(frozen=True)
class Revenue:
    """One currency's days, oldest first and without a gap, and the courses that brought most."""

    currency: str
    days: list[Day]
    courses: list[CourseSales]

    @property
    def sold(self) -> int:
        return sum(day.sold for day in self.days)

    @property
    def returned(self) -> int:
        return sum(day.returned for day in self.days)


def of_last(days: int) -> list[Revenue]:
    """Tell what the last days brought, today's included, a currency; none where nothing moved."""
    since = _beginning(days)
    dates = [since.date() + timedelta(days=day) for day in range(days)]
    moved: dict[str, dict[str, Day]] = {}
    for row in _by_day(since):
        key = row["_id"]
        day = Day(date.fromisoformat(key["day"]), row["sold"], row["sold"] - row["net"])
        moved.setdefault(key["currency"], {})[key["day"]] = day
    return [
        Revenue(
            currency,
            [moved[currency].get(each.isoformat(), Day(each)) for each in dates],
            _top_courses(since, currency),
        )
        for currency in sorted(moved)
    ]


def of_courses(courses: Iterable[ObjectId], days: int) -> dict[ObjectId, dict[str, int]]:
    """Tell what the last days brought of these courses, net of what went back: minor units a currency."""
    brought: dict[ObjectId, dict[str, int]] = {pk: {} for pk in courses}
    match = {"course": {"$in": list(brought)}}
    for row in _add_up(_beginning(days), match, {"course": "$course", "currency": "$currency"}):
        brought[row["_id"]["course"]][row["_id"]["currency"]] = row["net"]
    return brought


def _beginning(days: int) -> datetime:
    """Give the first moment of the last days, today's included."""
    today = timezone.now().astimezone(UTC).date()
    return datetime.combine(today - timedelta(days=days - 1), time(), UTC)


def _by_day(since: datetime) -> list[dict[str, Any]]:
    day = {"$dateToString": {"date": "$created_at", "format": "%Y-%m-%d"}}
    return _add_up(since, {}, {"day": day, "currency": "$currency"})


def _top_courses(since: datetime, currency: str) -> list[CourseSales]:
    best: list[dict[str, Any]] = [{"$sort": {"net": -1, "_id": 1}}, {"$limit": TOP}]
    rows = _add_up(since, {"currency": currency}, "$course", *best)
    found: dict[ObjectId, Course] = Course.objects.in_bulk([row["_id"] for row in rows])
    return [CourseSales(found[row["_id"]], row["count"], row["net"]) for row in rows]


def _add_up(
    since: datetime, match: Mapping[str, Any], by: Any, *further: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Add up what was sold, what is left of it, and how often was sold. Stripe's fees are no part of it."""
    lines = {"account": BALANCE, "created_at": {"$gte": since}, "kind": {"$in": OF_SHARES}}
    group = {
        "_id": by,
        "net": {"$sum": "$amount"},
        "sold": {"$sum": {"$cond": [SOLD, "$amount", 0]}},
        "count": {"$sum": {"$cond": [SOLD, 1, 0]}},
    }
    collection = connection.get_collection(LedgerEntry._meta.db_table)
    stages = [{"$match": {**lines, **match}}, {"$group": group}, *further]
    return list(collection.aggregate(stages, session=connection.session))
