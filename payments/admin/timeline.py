"""The timeline of an order: everything that is stored about it, oldest first."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learning.models import AccessChange
from lms import currencies
from lms.admin.timeline import MAX_PER_KIND, Moment, page_of
from payments.models import Dispute, LedgerEntry, Order, Refund, StripeEvent

ACCESS = {
    AccessChange.Action.GRANTED.value: gettext_lazy("Access granted"),
    AccessChange.Action.REVOKED.value: gettext_lazy("Access revoked"),
    AccessChange.Action.RESTORED.value: gettext_lazy("Access restored"),
}


def list_moments(order: Order) -> list[Moment]:
    """Return the order's timeline, oldest moment first."""
    moments = (
        *_purchase(order),
        *_refunds(order),
        *_disputes(order),
        *_bookings(order),
        *_access_changes(order),
        *_events(order),
    )
    return sorted(moments, key=lambda moment: moment.at)


def _purchase(order: Order) -> Iterator[Moment]:
    total = currencies.display(order.total_amount, order.currency)
    coupon = _("Coupon {code}").format(code=order.coupon["code"]) if order.coupon else ""
    yield Moment(order.created_at, _("Ordered"), total, detail=coupon)
    if order.paid_at:
        yield Moment(order.paid_at, _("Paid"), total)


def _refunds(order: Order) -> Iterator[Moment]:
    for refund in _oldest(Refund.objects.filter(order=order)):
        yield Moment(
            refund.created_at,
            _("Refund"),
            currencies.display(refund.amount, order.currency),
            refund.get_status_display(),
            ", ".join(filter(None, (refund.reason, refund.stripe_refund_id))),
            page_of(refund),
        )


def _disputes(order: Order) -> Iterator[Moment]:
    for dispute in _oldest(Dispute.objects.filter(order=order)):
        yield Moment(
            dispute.created_at,
            _("Dispute"),
            currencies.display(dispute.amount, order.currency),
            dispute.status,
            f"{dispute.reason}, {dispute.stripe_dispute_id}",
            page_of(dispute),
        )


def _bookings(order: Order) -> Iterator[Moment]:
    """Yield one moment per booking, with all its lines: their sum is zero."""
    lines = list(_oldest(LedgerEntry.objects.filter(order=order)))
    for (at, kind, __), booking in groupby(
        lines, key=lambda line: (line.created_at, line.get_kind_display(), line.source)
    ):
        amounts = [
            f"{line.account} {currencies.display(line.amount, line.currency)}" for line in booking
        ]
        yield Moment(at, _("Booked: {kind}").format(kind=kind.lower()), detail="; ".join(amounts))


def _access_changes(order: Order) -> Iterator[Moment]:
    changes = AccessChange.objects.filter(
        user_id=order.user_id, course_id=order.course_id, order=order.pk
    )
    for change in _oldest(changes):
        yield Moment(change.created_at, str(ACCESS[change.action]), detail=change.reason)


def _events(order: Order) -> Iterator[Moment]:
    """Yield Stripe's events by the time at which they arrived: Stripe's own time is in whole seconds."""
    for event in StripeEvent.objects.filter(order=order).order_by("received_at")[:MAX_PER_KIND]:
        tries = ngettext("{count} attempt", "{count} attempts", event.attempts)
        attempts = f", {tries.format(count=event.attempts)}" if event.attempts > 1 else ""
        yield Moment(
            event.received_at,
            event.type,
            "",
            event.get_status_display() + attempts,
            f"{event.object_id} {event.error}",
            page_of(event),
        )


def _oldest[Row: Model](rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.order_by("created_at", "pk")[:MAX_PER_KIND]
