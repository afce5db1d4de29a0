"""The staff's pages about money. Nobody edits an amount or a status: staff refund orders and sync them with Stripe."""

from django.contrib import admin

from payments.admin import (
    coupons,
    courses,
    customers,
    events,
    ledger,
    ledger_checks,
    orders,
    reconciliation_runs,
    refunds,
)

__all__ = [
    "coupons",
    "courses",
    "customers",
    "events",
    "ledger",
    "ledger_checks",
    "orders",
    "reconciliation_runs",
    "refunds",
]

# A template called admin/index.html would not be found: the one of Django's admin comes first.
admin.site.index_template = "admin/payments/index.html"
