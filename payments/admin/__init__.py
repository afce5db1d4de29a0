"""What staff see of the money. They change nothing by hand: they ask for a refund, or for another look at Stripe."""

from django.contrib import admin

from payments.admin import books, coupons, courses, events, money_back, orders

__all__ = ["books", "coupons", "courses", "events", "money_back", "orders"]

# Not by a template of the same name: the admin's own would be found first.
admin.site.index_template = "admin/payments/index.html"
