"""Money that went back, or that somebody's bank wants back, and who pays: to read. An order's page acts on it."""

from bson import ObjectId
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from lms import currencies
from lms.admin import ModelAdmin, ReadOnly
from payments.models import Dispute, Refund, StripeCustomer


class OfAnOrder(ReadOnly, ModelAdmin):
    """Rows that are found by their own id at Stripe, `stripe_id`, or by their order's."""

    stripe_id: str
    list_prefetch_related = ("order",)
    list_per_page = 50
    search_fields = ["id"]
    search_help_text = "An id: of an order, or Stripe's own."
    ordering = ["-id"]
    sortable_by = ()

    @admin.display(description="amount")
    def shown(self, row: Refund | Dispute) -> str:
        return currencies.display(row.amount, row.order.currency)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Look a term up where an index finds it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if ObjectId.is_valid(term):
            return queryset.filter(order_id=ObjectId(term)), False
        return queryset.filter(**{self.stripe_id: term}), False


@admin.register(Refund)
class RefundAdmin(OfAnOrder):
    stripe_id = "stripe_refund_id"
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
    stripe_id = "stripe_dispute_id"
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
    search_fields = ["id"]
    search_help_text = "Stripe's id (cus_), or a person's e-mail address."
    ordering = ["-id"]
    sortable_by = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Look a term up where an index finds it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("cus_"):
            return queryset.filter(customer_id=term), False
        email = User.objects.normalize_email(term)
        people = User.objects.filter(email=email).values_list("pk", flat=True)
        return queryset.filter(user_id__in=list(people)), False
