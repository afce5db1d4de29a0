"""Selling: what was ordered, discounted, refunded, disputed, told by Stripe, booked, and found to differ."""

from .coupon import Coupon
from .drift import DriftReport
from .event import StripeCustomer, StripeEvent
from .ledger import AppendOnly, LedgerEntry
from .order import LIVE, OPEN, TRANSITIONS, WITH_ACCESS, Order
from .refund import Dispute, Refund

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
