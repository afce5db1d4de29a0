"""Refunds and disputes: staff refund from the page of the order, and answer a dispute from its own."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lms import currencies
from lms.admin import ModelAdmin, ReadOnly, by_id, by_value
from payments.admin.answers import AnswersDisputes
from payments.models import Dispute, Refund


class ReturnedMoneyAdmin(ReadOnly, ModelAdmin):
    """Rows about the money of an order, with the amount in the order's currency."""

    list_prefetch_related = ("order",)
    list_per_page = 50
    amounts: ClassVar = {"display_amount": "amount"}
    ordering = ("-created_at", "-id")

    def currency_of(self, row: Refund | Dispute) -> str:
        return row.order.currency

    @admin.display(description=_("amount"))
    def display_amount(self, row: Refund | Dispute) -> str:
        return currencies.display(row.amount, row.order.currency)


@admin.register(Refund)
class RefundAdmin(ReturnedMoneyAdmin):
    list_display = (
        "created_at",
        "display_amount",
        "status",
        "reason",
        "order_id",
        "stripe_refund_id",
    )
    list_filter = ("status",)
    search_by = (by_id("order"), by_value("stripe_refund_id"))
    search_help_text = _("The id of an order, or of a refund at Stripe (re_).")
    fields = (
        "created_at",
        "updated_at",
        "display_amount",
        "status",
        "reason",
        "order",
        "stripe_refund_id",
    )


@admin.register(Dispute)
class DisputeAdmin(AnswersDisputes, ReturnedMoneyAdmin):
    change_form_template = "admin/payments/dispute/change_form.html"
    list_display = (
        "created_at",
        "display_amount",
        "status",
        "reason",
        "evidence_due_at",
        "order_id",
        "stripe_dispute_id",
    )
    search_by = (by_id("order"), by_value("stripe_dispute_id"))
    search_help_text = _("The id of an order, or of a dispute at Stripe (dp_ or du_).")
    fields = (
        "created_at",
        "updated_at",
        "display_amount",
        "status",
        "reason",
        "evidence_due_at",
        "has_evidence",
        "submission_count",
        "order",
        "stripe_dispute_id",
    )
