"""The story of a purchase: everything that is written down about an order, in the order in which it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.urls import reverse

from learning.models import AccessChange
from lms import currencies
from payments.models import Dispute, LedgerEntry, Order, Refund, StripeEvent

MOST_OF_A_KIND = 200


@dataclass(frozen=True)
class Moment:
    """One thing that happened: what it was, how much it was about, what came of it, and where to read more."""

    at: datetime
    what: str
    amount: str = ""
    state: str = ""
    detail: str = ""
    url: str = ""


def of(order: Order) -> list[Moment]:
    """Tell an order's story, oldest first."""
    moments = [
        *_itself(order),
        *_money_back(order),
        *_bookings(order),
        *_access(order),
        *_events(order),
    ]
    return sorted(moments, key=lambda moment: moment.at)


def _itself(order: Order) -> Iterator[Moment]:
    total = currencies.display(order.total_amount, order.currency)
    with_coupon = f"With {order.coupon['code']}" if order.coupon else ""
    yield Moment(order.created_at, "Ordered", total, detail=with_coupon)
    if order.paid_at:
        yield Moment(order.paid_at, "Paid", total)


def _money_back(order: Order) -> Iterator[Moment]:
    for refund in _first(Refund.objects.filter(order=order)):
        detail = ", ".join(filter(None, [refund.reason, refund.stripe_refund_id]))
        yield _row(refund, "Refund", order, refund.get_status_display(), detail)
    for dispute in _first(Dispute.objects.filter(order=order)):
        detail = f"{dispute.reason}, {dispute.stripe_dispute_id}"
        yield _row(dispute, "Dispute", order, dispute.status, detail)


def _row(row: Refund | Dispute, what: str, order: Order, state: str, detail: str) -> Moment:
    amount = currencies.display(row.amount, order.currency)
    return Moment(row.created_at, what, amount, state, detail, _page(row))


def _bookings(order: Order) -> Iterator[Moment]:
    """One moment a booking, with all its lines: together they are zero."""
    lines = list(_first(LedgerEntry.objects.filter(order=order)))
    for (at, kind, _), booking in groupby(
        lines, key=lambda line: (line.created_at, line.get_kind_display(), line.source)
    ):
        sums = [
            f"{line.account} {currencies.display(line.amount, line.currency)}" for line in booking
        ]
        yield Moment(at, f"Booked: {kind.lower()}", detail="; ".join(sums))


def _access(order: Order) -> Iterator[Moment]:
    changes = AccessChange.objects.filter(
        user_id=order.user_id, course_id=order.course_id, order=order.pk
    )
    for change in _first(changes):
        yield Moment(change.created_at, f"Access {change.action}", detail=change.reason)


def _events(order: Order) -> Iterator[Moment]:
    """When each came to us: Stripe's own time is in whole seconds."""
    for event in StripeEvent.objects.filter(order=order).order_by("received_at")[:MOST_OF_A_KIND]:
        tried = f", {event.attempts} times" if event.attempts > 1 else ""
        state, detail = event.get_status_display() + tried, f"{event.object_id} {event.error}"
        yield Moment(event.received_at, event.type, "", state, detail, _page(event))


def _first[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.order_by("created_at", "pk")[:MOST_OF_A_KIND]


def _page(row: Model) -> str:
    return reverse(f"admin:payments_{row._meta.model_name}_change", args=[quote(row.pk)])
