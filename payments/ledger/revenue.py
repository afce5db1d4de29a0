"""Revenue of the last days, summed from the ledger for the charts on the admin's first page.

Only the lines of Stripe's balance are read, and only the fields in the index `ledger_account_created`. Amounts of
different currencies are never added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, cast

from bson import ObjectId
from django.utils import timezone

from courses.models import Course
from courses.queries.courses import DELETED_TITLE
from lms.mongodb import connection
from payments.ledger.bookings import BALANCE, SHARED_KINDS
from payments.models import LedgerEntry

IS_SALE = {"$eq": ["$kind", LedgerEntry.Kind.SALE]}
MAX_COURSES = 5
"""How many courses with the highest revenue are listed per currency."""


@dataclass(frozen=True)
class Day:
    """What was sold and returned on one day (UTC), in minor units.

    `returned` is the sum of refunds and disputes less those that failed or were won: it may be below zero.
    """

    date: date
    sold: int = 0
    returned: int = 0


@dataclass(frozen=True)
class CourseSales:
    """The sales of a course: their number, and their sum `net` of refunds and disputes in minor units."""

    course: Course
    sales: int
    net: int


@dataclass(frozen=True)
class Revenue:
    """One currency's days, oldest first and without a gap, and its courses with the highest revenue."""

    currency: str
    days: list[Day]
    courses: list[CourseSales]

    @property
    def sold(self) -> int:
        return sum(day.sold for day in self.days)

    @property
    def returned(self) -> int:
        return sum(day.returned for day in self.days)


class RevenueRow(TypedDict):
    """The sums of one group of lines, in minor units; `_id` is what they are grouped by."""

    _id: Any
    net: int
    sold: int
    count: int


def read_revenue(days: int) -> list[Revenue]:
    """Return the revenue of the last days including today, one per currency that had any booking."""
    since = first_moment(days)
    dates = [since.date() + timedelta(days=day) for day in range(days)]
    booked: dict[str, dict[str, Day]] = {}
    for row in _sum_by_day(since):
        key = row["_id"]
        day = Day(date.fromisoformat(key["day"]), row["sold"], row["sold"] - row["net"])
        booked.setdefault(key["currency"], {})[key["day"]] = day
    return [
        Revenue(
            currency,
            [booked[currency].get(each.isoformat(), Day(each)) for each in dates],
            _top_courses(since, currency),
        )
        for currency in sorted(booked)
    ]


def read_course_revenue(courses: Iterable[ObjectId], days: int) -> dict[ObjectId, dict[str, int]]:
    """Return the net revenue of courses in the last days: minor units per course and currency."""
    revenue: dict[ObjectId, dict[str, int]] = {pk: {} for pk in courses}
    match = {"course": {"$in": list(revenue)}}
    for row in _sum_lines(
        first_moment(days), match, {"course": "$course", "currency": "$currency"}
    ):
        revenue[row["_id"]["course"]][row["_id"]["currency"]] = row["net"]
    return revenue


def first_moment(days: int) -> datetime:
    """Return the first moment (UTC) of the last days, today included."""
    today = timezone.now().astimezone(UTC).date()
    return datetime.combine(today - timedelta(days=days - 1), time(), UTC)


def _sum_by_day(since: datetime) -> list[RevenueRow]:
    day = {"$dateToString": {"date": "$created_at", "format": "%Y-%m-%d"}}
    return _sum_lines(since, {}, {"day": day, "currency": "$currency"})


def _top_courses(since: datetime, currency: str) -> list[CourseSales]:
    highest: list[dict[str, Any]] = [{"$sort": {"net": -1, "_id": 1}}, {"$limit": MAX_COURSES}]
    rows = _sum_lines(since, {"currency": currency}, "$course", *highest)
    courses: dict[ObjectId, Course] = Course.objects.in_bulk([row["_id"] for row in rows])
    for row in rows:
        courses.setdefault(row["_id"], Course(pk=row["_id"], title=DELETED_TITLE))
    return [CourseSales(courses[row["_id"]], row["count"], row["net"]) for row in rows]


def _sum_lines(
    since: datetime, match: Mapping[str, Any], key: Any, *further: Mapping[str, Any]
) -> list[RevenueRow]:
    """Group the lines since a moment by a key: what was sold, what is left of it, the number of sales.

    Stripe's fees are not included.
    """
    lines = {"account": BALANCE, "created_at": {"$gte": since}, "kind": {"$in": SHARED_KINDS}}
    group = {
        "_id": key,
        "net": {"$sum": "$amount"},
        "sold": {"$sum": {"$cond": [IS_SALE, "$amount", 0]}},
        "count": {"$sum": {"$cond": [IS_SALE, 1, 0]}},
    }
    collection = connection.get_collection(LedgerEntry._meta.db_table)
    stages = [{"$match": {**lines, **match}}, {"$group": group}, *further]
    return cast("list[RevenueRow]", list(collection.aggregate(stages, session=connection.session)))
