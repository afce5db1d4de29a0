"""The books: double entry, append-only, every booking balanced to zero and made once.

A positive line debits its account, a negative one credits it, in minor units. Each function is repeatable and joins
the caller's transaction. Whose share is reversed is read from the books themselves, never computed anew: settings
and a course's owner may change, what was booked does not.

| account           | what its lines are                                                      |
|-------------------|-------------------------------------------------------------------------|
| stripe_balance    | what Stripe holds for us                                                |
| stripe_fees       | what Stripe keeps                                                       |
| tax               | what we collect for the state                                           |
| platform_revenue  | our share of the price                                                  |
| instructor:<id>   | what we owe the instructor                                              |
| refunds, disputes | our share of what went back by refunds and by disputes                  |
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone

from lms.mongodb.transaction import atomic
from payments.gateway.snapshots import DisputeState, Movement
from payments.models import LedgerEntry, Order, Refund

BALANCE, FEES, TAX, REVENUE = "stripe_balance", "stripe_fees", "tax", "platform_revenue"
REFUNDS, DISPUTES = "refunds", "disputes"

Kind = LedgerEntry.Kind

# The bookings that share out and take back what was sold.
OF_SHARES = [Kind.SALE, Kind.REFUND, Kind.REFUND_FAILED, Kind.DISPUTE, Kind.DISPUTE_REINSTATED]


def instructor_account(user_id: object) -> str:
    return f"instructor:{user_id}"


def split(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Share an amount out by weights to the last minor unit, by largest remainder; the first wins a tie.

    Neither may be negative. No share exceeds its weight as long as the amount does not exceed their sum.
    https://en.wikipedia.org/wiki/Quota_method
    """
    total = sum(weights.values())
    if not total:
        return dict.fromkeys(weights, 0)
    shares = {name: amount * weight // total for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: -(amount * weights[name] % total))
    for name in by_remainder[: amount - sum(shares.values())]:
        shares[name] += 1
    return shares


def reversal(amount: int, left: Mapping[str, int], ours: str) -> dict[str, int]:
    """Take an amount back from what is left of each share, in proportion; our own part is written to `ours`.

    All parts together reverse all exactly. What exceeds all that is left is our own loss.
    """
    shared = min(amount, sum(left.values()))
    taken = split(shared, left)
    taken[ours] = taken.pop(REVENUE, 0) + amount - shared
    return taken


def is_sold(order: Order) -> bool:
    """Is the order's sale booked?"""
    return LedgerEntry.objects.filter(source=str(order.pk), kind=Kind.SALE).exists()


@atomic
def book_sale(order: Order) -> bool:
    """Book what came in for a paid order; the tax is the state's, the rest is shared."""
    if is_sold(order):
        return False
    percent = settings.INSTRUCTOR_SHARE_PERCENT
    instructor = instructor_account(order.course.instructor_id)
    net = order.total_amount - order.tax_amount
    shares = {TAX: order.tax_amount, **split(net, {instructor: percent, REVENUE: 100 - percent})}
    lines = {BALANCE: order.total_amount, **{name: -share for name, share in shares.items()}}
    return _write(order, str(order.pk), Kind.SALE, lines, order.currency)


@atomic
def book_fee(order: Order, movement: Movement) -> bool:
    """Book what Stripe kept of a payment, in the currency in which it did."""
    return _keep(order, Kind.FEE, movement)


@atomic
def book_refund(refund: Refund) -> bool:
    """Take back from everyone their part of what is given back."""
    return _give_back(refund.order, str(refund.pk), Kind.REFUND, refund.amount, REFUNDS)


@atomic
def book_failed_refund(refund: Refund) -> bool:
    """Undo the booking of a refund whose money came back; nothing where there was none."""
    return _undo(refund.order, str(refund.pk), Kind.REFUND, Kind.REFUND_FAILED)


@atomic
def book_dispute(order: Order, dispute: DisputeState) -> bool:
    """Book what a dispute took from our balance (a negative movement) and brought back (a positive one).

    Of an order that was never booked nothing is.
    """
    if not is_sold(order):
        return False
    booked = []
    for movement in sorted(dispute.movements, key=lambda movement: movement.amount):
        booked.append(_keep(order, Kind.DISPUTE_FEE, movement))
        if movement.amount < 0:
            part = (dispute.id, Kind.DISPUTE, dispute.amount, DISPUTES)
            booked.append(_give_back(order, *part))
        elif movement.amount > 0:
            booked.append(_undo(order, dispute.id, Kind.DISPUTE, Kind.DISPUTE_REINSTATED))
    return any(booked)


def _keep(order: Order, kind: Kind, movement: Movement) -> bool:
    """Book a movement's fee."""
    lines = {FEES: movement.fee, BALANCE: -movement.fee}
    return _write(order, movement.id, kind, lines, movement.currency)


def _give_back(order: Order, source: str, kind: Kind, amount: int, ours: str) -> bool:
    """Reverse an order's shares; of one that was never booked there is nothing to reverse."""
    left = _left(order)
    if not left:
        return False
    lines = {BALANCE: -amount, **reversal(amount, left, ours)}
    return _write(order, source, kind, lines, order.currency)


def _left(order: Order) -> dict[str, int]:
    """What is left of each share of an order: sold, less what went back. Our own is in three accounts."""
    left: dict[str, int] = {}
    found = LedgerEntry.objects.filter(order=order, kind__in=OF_SHARES)
    for line in found.order_by("created_at", "id"):
        if line.account != BALANCE:
            share = REVENUE if line.account in {REFUNDS, DISPUTES} else line.account
            left[share] = left.get(share, 0) - line.amount
    return {share: max(amount, 0) for share, amount in left.items()}


def _undo(order: Order, source: str, kind: Kind, undone: Kind) -> bool:
    """Book the opposite of a booking; nothing if it is not there, or undone already."""
    found = LedgerEntry.objects.filter(source=source, kind=kind)
    lines = {line.account: -line.amount for line in found}
    return _write(order, source, undone, lines, order.currency)


def _write(order: Order, source: str, kind: Kind, lines: Mapping[str, int], currency: str) -> bool:
    """Write one booking's lines unless they are written; False if there is nothing new."""
    lines = {account: amount for account, amount in lines.items() if amount}
    if sum(lines.values()):
        raise ValueError(f"The booking {kind} of {source} does not balance.")
    if not lines or LedgerEntry.objects.filter(source=source, kind=kind).exists():
        return False
    now = timezone.now()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            order=order,
            course=order.course_id,
            source=source,
            kind=kind,
            account=account,
            amount=amount,
            currency=currency,
            created_at=now,
        )
        for account, amount in lines.items()
    )
    return True
