"""Earnings of an instructor: one pipeline over the lines of the instructor's account, and its rendering."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypedDict, cast

from bson import ObjectId
from django.conf import settings

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


def read_earnings(instructor_id: ObjectId) -> Earnings:
    """Sum the lines of an instructor's account per month, course and currency."""
    rows = _sum_lines(instructor_account(instructor_id))
    return Earnings(rows, Course.objects.in_bulk({row["_id"]["course"] for row in rows}))


def _sum_lines(account: str) -> list[EarningsRow]:
    """Sum the lines of an account. What we owe is credited: a sale's line is negative."""
    month = {"$dateToString": {"date": "$created_at", "format": "%Y-%m"}}
    is_sale = {"$eq": ["$kind", LedgerEntry.Kind.SALE]}
    stages: list[dict[str, Any]] = [
        {"$match": {"account": account}},
        {
            "$group": {
                "_id": {"month": month, "course": "$course", "currency": "$currency"},
                "earned": {"$sum": {"$multiply": ["$amount", -1]}},
                "sales": {"$sum": {"$cond": [is_sale, 1, 0]}},
            }
        },
        {"$sort": {"_id.month": -1, "_id.course": 1, "_id.currency": 1}},
    ]
    lines = connection.get_collection(LedgerEntry._meta.db_table)
    return cast("list[EarningsRow]", list(lines.aggregate(stages, session=connection.session)))


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
