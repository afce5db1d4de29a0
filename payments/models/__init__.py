"""Selling: what was ordered, discounted, refunded, disputed, told by Stripe, booked, and found to differ."""

from payments.models.coupon import Coupon
from payments.models.drift import DriftReport
from payments.models.event import StripeCustomer, StripeEvent
from payments.models.ledger import AppendOnly, LedgerEntry
from payments.models.order import LIVE, OPEN, TRANSITIONS, WITH_ACCESS, Order
from payments.models.refund import Dispute, Refund

__all__ = [
    "LIVE",
    "OPEN",
    "TRANSITIONS",
    "WITH_ACCESS",
    "AppendOnly",
    "Coupon",
    "Dispute",
    "DriftReport",
    "LedgerEntry",
    "Order",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
]
