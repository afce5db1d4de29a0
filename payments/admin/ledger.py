"""The ledger, read-only.

The list is ordered by the primary key: it grows with time, and its index serves the order under every filter.
"""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from lms import currencies
from lms.admin import ModelAdmin, ReadOnly, by_id, by_value
from payments.admin.figures import export_view
from payments.ledger import bookings
from payments.models import LedgerEntry

OWN_ACCOUNTS = (
    bookings.BALANCE,
    bookings.FEES,
    bookings.TAX,
    bookings.REVENUE,
    bookings.REFUNDS,
    bookings.DISPUTES,
)


class AccountFilter(admin.SimpleListFilter):
    """Filter by an account of our own; that of an instructor is searched by its name."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, name) for name in OWN_ACCOUNTS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(account=self.value()) if self.value() else queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "kind", "account", "display_amount", "order_id", "source")
    list_filter = (AccountFilter,)
    list_per_page = 50
    amounts: ClassVar = {"display_amount": "amount"}
    search_by = (by_id("order"), by_value("account"))
    search_help_text = _("The id of an order, or the whole name of an account as in the list.")
    ordering = ("-id",)
    fields = ("created_at", "kind", "account", "display_amount", "order", "course", "source")

    def get_urls(self) -> list[URLPattern]:
        figures = path(
            "figures/<str:name>/",
            self.admin_site.admin_view(export_view),
            name="payments_ledgerentry_figures",
        )
        return [figures, *super().get_urls()]

    @admin.display(description=_("amount"))
    def display_amount(self, entry: LedgerEntry) -> str:
        return currencies.display(entry.amount, entry.currency)
