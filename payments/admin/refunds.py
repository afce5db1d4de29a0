"""Money that went back, or that somebody's bank wants back, and who pays: to read. An order's page acts on it."""

from django.contrib import admin

from lms import currencies
from lms.admin import ModelAdmin, ReadOnly, by_email, by_id, by_prefix, by_value
from payments.models import Dispute, Refund, StripeCustomer


class OfAnOrder(ReadOnly, ModelAdmin):
    """Rows of an order."""

    list_prefetch_related = ("order",)
    list_per_page = 50
    search_help_text = "An id: of an order, or Stripe's own."
    ordering = ["-id"]
    sortable_by = ()

    @admin.display(description="amount")
    def shown(self, row: Refund | Dispute) -> str:
        return currencies.display(row.amount, row.order.currency)


@admin.register(Refund)
class RefundAdmin(OfAnOrder):
    search_by = (by_id("order"), by_value("stripe_refund_id"))
    list_display = ["created_at", "shown", "status", "reason", "order_id", "stripe_refund_id"]
    list_filter = ["status"]
    fields = [
        "created_at",
        "updated_at",
        "shown",
        "status",
        "reason",
        "order",
        "stripe_refund_id",
    ]


@admin.register(Dispute)
class DisputeAdmin(OfAnOrder):
    search_by = (by_id("order"), by_value("stripe_dispute_id"))
    list_display = ["created_at", "shown", "status", "reason", "order_id", "stripe_dispute_id"]
    fields = [
        "created_at",
        "updated_at",
        "shown",
        "status",
        "reason",
        "order",
        "stripe_dispute_id",
    ]


@admin.register(StripeCustomer)
class StripeCustomerAdmin(ReadOnly, ModelAdmin):
    list_display = ["customer_id", "user", "email", "created_at"]
    list_prefetch_related = ("user",)
    list_per_page = 50
    search_by = (by_prefix("cus_", "customer_id"), by_email("user"))
    search_help_text = "Stripe's id (cus_), or a person's e-mail address."
    ordering = ["-id"]
    sortable_by = ()
