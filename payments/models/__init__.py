"""Rows of selling: orders, coupons, refunds, disputes, customers, events, ledger entries; runs of the reconciliation and of the ledger's check."""

from payments.models.coupon import Coupon
from payments.models.customer import StripeCustomer
from payments.models.event import StripeEvent
from payments.models.ledger import AppendOnly, LedgerEntry
from payments.models.ledger_check import LedgerCheck
from payments.models.order import (
    BEFORE_PAYMENT,
    ENDED_UNPAID,
    LIVE,
    OPEN,
    TRANSITIONS,
    WITH_ACCESS,
    Order,
)
from payments.models.reconciliation_run import ReconciliationRun
from payments.models.refund import Dispute, Refund

__all__ = [
    "BEFORE_PAYMENT",
    "ENDED_UNPAID",
    "LIVE",
    "OPEN",
    "TRANSITIONS",
    "WITH_ACCESS",
    "AppendOnly",
    "Coupon",
    "Dispute",
    "LedgerCheck",
    "LedgerEntry",
    "Order",
    "ReconciliationRun",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
]
