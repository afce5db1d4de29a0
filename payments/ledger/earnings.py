"""What an instructor has earned, read from the books: one pipeline over the lines of the instructor's account."""

from collections import defaultdict
from typing import Any

from bson import ObjectId
from django.conf import settings

from courses.models import Course
from lms.drf import money
from lms.mongodb import connection
from payments.ledger.bookings import instructor_account
from payments.models import LedgerEntry

MOST_ROWS = 5000
"""How many rows of a course and a month are told, the newest: bounded, as every list is."""


def of(instructor_id: ObjectId) -> dict[str, Any]:
    """Tell the balance, and what came of it a month, course and currency, newest first.

    `balances` has one amount a currency; `balance` is that of the platform's own, the first of `CURRENCIES`. An
    amount is below zero where more went back than came in.
    """
    rows = _rows(instructor_id)
    balances: dict[str, int] = defaultdict(int, {settings.CURRENCIES[0]: 0})
    for row in rows:
        balances[row["_id"]["currency"]] += row["earned"]
    courses = Course.objects.in_bulk({row["_id"]["course"] for row in rows})
    return {
        "balance": money(balances[settings.CURRENCIES[0]], settings.CURRENCIES[0]),
        "balances": [money(amount, currency) for currency, amount in sorted(balances.items())],
        "months": [_told(row, courses[row["_id"]["course"]]) for row in rows[:MOST_ROWS]],
    }


def _rows(instructor_id: ObjectId) -> list[dict[str, Any]]:
    """Add up the account's lines. What we owe is credited: a sale's line is negative."""
    month = {"$dateToString": {"date": "$created_at", "format": "%Y-%m"}}
    is_sale = {"$eq": ["$kind", LedgerEntry.Kind.SALE]}
    stages: list[dict[str, Any]] = [
        {"$match": {"account": instructor_account(instructor_id)}},
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
    return list(lines.aggregate(stages, session=connection.session))


def _told(row: dict[str, Any], course: Course) -> dict[str, Any]:
    key = row["_id"]
    return {
        "month": key["month"],
        "course": {"id": course.pk, "slug": course.slug, "title": course.title},
        "sales": row["sales"],
        "earned": money(row["earned"], key["currency"]),
    }
