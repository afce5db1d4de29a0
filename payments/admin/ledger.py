"""The books, and what the reconciler found in them: to read, nothing else.

Lists go by the primary key, which grows with time and has its index whatever is filtered.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from lms import currencies
from lms.admin import ModelAdmin, ReadOnly, by_id, by_value
from payments.ledger import bookings
from payments.models import LedgerEntry, ReconciliationRun

INSTRUCTORS = bookings.instructor_account("")


class AccountFilter(admin.SimpleListFilter):
    """By account; those of all instructors are one."""

    title = "account"
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ours = [
            bookings.BALANCE,
            bookings.FEES,
            bookings.TAX,
            bookings.REVENUE,
            bookings.REFUNDS,
            bookings.DISPUTES,
        ]
        return [(INSTRUCTORS, "instructors"), *((name, name) for name in ours)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == INSTRUCTORS:
            return queryset.filter(account__startswith=INSTRUCTORS)
        return queryset.filter(account=self.value()) if self.value() else queryset


class CurrencyFilter(admin.SimpleListFilter):
    """By currency, of those that are charged: to ask the books which they have would read them whole."""

    title = "currency"
    parameter_name = "currency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code.upper()) for code in settings.CURRENCIES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(currency=self.value()) if self.value() else queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ["created_at", "kind", "account", "shown", "order_id", "source"]
    list_filter = [AccountFilter, CurrencyFilter, "kind"]
    list_per_page = 50
    search_by = (by_id("order"), by_value("account"))
    search_help_text = "An order's id, or an account as it is written in the list."
    ordering = ["-id"]
    sortable_by = ()
    fields = ["created_at", "kind", "account", "shown", "order", "course", "source"]

    @admin.display(description="amount")
    def shown(self, entry: LedgerEntry) -> str:
        return currencies.display(entry.amount, entry.currency)


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(ReadOnly, ModelAdmin):
    list_display = [
        "started_at",
        "finished_at",
        "dry_run",
        "looked_at",
        "found",
        "repaired",
        "left",
    ]
    list_per_page = 50
    ordering = ["-started_at", "-id"]
    sortable_by = ()
    fields = [
        "started_at",
        "finished_at",
        "days",
        "dry_run",
        "looked_at",
        "found",
        "repaired",
        "left",
        "what_was_found",
    ]

    @admin.display
    def what_was_found(self, report: ReconciliationRun) -> str:
        """Tell the findings, one a row; the counts above are of all."""
        rows = (
            (finding["outcome"], finding["subject"], finding["problem"])
            for finding in report.findings
        )
        told = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        return format_html("<table><tbody>{}</tbody></table>", told) if told else "Nothing."
