"""Selling: what was ordered, discounted, refunded, disputed, told by Stripe, and booked."""

from .coupon import Coupon
from .event import StripeCustomer, StripeEvent
from .ledger import LedgerEntry
from .order import LIVE, OPEN, TRANSITIONS, WITH_ACCESS, Order
from .refund import Dispute, Refund

__all__ = [
    "LIVE",
    "OPEN",
    "TRANSITIONS",
    "WITH_ACCESS",
    "Coupon",
    "Dispute",
    "LedgerEntry",
    "Order",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
]
