"""The audit: every order is compared with its bookings, and every booking with itself, to the last minor unit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from bson import ObjectId
from django.db.models import Model, QuerySet

from lms.mongodb.transaction import atomic
from payments.ledger.bookings import (
    BALANCE,
    DISPUTES,
    FEES,
    REFUNDS,
    REVENUE,
    SHARED_KINDS,
    TAX,
)
from payments.models import LedgerEntry, Order, Refund

Kind = LedgerEntry.Kind

PAGE_SIZE = 500
AT_STRIPE = [Refund.Status.PENDING, Refund.Status.SUCCEEDED]

type Lines = Sequence[LedgerEntry]


@dataclass(frozen=True)
class OrderAudit:
    """The problems of one order; the order itself may be missing."""

    order_id: ObjectId
    problems: list[str]


def audit_orders() -> Iterator[OrderAudit]:
    """Audit all orders and all lines, ordered by the order's id, one page after another.

    An order with a problem is audited again in one transaction: it may have changed between two reads.
    """
    after: ObjectId | None = None
    while True:
        orders = list(_in_range(Order.objects.all(), "pk", after).order_by("pk")[:PAGE_SIZE])
        until = orders[-1].pk if len(orders) == PAGE_SIZE else None
        lines = _by_order(_in_range(LedgerEntry.objects.all(), "order_id", after, until))
        refunds = _by_order(_in_range(Refund.objects.all(), "order_id", after, until))
        by_id = {order.pk: order for order in orders}
        for order_id in sorted({*by_id, *lines}):
            problems = find_problems(by_id.get(order_id), lines[order_id], refunds[order_id])
            yield OrderAudit(order_id, audit_order(order_id) if problems else [])
        if until is None:
            return
        after = until


@atomic
def audit_order(order_id: ObjectId) -> list[str]:
    """List in what the ledger disagrees with an order, all read at the same moment."""
    order = Order.objects.filter(pk=order_id).first()
    lines = list(LedgerEntry.objects.filter(order_id=order_id))
    return find_problems(order, lines, list(Refund.objects.filter(order_id=order_id)))


def find_problems(order: Order | None, lines: Lines, refunds: Sequence[Refund]) -> list[str]:
    """Compare an order and its refunds with the order's lines; return an empty list if they agree."""
    if order is None:
        return ["booked, but the order does not exist"]
    if not order.paid_at or not order.total_amount:
        return ["booked, but not paid"] if lines else []
    return [
        *_balance_problems(lines),
        *_sale_problems(order, lines),
        *_refund_problems(order, lines, refunds),
        *_share_problems(lines),
    ]


def _balance_problems(lines: Lines) -> Iterator[str]:
    """Check that each booking has one moment, one currency and the sum zero, and so has each moment."""
    for (kind, source), booking in _grouped(lines, "kind", "source"):
        if len({(line.created_at, line.currency) for line in booking}) > 1:
            yield f"the lines of {kind} {source} have several moments or currencies"
        if total := sum(line.amount for line in booking):
            yield f"{kind} {source} is out of balance by {total}"
    for (at, currency), moment in _grouped(lines, "created_at", "currency"):
        if total := sum(line.amount for line in moment):
            yield f"out of balance by {total} {currency} at {at:%Y-%m-%d %H:%M:%S}"


def _sale_problems(order: Order, lines: Lines) -> Iterator[str]:
    """Check that the sale is booked once, with the amounts, currency and course of the order."""
    sale = [line for line in lines if line.kind == Kind.SALE]
    booked = {line.account: line.amount for line in sale}
    if not sale:
        yield "paid, but its sale is not booked"
        return
    if booked.get(BALANCE, 0) != order.total_amount:
        yield f"booked as {booked.get(BALANCE, 0)}, paid {order.total_amount}"
    if -booked.get(TAX, 0) != order.tax_amount:
        yield f"tax is booked as {-booked.get(TAX, 0)}, was {order.tax_amount}"
    if len({line.source for line in sale}) > 1:
        yield "the sale is booked twice"
    if any(line.currency != order.currency for line in lines if line.kind in SHARED_KINDS):
        yield f"booked in another currency than {order.currency}"
    if any(line.course != order.course_id for line in lines):
        yield "booked for another course"


def _refund_problems(order: Order, lines: Lines, refunds: Sequence[Refund]) -> Iterator[str]:
    """Check that each refund is booked with its amount, and all refunds with the order's."""
    booked: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.kind in {Kind.REFUND, Kind.REFUND_FAILED} and line.account == BALANCE:
            booked[line.source] -= line.amount
    expected = {str(row.pk): row.amount for row in refunds if row.status in AT_STRIPE}
    for source in sorted({*booked, *expected}):
        if booked[source] != expected.get(source, 0):
            yield f"refund {source} is {expected.get(source, 0)}, booked {booked[source]}"
    if sum(booked.values()) != order.refunded_amount:
        yield f"refunded {order.refunded_amount}, booked {sum(booked.values())}"


def _share_problems(lines: Lines) -> Iterator[str]:
    """Check that no more was taken back from instructors and the state than they received."""
    own = {BALANCE, FEES, REVENUE, REFUNDS, DISPUTES}
    shares: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.account not in own:
            shares[line.account] -= line.amount
    yield from (
        f"{account} is left with {amount}" for account, amount in shares.items() if amount < 0
    )


def _grouped(lines: Lines, *names: str) -> Iterator[tuple[tuple[Any, ...], list[LedgerEntry]]]:
    key = attrgetter(*names)
    for value, group in groupby(sorted(lines, key=key), key=key):
        yield value, list(group)


def _by_order[Row: (LedgerEntry, Refund)](rows: QuerySet[Row]) -> dict[ObjectId, list[Row]]:
    groups: dict[ObjectId, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.order_id].append(row)
    return groups


def _in_range[Row: Model](
    rows: QuerySet[Row], field: str, after: ObjectId | None, until: ObjectId | None = None
) -> QuerySet[Row]:
    """Keep the rows whose field is greater than `after` and at most `until`; None is no limit."""
    if after is not None:
        rows = rows.filter(**{f"{field}__gt": after})
    if until is not None:
        rows = rows.filter(**{f"{field}__lte": until})
    return rows
