"""Selling: what was ordered, discounted, refunded, disputed, told by Stripe, booked, and found to differ."""

from payments.models.coupon import Coupon
from payments.models.event import StripeCustomer, StripeEvent
from payments.models.ledger import AppendOnly, LedgerEntry
from payments.models.order import LIVE, OPEN, TRANSITIONS, WITH_ACCESS, Order
from payments.models.reconciliation_run import ReconciliationRun
from payments.models.refund import Dispute, Refund

__all__ = [
    "LIVE",
    "OPEN",
    "TRANSITIONS",
    "WITH_ACCESS",
    "AppendOnly",
    "Coupon",
    "Dispute",
    "LedgerEntry",
    "Order",
    "ReconciliationRun",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
]
