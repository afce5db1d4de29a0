"""Snapshots of Stripe made in tests, and their settlement."""

from lms.mongodb.transaction import atomic
from payments.fulfilment.settlement import settle_order
from payments.gateway.snapshots import (
    BalanceTransaction,
    DisputeSnapshot,
    Payment,
    RefundSnapshot,
)
from payments.models import Order


def settle(order: Order, payment: Payment | None) -> Order:
    """Settle what is stored of an order."""
    return atomic(settle_order)(Order.objects.get(pk=order.pk), payment)


def a_dispute(status, *amounts):
    moved = [BalanceTransaction(f"txn_{each}", each, 0, "usd") for each in amounts]
    return DisputeSnapshot("du_1", status, "fraudulent", 4999, tuple(moved))


def a_refund(status, amount=4999):
    return RefundSnapshot("re_1", status, amount, "", "requested_by_customer")
