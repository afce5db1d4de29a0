"""What a period earned, summed from the ledger: by currency and by step. Amounts of different currencies are never added.

Only the fields in the index `ledger_account_created` are read, and no line of an instructor: each booking balances, so what
the other accounts leave of a sale or a reversal is the instructors'.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection

from courses.models import Course
from courses.queries.courses import DELETED_TITLE
from lms.mongodb import connection
from lms.periods import Period, Series
from payments.ledger.bookings import BALANCE, DISPUTES, REFUNDS, REVENUE, TAX
from payments.models import LedgerEntry

Kind = LedgerEntry.Kind

BATCH_SIZE = 10_000
"""A quarter by day in some currencies is one answer of MongoDB."""

IN_BALANCE = {
    Kind.SALE: ("sold", 1),
    Kind.REFUND: ("refunded", -1),
    Kind.REFUND_FAILED: ("refunded", -1),
    Kind.DISPUTE: ("disputed", -1),
    Kind.DISPUTE_REINSTATED: ("disputed", -1),
    Kind.FEE: ("fees", -1),
    Kind.DISPUTE_FEE: ("fees", -1),
}
"""What a line of Stripe's balance means by its kind, and the sign that makes it a positive number."""

SHARES = {TAX: "tax", REVENUE: "house", REFUNDS: "house", DISPUTES: "house"}
"""Whose share the lines of an account are. What is owed is credited, so their sign is turned."""

NAMES = ("orders", "sold", "refunded", "disputed", "fees", "tax", "instructors", "house")

type Sums = dict[str, dict[str, int]]
type Money = dict[str, Series]
"""By each of `NAMES`: the number of orders, and amounts in minor units. Sold less refunded and disputed is the sum of tax,
the instructors' share and the house's; what Stripe keeps is not taken from a share."""


@dataclass(frozen=True)
class CourseSales:
    """What was sold of a course in minor units, and by how many orders."""

    course: Course
    orders: int
    sold: int


def read_money(period: Period) -> dict[str, Money]:
    """Return the figures of each currency that has an entry in a period or in the one before."""
    by_currency: defaultdict[str, Sums] = defaultdict(_no_sums)
    for row in _sum_lines(period):
        key = row["_id"]
        _add(by_currency[key["currency"]], key, row)
    return {
        currency: {name: period.series(sums[name]) for name in NAMES}
        for currency, sums in sorted(by_currency.items())
    }


def no_money(period: Period) -> Money:
    """Return the figures of a currency without an entry."""
    return {name: period.series({}) for name in NAMES}


def list_top_courses(period: Period, currency: str, limit: int) -> list[CourseSales]:
    """Return the courses of which most was sold in a period in a currency, refunds not taken off; two commands."""
    stages: list[dict[str, Any]] = [
        {
            "$match": {
                "account": BALANCE,
                "created_at": {"$gte": period.since, "$lt": period.until},
                "kind": Kind.SALE,
                "currency": currency,
            }
        },
        {"$group": {"_id": "$course", "sold": {"$sum": "$amount"}, "orders": {"$sum": 1}}},
        {"$sort": {"sold": -1, "_id": 1}},
        {"$limit": limit},
    ]
    rows = list(_lines().aggregate(stages, session=connection.session, batchSize=limit))
    found: dict[ObjectId, Course] = Course.objects.only("title").in_bulk(
        [row["_id"] for row in rows]
    )
    return [
        CourseSales(
            found.get(row["_id"]) or Course(pk=row["_id"], title=DELETED_TITLE),
            row["orders"],
            row["sold"],
        )
        for row in rows
    ]


def _no_sums() -> Sums:
    return {name: defaultdict(int) for name in NAMES}


def _add(sums: Sums, key: dict[str, str], row: dict[str, Any]) -> None:
    """Add the sum of a step's lines of one account and kind to what they mean."""
    step, amount = key["step"], row["amount"]
    if key["account"] != BALANCE:
        sums[SHARES[key["account"]]][step] -= amount
        sums["instructors"][step] += amount
        return
    kind = Kind(key["kind"])
    name, sign = IN_BALANCE[kind]
    sums[name][step] += sign * amount
    if name != "fees":
        sums["instructors"][step] += amount
    if kind == Kind.SALE:
        sums["orders"][step] += row["count"]


def _sum_lines(period: Period) -> list[dict[str, Any]]:
    key = {
        "currency": "$currency",
        "step": period.step_of("$created_at"),
        "account": "$account",
        "kind": "$kind",
    }
    match = {
        "account": {"$in": [BALANCE, *SHARES]},
        "created_at": {"$gte": period.before.since, "$lt": period.until},
    }
    group = {"_id": key, "amount": {"$sum": "$amount"}, "count": {"$sum": 1}}
    stages = [{"$match": match}, {"$group": group}]
    return list(_lines().aggregate(stages, session=connection.session, batchSize=BATCH_SIZE))


def _lines() -> Collection:
    return connection.get_collection(LedgerEntry._meta.db_table)
