"""Where to look for what went wrong: lists of Stripe's and of our own beside each other, a page at a time.

A suspect is an order that may differ from Stripe; whether it does is for `differences.py` to say.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from bson import ObjectId
from django.db.models import Q, QuerySet

from learning.models import Enrollment
from payments.fulfilment.settlement import BEFORE_PAYMENT, LATE
from payments.gateway import client
from payments.gateway.snapshots import DisputeState, Session
from payments.ledger.audit import problems
from payments.models import OPEN, Dispute, LedgerEntry, Order, Refund
from payments.reconciliation.discrepancies import wrong_access

Status = Order.Status

PAGE = 100
SETTLED = [
    Status.PAID,
    Status.PARTIALLY_REFUNDED,
    Status.REFUNDED,
    Status.DISPUTED,
    Status.CHARGED_BACK,
    Status.NEEDS_REVIEW,
]


@dataclass(frozen=True)
class Period:
    """Stripe's lists and our orders are read from `since` on; what changed after `until` is left alone for now."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Suspect:
    """An order to look at, and the checkout that makes it suspect if it is another than its own.

    No order: money that no order knows, and `problem` says so.
    """

    order_id: ObjectId | None
    session_id: str | None = None
    problem: str = ""


def waiting(period: Period) -> Iterator[Suspect]:
    """Orders that have been waiting for their customer or for the money, however long ago they were made."""
    orders = Order.objects.filter(status__in=[*OPEN, Status.PROCESSING])
    yield from _of(orders.filter(created_at__lte=period.until))


def completed_checkouts(period: Period) -> Iterator[Suspect]:
    """Checkouts that are complete at Stripe and not with us; those without an order's id are none of ours."""
    for page in batched(client.completed_sessions(period.since), PAGE, strict=False):
        ours = {session.order for session in page if ObjectId.is_valid(session.order)}
        orders = {
            str(pk): order for pk, order in Order.objects.in_bulk(map(ObjectId, ours)).items()
        }
        for session in page:
            order = orders.get(session.order)
            if order is None and session.order and session.is_paid:
                yield Suspect(
                    None, session.id, f"paid for order {session.order}, which is not there"
                )
            elif order and _is_suspect(order, session):
                is_other = session.id != order.checkout_session_id
                yield Suspect(order.pk, session.id if is_other else None)


def _is_suspect(order: Order, session: Session) -> bool:
    if session.id != order.checkout_session_id:
        return session.is_paid
    if order.status == Status.PROCESSING:
        return session.is_paid
    return order.status in BEFORE_PAYMENT or (order.status in LATE and session.is_paid)


def refunds(period: Period) -> Iterator[Suspect]:
    """Refunds that are otherwise at Stripe than with us, then those of ours that are not done."""
    for page in batched(client.refunds(period.since), PAGE, strict=False):
        rows = Refund.objects.filter(stripe_refund_id__in=[state.id for _, state in page])
        known = {(row.stripe_refund_id, row.status, row.amount) for row in rows}
        news = [
            intent for intent, state in page if (state.id, state.status, state.amount) not in known
        ]
        yield from _of_payments(news)
    under_way = [Refund.Status.REQUESTED, Refund.Status.PENDING]
    yield from _of_rows(Refund.objects.filter(status__in=under_way, created_at__lte=period.until))


def disputes(period: Period) -> Iterator[Suspect]:
    """Disputes that are otherwise at Stripe than with us, then those that are open with us."""
    for page in batched(client.disputes(period.since), PAGE, strict=False):
        rows = Dispute.objects.filter(stripe_dispute_id__in=[state.id for _, state in page])
        known = {(row.stripe_dispute_id, row.status) for row in rows}
        news = [intent for intent, state in page if (state.id, state.status) not in known]
        yield from _of_payments(news)
    under_way = [*DisputeState.OPEN, *DisputeState.INQUIRY]
    yield from _of_rows(Dispute.objects.filter(status__in=under_way, created_at__lte=period.until))


def paid(period: Period) -> Iterator[Suspect]:
    """Orders that were paid, as our own records have them: access, books, Stripe's fee."""
    orders = Order.objects.filter(status__in=SETTLED, created_at__gte=period.since)
    for page in pages(orders.filter(created_at__lte=period.until)):
        ids = [order.pk for order in page]
        lines = _grouped(LedgerEntry.objects.filter(order_id__in=ids))
        given_back = _grouped(Refund.objects.filter(order_id__in=ids))
        enrolled = _enrollments(page)
        for order in page:
            has_fee = any(line.kind == LedgerEntry.Kind.FEE for line in lines[order.pk])
            if (
                order.status == Status.NEEDS_REVIEW
                or (order.total_amount and not has_fee)
                or problems(order, lines[order.pk], given_back[order.pk])
                or any(wrong_access(order, enrolled.get((order.user_id, order.course_id))))
            ):
                yield Suspect(order.pk)


def ended(period: Period) -> Iterator[Suspect]:
    """Orders that came to nothing and still hold a coupon or give access."""
    orders = Order.objects.filter(status__in=LATE, created_at__gte=period.since)
    for page in pages(orders.filter(created_at__lte=period.until)):
        enrolled = _enrollments(page)
        for order in page:
            is_held = order.coupon_hold == Order.Hold.RESERVED
            if is_held or any(wrong_access(order, enrolled.get((order.user_id, order.course_id)))):
                yield Suspect(order.pk)


def pages(rows: QuerySet, by: str = "created_at") -> Iterator[list[Any]]:
    """Read rows in the order of their time and id, a page at a time; what is added behind us is not seen."""
    page = list(rows.order_by(by, "pk")[:PAGE])
    while page:
        yield page
        at, last = getattr(page[-1], by), page[-1].pk
        # The first condition bounds the index, the second skips what was seen of the same moment.
        beyond = rows.filter(Q(**{f"{by}__gt": at}) | Q(pk__gt=last), **{f"{by}__gte": at})
        page = list(beyond.order_by(by, "pk")[:PAGE])


def _of(orders: QuerySet[Order]) -> Iterator[Suspect]:
    for page in pages(orders):
        yield from (Suspect(order.pk) for order in page)


def _of_rows(rows: QuerySet[Refund] | QuerySet[Dispute]) -> Iterator[Suspect]:
    for page in pages(rows):
        yield from (Suspect(row.order_id) for row in page)


def _of_payments(intents: Sequence[str]) -> Iterator[Suspect]:
    """Name the orders of payments; those of other payments are none of ours."""
    orders = Order.objects.filter(payment_intent_id__in=[intent for intent in intents if intent])
    found = dict(orders.values_list("payment_intent_id", "pk"))
    yield from (Suspect(found[intent]) for intent in dict.fromkeys(intents) if intent in found)


def _grouped(rows: QuerySet) -> dict[ObjectId, list[Any]]:
    found: dict[ObjectId, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def _enrollments(orders: Sequence[Order]) -> dict[tuple[ObjectId, ObjectId], Enrollment]:
    people, courses = {order.user_id for order in orders}, {order.course_id for order in orders}
    found = Enrollment.objects.filter(user_id__in=people, course_id__in=courses)
    return {(each.user_id, each.course_id): each for each in found}
