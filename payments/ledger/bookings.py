"""Bookings: double entry, append-only, each balanced to zero and made once.

A positive line debits its account, a negative one credits it, in minor units. Each function may be repeated and joins
the caller's transaction. A reversal reads the shares from the ledger and never computes them again: the settings and
the owner of a course may change, a booking does not.

| account           | what its lines mean                                          |
|-------------------|--------------------------------------------------------------|
| stripe_balance    | what Stripe holds for us                                     |
| stripe_fees       | what Stripe keeps                                            |
| tax               | what we collect for the state                                |
| platform_revenue  | our share of the price                                       |
| instructor:<id>   | what we owe the instructor                                   |
| refunds, disputes | our share of what was refunded and of what was disputed      |
"""

from collections.abc import Mapping

from bson import ObjectId
from django.conf import settings
from django.utils import timezone

from courses.models import Course
from lms.mongodb.transaction import atomic
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot
from payments.models import LedgerEntry, Order, Refund
from payments.models.ledger import BALANCE as AT_STRIPE

BALANCE, FEES, TAX, REVENUE = AT_STRIPE, "stripe_fees", "tax", "platform_revenue"
REFUNDS, DISPUTES = "refunds", "disputes"

Kind = LedgerEntry.Kind

# The bookings that divide the money of an order into shares, or reverse that.
SHARED_KINDS = [
    Kind.SALE,
    Kind.REFUND,
    Kind.REFUND_FAILED,
    Kind.DISPUTE,
    Kind.DISPUTE_REINSTATED,
]


def instructor_account(user_id: ObjectId | str) -> str:
    return f"instructor:{user_id}"


@atomic
def book_sale(order: Order) -> bool:
    """Book the money of a paid order: the tax for the state, the instructor's share, the rest is our revenue.

    Without its course nobody taught what was paid for: all of it is ours until it is refunded. With a coupon of an
    instructor, their share is of what was paid: who offers a discount bears it. With a coupon of the house, it is of the
    price before the discount, and our share pays the difference as far as it goes: an instructor who did not choose the
    discount loses by it only when it exceeds our share. More than was paid is never shared, so no booking owes what
    Stripe never received.
    """
    if is_sale_booked(order):
        return False
    weights = {REVENUE: 100}
    net = order.total_amount - order.tax_amount
    course = Course.objects.filter(pk=order.course_id).only("instructor").first()
    if course:
        share, ours = _weigh(order, net)
        weights = {instructor_account(course.instructor_id): share, REVENUE: ours}
    shares = {TAX: order.tax_amount, **split(net, weights)}
    lines = {BALANCE: order.total_amount, **{name: -share for name, share in shares.items()}}
    return _book(order, Kind.SALE, str(order.pk), lines)


def _weigh(order: Order, net: int) -> tuple[int, int]:
    """Return the weights of the instructor's share and of ours in what was paid without tax."""
    percent: int = settings.INSTRUCTOR_SHARE_PERCENT
    if not (order.coupon and order.coupon.get("of_house")):
        return percent, 100 - percent
    undiscounted = net * order.list_amount // order.net_amount
    share = min(net, (undiscounted * percent + 50) // 100)
    return share, net - share


@atomic
def book_fee(order: Order, transaction: BalanceTransaction) -> bool:
    """Book what Stripe kept of a payment, in the currency of Stripe's transaction."""
    return _book_stripe_fee(order, Kind.FEE, transaction)


@atomic
def book_refund(refund: Refund) -> bool:
    """Take a refund back from all who had a share of the sale."""
    return _book_reversal(refund.order, Kind.REFUND, str(refund.pk), refund.amount)


@atomic
def book_failed_refund(refund: Refund) -> bool:
    """Book the opposite of a refund whose money came back; do nothing if the refund was not booked."""
    return _book_opposite(refund.order, Kind.REFUND, str(refund.pk), Kind.REFUND_FAILED)


@atomic
def book_dispute(order: Order, dispute: DisputeSnapshot) -> bool:
    """Book what a dispute took from our balance (a negative transaction) and returned to it (a positive one).

    Does nothing for an order whose sale is not booked.
    """
    if not is_sale_booked(order):
        return False
    booked = []
    for transaction in sorted(dispute.balance_transactions, key=lambda each: each.amount):
        booked.append(_book_stripe_fee(order, Kind.DISPUTE_FEE, transaction))
        if transaction.amount < 0:
            booked.append(_book_reversal(order, Kind.DISPUTE, dispute.id, dispute.amount))
        elif transaction.amount > 0:
            booked.append(_book_opposite(order, Kind.DISPUTE, dispute.id, Kind.DISPUTE_REINSTATED))
    return any(booked)


def is_sale_booked(order: Order) -> bool:
    return LedgerEntry.objects.of_booking(str(order.pk), Kind.SALE).exists()


# --- Shares -------------------------------------------------------------------------------------------------


def split(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide an amount by weights without a remainder, by the largest remainder; the first name wins a tie.

    Neither may be negative. No share exceeds its weight as long as the amount does not exceed the sum of the weights.
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


def split_reversal(amount: int, shares: Mapping[str, int], account: str) -> dict[str, int]:
    """Divide an amount to take back by the remaining shares; our own part goes to `account`.

    The reversals of a whole sale add up to exactly that sale. What exceeds the remaining shares is our loss.
    """
    covered = min(amount, sum(shares.values()))
    parts = split(covered, shares)
    parts[account] = parts.pop(REVENUE, 0) + amount - covered
    return parts


def _remaining_shares(order: Order) -> dict[str, int]:
    """Return what is left of each share of an order: sold less reversed. Our own share has three accounts."""
    shares: dict[str, int] = {}
    lines = LedgerEntry.objects.filter(order=order, kind__in=SHARED_KINDS)
    for line in lines.order_by("created_at", "id"):
        if line.account != BALANCE:
            name = REVENUE if line.account in {REFUNDS, DISPUTES} else line.account
            shares[name] = shares.get(name, 0) - line.amount
    return {name: max(amount, 0) for name, amount in shares.items()}


# --- Lines --------------------------------------------------------------------------------------------------


def _book_stripe_fee(order: Order, kind: Kind, transaction: BalanceTransaction) -> bool:
    lines = {FEES: transaction.fee, BALANCE: -transaction.fee}
    return _book(order, kind, transaction.id, lines, currency=transaction.currency)


def _book_reversal(order: Order, kind: Kind, source: str, amount: int) -> bool:
    """Take an amount back from the shares of an order; do nothing if its sale was never booked."""
    shares = _remaining_shares(order)
    if not shares:
        return False
    account = REFUNDS if kind == Kind.REFUND else DISPUTES
    return _book(order, kind, source, {BALANCE: -amount, **split_reversal(amount, shares, account)})


def _book_opposite(order: Order, kind: Kind, source: str, opposite: Kind) -> bool:
    """Book the opposite of a booking once; do nothing if the booking does not exist."""
    booked = LedgerEntry.objects.of_booking(source, kind)
    return _book(order, opposite, source, {line.account: -line.amount for line in booked})


def _book(
    order: Order, kind: Kind, source: str, lines: Mapping[str, int], *, currency: str = ""
) -> bool:
    """Write a booking's lines; return False if it is booked already or has no amount.

    The currency is the order's unless another is named.
    """
    lines = {account: amount for account, amount in lines.items() if amount}
    if sum(lines.values()):
        raise ValueError(f"The booking {kind} of {source} does not balance.")
    if not lines or LedgerEntry.objects.of_booking(source, kind).exists():
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
            currency=currency or order.currency,
            created_at=now,
        )
        for account, amount in lines.items()
    )
    return True
