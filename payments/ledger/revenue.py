"""Revenue of courses in the last days, summed from the ledger for the staff's list of courses.

Only the lines of Stripe's balance are read, and only the fields in the index `ledger_account_created`. Amounts of
different currencies are never added.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bson import ObjectId
from django.utils import timezone

from lms.mongodb import connection
from payments.ledger.bookings import BALANCE, SHARED_KINDS
from payments.models import LedgerEntry


def read_course_revenue(courses: Iterable[ObjectId], days: int) -> dict[ObjectId, dict[str, int]]:
    """Return the net revenue of courses in the last days: minor units per course and currency.

    Refunds and disputes are taken off, Stripe's fees are not.
    """
    revenue: dict[ObjectId, dict[str, int]] = {pk: {} for pk in courses}
    match = {
        "account": BALANCE,
        "created_at": {"$gte": first_moment(days)},
        "course": {"$in": list(revenue)},
        "kind": {"$in": SHARED_KINDS},
    }
    key = {"course": "$course", "currency": "$currency"}
    stages: list[dict[str, Any]] = [
        {"$match": match},
        {"$group": {"_id": key, "net": {"$sum": "$amount"}}},
    ]
    collection = connection.get_collection(LedgerEntry._meta.db_table)
    for row in collection.aggregate(stages, session=connection.session):
        revenue[row["_id"]["course"]][row["_id"]["currency"]] = row["net"]
    return revenue


def first_moment(days: int) -> datetime:
    """Return the first moment (UTC) of the last days, today included."""
    today = timezone.now().astimezone(UTC).date()
    return datetime.combine(today - timedelta(days=days - 1), time(), UTC)
