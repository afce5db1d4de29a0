"""Do the books agree with the orders? Every booking and every order at every moment, to the last minor unit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from bson import ObjectId

from lms.mongodb.transaction import atomic
from payments.ledger.bookings import BALANCE, DISPUTES, FEES, OF_SHARES, REFUNDS, REVENUE, TAX
from payments.models import LedgerEntry, Order, Refund

Kind = LedgerEntry.Kind

PAGE = 500
AT_STRIPE = [Refund.Status.PENDING, Refund.Status.SUCCEEDED]

type Lines = Sequence[LedgerEntry]


@dataclass(frozen=True)
class Audited:
    """An order, or one that only the books know, and in which ways the books disagree with it."""

    order_id: ObjectId
    problems: list[str]


def audit() -> Iterator[Audited]:
    """Look at all orders and all lines, in the order of their ids, a page at a time.

    What seems wrong is looked at again in one transaction: somebody may have booked between two reads.
    """
    after: ObjectId | None = None
    while True:
        orders = list(_beyond(Order.objects, "pk", after).order_by("pk")[:PAGE])
        upto = orders[-1].pk if len(orders) == PAGE else None
        lines = _by_order(_beyond(LedgerEntry.objects, "order_id", after, upto))
        refunds = _by_order(_beyond(Refund.objects, "order_id", after, upto))
        known = {order.pk: order for order in orders}
        for order_id in sorted({*known, *lines}):
            order = known.get(order_id)
            wrong = problems(order, lines[order_id], refunds[order_id])
            yield Audited(order_id, audit_one(order_id) if wrong else [])
        if upto is None:
            return
        after = upto


@atomic
def audit_one(order_id: ObjectId) -> list[str]:
    """Name in which ways the books disagree with an order, all read at one moment."""
    order = Order.objects.filter(pk=order_id).first()
    lines = list(LedgerEntry.objects.filter(order_id=order_id))
    return problems(order, lines, list(Refund.objects.filter(order_id=order_id)))


def problems(order: Order | None, lines: Lines, refunds: Sequence[Refund]) -> list[str]:
    """Compare the books' lines of an order with the order and its refunds; empty if they agree."""
    if order is None:
        return ["booked for an order that is not there"]
    if not order.paid_at or not order.total_amount:
        return ["booked, but not paid"] if lines else []
    return [
        *_unbalanced(lines),
        *_wrong_sale(order, lines),
        *_wrong_refunds(order, lines, refunds),
        *_wrong_shares(lines),
    ]


def _unbalanced(lines: Lines) -> Iterator[str]:
    """Every booking is of one moment and one currency, and zero in sum; so the books are, at every moment."""
    for (kind, source), booking in _grouped(lines, "kind", "source"):
        if len({(line.created_at, line.currency) for line in booking}) > 1:
            yield f"the lines of {kind} {source} are of several moments or currencies"
        if total := sum(line.amount for line in booking):
            yield f"{kind} {source} is out of balance by {total}"
    for (at, currency), moment in _grouped(lines, "created_at", "currency"):
        if total := sum(line.amount for line in moment):
            yield f"out of balance by {total} {currency} at {at:%Y-%m-%d %H:%M:%S}"


def _wrong_sale(order: Order, lines: Lines) -> Iterator[str]:
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
        yield "sold twice"
    if any(line.currency != order.currency for line in lines if line.kind in OF_SHARES):
        yield f"booked in another currency than {order.currency}"
    if any(line.course != order.course_id for line in lines):
        yield "booked for another course"


def _wrong_refunds(order: Order, lines: Lines, refunds: Sequence[Refund]) -> Iterator[str]:
    """What went back by each refund, and by all of them, is what is booked."""
    booked: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.kind in {Kind.REFUND, Kind.REFUND_FAILED} and line.account == BALANCE:
            booked[line.source] -= line.amount
    given = {str(row.pk): row.amount for row in refunds if row.status in AT_STRIPE}
    for source in sorted({*booked, *given}):
        if booked[source] != given.get(source, 0):
            yield f"refund {source} is {given.get(source, 0)}, booked {booked[source]}"
    if sum(booked.values()) != order.refunded_amount:
        yield f"refunded {order.refunded_amount}, booked {sum(booked.values())}"


def _wrong_shares(lines: Lines) -> Iterator[str]:
    """From nobody but us is more taken back than they were given."""
    ours = {BALANCE, FEES, REVENUE, REFUNDS, DISPUTES}
    left: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.account not in ours:
            left[line.account] -= line.amount
    yield from (
        f"{account} is left with {amount}" for account, amount in left.items() if amount < 0
    )


def _grouped(lines: Lines, *names: str) -> Iterator[tuple[tuple, list[LedgerEntry]]]:
    key = attrgetter(*names)
    for value, group in groupby(sorted(lines, key=key), key=key):
        yield value, list(group)


def _by_order[Row: (LedgerEntry, Refund)](rows: Sequence[Row]) -> dict[ObjectId, list[Row]]:
    found: dict[ObjectId, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _beyond(rows, name: str, after: ObjectId | None, upto: ObjectId | None = None):
    """Cut rows to those whose id or order's id is in a range."""
    if after is not None:
        rows = rows.filter(**{f"{name}__gt": after})
    if upto is not None:
        rows = rows.filter(**{f"{name}__lte": upto})
    return rows.all()
