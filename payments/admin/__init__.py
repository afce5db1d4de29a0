"""What staff see of the money. They change nothing by hand: they ask for a refund, or for another look at Stripe."""

from django.contrib import admin

from payments.admin import coupons, courses, events, ledger, orders, refunds

__all__ = ["coupons", "courses", "events", "ledger", "orders", "refunds"]

# Not by a template of the same name: the admin's own would be found first.
admin.site.index_template = "admin/payments/index.html"
