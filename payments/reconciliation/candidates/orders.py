"""Orders that may differ from Stripe, found by comparing Stripe's lists and ours, one page after another.

`discrepancies.py` decides whether an order differs; `sync_order` repairs it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import batched

from bson import ObjectId
from django.db.models import QuerySet

from learning.models import Enrollment
from payments.fulfilment.references import find_all_gone
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import CheckoutSession, DisputeSnapshot
from payments.ledger.audit import find_problems
from payments.models import BEFORE_PAYMENT, ENDED_UNPAID, Dispute, LedgerEntry, Order, Refund
from payments.reconciliation.candidates.candidate import PAGE_SIZE, Candidate, Period, pages
from payments.reconciliation.discrepancies import (
    access_discrepancies,
    find_discrepancies,
    gone_discrepancies,
)

Status = Order.Status

SETTLED = [
    Status.PAID,
    Status.PARTIALLY_REFUNDED,
    Status.REFUNDED,
    Status.DISPUTED,
    Status.CHARGED_BACK,
    Status.NEEDS_REVIEW,
]


def waiting_orders(period: Period) -> Iterator[Candidate]:
    """Return the orders that wait for their customer or a bank, whatever their age."""
    orders = Order.objects.filter(status__in=BEFORE_PAYMENT, created_at__lte=period.until)
    for page in pages(orders):
        yield from (_candidate(order.pk) for order in page)


def completed_checkouts(period: Period) -> Iterator[Candidate]:
    """Return the orders of checkouts that are completed at Stripe but not with us."""
    for page in batched(client.list_completed_sessions(period.since), PAGE_SIZE, strict=False):
        ids = {session.order_id for session in page if ObjectId.is_valid(session.order_id)}
        orders = Order.objects.in_bulk([ObjectId(order_id) for order_id in ids])
        by_id = {str(pk): order for pk, order in orders.items()}
        recorded = Order.objects.filter(checkout_session_id__in=[session.id for session in page])
        by_session = {order.checkout_session_id: order for order in recorded}
        for session in page:
            order = by_session.get(session.id) or by_id.get(session.order_id)
            if order and _may_differ(order, session):
                is_other = session.id != order.checkout_session_id
                yield _candidate(order.pk, session.id if is_other else None)


def changed_refunds(period: Period) -> Iterator[Candidate]:
    """Return the orders of refunds that differ at Stripe, then of ours that are not finished."""
    for page in batched(client.list_refunds(period.since), PAGE_SIZE, strict=False):
        rows = Refund.objects.filter(stripe_refund_id__in=[refund.id for _, refund in page])
        known = {(row.stripe_refund_id, row.status, row.amount) for row in rows}
        yield from _orders_of_payments(
            [
                intent_id
                for intent_id, refund in page
                if (refund.id, refund.status, refund.amount) not in known
            ]
        )
    unfinished = [Refund.Status.REQUESTED, Refund.Status.PENDING]
    rows = Refund.objects.filter(status__in=unfinished, created_at__lte=period.until)
    for refunds in pages(rows):
        yield from (_candidate(refund.order_id) for refund in refunds)


def changed_disputes(period: Period) -> Iterator[Candidate]:
    """Return the orders of disputes that differ at Stripe, then of those that are open with us."""
    for page in batched(client.list_disputes(period.since), PAGE_SIZE, strict=False):
        rows = Dispute.objects.filter(stripe_dispute_id__in=[dispute.id for _, dispute in page])
        known = {(row.stripe_dispute_id, row.status) for row in rows}
        yield from _orders_of_payments(
            [intent_id for intent_id, dispute in page if (dispute.id, dispute.status) not in known]
        )
    unfinished = [*DisputeSnapshot.OPEN, *DisputeSnapshot.INQUIRY]
    rows = Dispute.objects.filter(status__in=unfinished, created_at__lte=period.until)
    for disputes in pages(rows):
        yield from (_candidate(dispute.order_id) for dispute in disputes)


def paid_orders(period: Period) -> Iterator[Candidate]:
    """Return the paid orders with a wrong access, a wrong ledger or no fee of Stripe's, by our own records."""
    orders = Order.objects.filter(status__in=SETTLED, created_at__gte=period.since)
    for page in pages(orders.filter(created_at__lte=period.until)):
        ids = [order.pk for order in page]
        lines = _by_order(LedgerEntry.objects.filter(order_id__in=ids))
        refunds = _by_order(Refund.objects.filter(order_id__in=ids))
        enrollments, gone = _enrollments_of(page), find_all_gone(page)
        for order in page:
            has_fee = any(line.kind == LedgerEntry.Kind.FEE for line in lines[order.pk])
            if (
                order.status == Status.NEEDS_REVIEW
                or (order.total_amount and not has_fee)
                or find_problems(order, lines[order.pk], refunds[order.pk])
                or _has_wrong_access(order, enrollments)
                or any(gone_discrepancies(order, gone.get(order.pk, "")))
            ):
                yield _candidate(order.pk)


