"""Stripe's balance beside the books: whatever moves money for a payment belongs to an order and is booked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from bson import ObjectId

from lms import currencies
from payments.gateway.snapshots import Movement
from payments.ledger.bookings import BALANCE
from payments.models import LedgerEntry, Order, Refund

Kind = LedgerEntry.Kind

PAGE_SIZE = 100

# What the books call money that reaches or leaves the balance, by Stripe's name of what moved it.
RECEIVED = {"charge": Kind.SALE, "refund": Kind.REFUND_FAILED, "dispute": Kind.DISPUTE_REINSTATED}
TAKEN = {"refund": Kind.REFUND, "dispute": Kind.DISPUTE}

type Booked = dict[tuple[ObjectId, str], set[int]]


@dataclass(frozen=True)
class Unexplained:
    """A movement that the books do not explain, the order that it is about if it exists, and what is wrong."""

    movement: Movement
    order: Order | None
    problem: str


def find_unexplained(movements: Iterable[Movement], until: datetime) -> Iterator[Unexplained]:
    """Return the movements of payments that belong to no order, or are not booked with their amount.

    One after `until` that is about an order may not be settled yet, and is left out.
    """
    of_payments = (movement for movement in movements if movement.is_of_payment)
    for page in batched(of_payments, PAGE_SIZE, strict=False):
        for found in _check_page(page):
            if found.order is None or found.movement.created_at <= until:
                yield found


def _check_page(page: Sequence[Movement]) -> Iterator[Unexplained]:
    payers = Order.objects.filter(
        payment_intent_id__in={each.payment_intent_id for each in page} - {""}
    )
    by_payment = {order.payment_intent_id: order for order in payers}
    named = {ObjectId(each.order_id) for each in page if ObjectId.is_valid(each.order_id)}
    by_id = {str(order_id): order for order_id, order in Order.objects.in_bulk(named).items()}
    booked = _read_bookings([order.pk for order in by_payment.values()])
    undone = _find_undone_refunds(page)
    for movement in page:
        order = by_payment.get(movement.payment_intent_id)
        if order and movement.source_id in undone:
            continue
        if order and (problem := _find_problem(movement, order, booked)):
            yield Unexplained(movement, order, problem)
        elif order is None:
            named_order = by_id.get(movement.order_id)
            yield Unexplained(movement, named_order, _describe_owner(movement, named_order))


def _find_undone_refunds(page: Sequence[Movement]) -> set[str]:
    """Return Stripe's ids of the refunds that failed before we knew of them: what was taken came back, nothing is booked."""
    refund_ids = {each.source_id for each in page if each.source_kind == "refund"}
    undone = [Refund.Status.FAILED, Refund.Status.CANCELED]
    rows = Refund.objects.filter(stripe_refund_id__in=refund_ids, status__in=undone)
    sources = {str(row.stripe_refund_id): str(row.pk) for row in rows}
    lines = LedgerEntry.objects.filter(
        source__in=set(sources.values()), kind=Kind.REFUND, account=BALANCE
    )
    booked = set(lines.values_list("source", flat=True))
    return {refund_id for refund_id, source in sources.items() if source not in booked}


def _find_problem(movement: Movement, order: Order, booked: Booked) -> str:
    """Return how a movement differs from the bookings of its order; empty if they agree."""
    kind = (RECEIVED if movement.amount > 0 else TAKEN).get(movement.source_kind)
    amounts = booked[order.pk, kind] if kind else set()
    what = f"{_describe(movement)} of order {order.pk}"
    if not amounts:
        return f"{what} is not booked"
    if movement.currency == order.currency and movement.amount not in amounts:
        return f"{what} is booked with another amount"
    if movement.fee and -movement.fee not in booked[order.pk, movement.id]:
        return f"Stripe's fee for {what} is not booked"
    return ""


def _describe_owner(movement: Movement, named: Order | None) -> str:
    """Return why a movement belongs to no order."""
    what = _describe(movement)
    if not movement.order_id:
        return f"{what} is about no order of ours"
    reason = "which has no such payment" if named else "which does not exist"
    return f"{what} is for order {movement.order_id}, {reason}"


def _describe(movement: Movement) -> str:
    amount = currencies.display(movement.amount, movement.currency)
    return f"{amount} by {movement.source_kind} {movement.source_id}"


def _read_bookings(order_ids: Sequence[ObjectId]) -> Booked:
    """Return the amounts that changed the balance by order and kind; those of fees by Stripe's transaction."""
    booked: Booked = defaultdict(set)
    lines = LedgerEntry.objects.filter(order_id__in=order_ids)
    for line in lines:
        if line.account == BALANCE:
            is_fee = line.kind in {Kind.FEE, Kind.DISPUTE_FEE}
            booked[line.order_id, line.source if is_fee else line.kind].add(line.amount)
    return booked
