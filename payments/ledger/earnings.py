"""Earnings of an instructor, each a pipeline over the lines of the instructor's account: by month, by course, by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, cast

from bson import ObjectId
from django.conf import settings
from pymongo.collection import Collection

from courses.models import Course
from courses.queries.courses import DELETED_TITLE
from lms.drf import money
from lms.mongodb import connection
from payments.ledger.bookings import instructor_account
from payments.models import LedgerEntry

MAX_ROWS = 5000
"""The newest months that are rendered, one per course and currency."""


class EarningsKey(TypedDict):
    month: str
    course: ObjectId
    currency: str


class EarningsRow(TypedDict):
    """What one course earned in one month and currency: minor units, below zero if more was taken back."""

    _id: EarningsKey
    earned: int
    sales: int


@dataclass(frozen=True)
class Earnings:
    """All rows of an instructor, newest first, and their courses by id."""

    rows: list[EarningsRow]
    courses: dict[ObjectId, Course]


@dataclass(frozen=True)
class RecentEarnings:
    """What an instructor earned: minor units by currency, of each course ever and of each recent day (`2026-11-28`)."""

    courses: dict[ObjectId, dict[str, int]]
    days: dict[str, dict[str, int]]

    @property
    def currencies(self) -> list[str]:
        """Return the platform's own currency, and those in which something was earned."""
        earned = {currency for amounts in self.courses.values() for currency in amounts}
        return sorted(earned | {settings.CURRENCIES[0]})


def read_earnings(instructor_id: ObjectId) -> Earnings:
    """Sum the lines of an instructor's account per month, course and currency."""
    rows = _sum_lines(instructor_account(instructor_id))
    return Earnings(rows, Course.objects.in_bulk({row["_id"]["course"] for row in rows}))


def read_recent_earnings(instructor_id: ObjectId, since: datetime) -> RecentEarnings:
    """Sum the lines of an instructor's account per course, and per day since a moment."""
    stages: list[dict[str, Any]] = [
        {"$match": {"account": instructor_account(instructor_id)}},
        {
            "$facet": {
                "courses": [_group({"of": "$course", "currency": "$currency"})],
                "days": [
                    {"$match": {"created_at": {"$gte": since}}},
                    _group({"of": _format("%Y-%m-%d"), "currency": "$currency"}),
                ],
            }
        },
    ]
    [sums] = _lines().aggregate(stages, session=connection.session)
    return RecentEarnings(_by_key(sums["courses"]), _by_key(sums["days"]))


def _by_key(rows: list[dict[str, Any]]) -> dict[Any, dict[str, int]]:
    """Return amounts by currency, by what they were grouped `of`."""
    amounts: dict[Any, dict[str, int]] = {}
    for row in rows:
        amounts.setdefault(row["_id"]["of"], {})[row["_id"]["currency"]] = row["earned"]
    return amounts


def _group(key: dict[str, Any], **sums: Any) -> dict[str, Any]:
    """Return the stage that sums what was earned. What we owe is credited: a sale's line is negative."""
    return {"$group": {"_id": key, "earned": {"$sum": {"$multiply": ["$amount", -1]}}, **sums}}


def _format(form: str) -> dict[str, Any]:
    return {"$dateToString": {"date": "$created_at", "format": form}}


def _lines() -> Collection:
    return connection.get_collection(LedgerEntry._meta.db_table)


def _sum_lines(account: str) -> list[EarningsRow]:
    key = {"month": _format("%Y-%m"), "course": "$course", "currency": "$currency"}
    is_sale = {"$eq": ["$kind", LedgerEntry.Kind.SALE]}
    stages: list[dict[str, Any]] = [
        {"$match": {"account": account}},
        _group(key, sales={"$sum": {"$cond": [is_sale, 1, 0]}}),
        {"$sort": {"_id.month": -1, "_id.course": 1, "_id.currency": 1}},
    ]
    return cast("list[EarningsRow]", list(_lines().aggregate(stages, session=connection.session)))


def render_earnings(earnings: Earnings) -> dict[str, Any]:
    """Render the balance per currency and the newest months.

    `balances` has one amount per currency; `balance` is that of the platform's own, the first of `CURRENCIES`.
    """
    own = settings.CURRENCIES[0]
    balances: dict[str, int] = defaultdict(int, {own: 0})
    for row in earnings.rows:
        balances[row["_id"]["currency"]] += row["earned"]
    return {
        "balance": money(balances[own], own),
        "balances": [money(amount, currency) for currency, amount in sorted(balances.items())],
        "months": [
            _render_month(row, earnings.courses.get(row["_id"]["course"]))
            for row in earnings.rows[:MAX_ROWS]
        ],
    }


def _render_month(row: EarningsRow, course: Course | None) -> dict[str, Any]:
    key = row["_id"]
    pk = key["course"]
    return {
        "month": key["month"],
        "course": {
            "id": pk,
            "slug": course.slug if course else str(pk),
            "title": course.title if course else DELETED_TITLE,
        },
        "sales": row["sales"],
        "earned": money(row["earned"], key["currency"]),
    }