def ended_orders(period: Period) -> Iterator[Candidate]:
    """Return the orders that ended unpaid and still hold a coupon or give access."""
    orders = Order.objects.filter(status__in=ENDED_UNPAID, created_at__gte=period.since)
    for page in pages(orders.filter(created_at__lte=period.until)):
        enrollments = _enrollments_of(page)
        for order in page:
            holds_coupon = order.coupon_hold == Order.Hold.RESERVED
            if holds_coupon or _has_wrong_access(order, enrollments):
                yield _candidate(order.pk)


# --- One candidate ----------------------------------------------------------------------------------------------


def _candidate(order_id: ObjectId, session_id: str | None = None) -> Candidate:
    """Return an order as a candidate; `session_id` names a checkout of it that is not the one on record."""
    suffix = f" with checkout {session_id}" if session_id else ""
    return Candidate(
        f"order {order_id}{suffix}",
        find_problem=partial(_find_problem, order_id, session_id),
        repair=partial(_repair, order_id, session_id),
    )


def _find_problem(order_id: ObjectId, session_id: str | None) -> str:
    recorded = Order.objects.filter(checkout_session_id=session_id) if session_id else None
    order = (recorded and recorded.first()) or Order.objects.get(pk=order_id)
    return "; ".join(find_discrepancies(order, session_id))


def _repair(order_id: ObjectId, session_id: str | None) -> None:
    sync_order(Order.objects.get(pk=order_id), session_id=session_id)


def _may_differ(order: Order, session: CheckoutSession) -> bool:
    """Return whether a completed checkout may have news for its order."""
    if session.id != order.checkout_session_id or order.status == Status.PROCESSING:
        return session.is_paid
    return order.is_open or (order.status in ENDED_UNPAID and session.is_paid)


# --- Rows of a page ---------------------------------------------------------------------------------------------


def _orders_of_payments(intent_ids: Sequence[str]) -> Iterator[Candidate]:
    """Return the orders of payments; a payment without an order is not ours."""
    orders = Order.objects.filter(payment_intent_id__in=[each for each in intent_ids if each])
    order_ids = dict(orders.values_list("payment_intent_id", "pk"))
    for intent_id in dict.fromkeys(intent_ids):
        if intent_id in order_ids:
            yield _candidate(order_ids[intent_id])


def _by_order[Row: (LedgerEntry, Refund)](rows: QuerySet[Row]) -> dict[ObjectId, list[Row]]:
    groups: dict[ObjectId, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.order_id].append(row)
    return groups


type Enrollments = dict[tuple[ObjectId, ObjectId], Enrollment]


def _enrollments_of(orders: Sequence[Order]) -> Enrollments:
    """Return the enrollments of these orders' people and courses by (user, course)."""
    users, courses = {order.user_id for order in orders}, {order.course_id for order in orders}
    enrollments = Enrollment.objects.filter(user_id__in=users, course_id__in=courses)
    return {(each.user_id, each.course_id): each for each in enrollments}


def _has_wrong_access(order: Order, enrollments: Enrollments) -> bool:
    enrollment = enrollments.get((order.user_id, order.course_id))
    return any(access_discrepancies(order, enrollment))
