"""Bookings made in tests, as a sync makes them."""

from lms.mongodb.transaction import atomic
from payments.ledger import bookings
from payments.models import LedgerEntry, Order, Refund


def sell(user, course) -> Order:
    """Create a paid and booked order for 49.99 dollars, 3.33 of it tax."""
    order = Order.objects.create(
        user=user,
        course=course,
        status=Order.Status.PAID,
        list_amount=4666,
        tax_amount=333,
        total_amount=4999,
        currency="usd",
        paid_at=course.published_at,
    )
    assert bookings.book_sale(order)
    return order


def refund(order: Order, amount: int) -> Refund:
    """Create and book a refund, and add it to its order."""
    row = Refund.objects.create(order=order, amount=amount, status="succeeded")
    atomic(order.note)(refunded_amount=order.refunded_amount + amount)
    assert bookings.book_refund(row)
    return row


def booked(**match) -> dict[str, int]:
    """Return the amounts of the matching lines by account."""
    return {line.account: line.amount for line in LedgerEntry.objects.filter(**match)}
