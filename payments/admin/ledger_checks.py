"""The checks of the books, read-only."""

from django.contrib import admin

from lms.admin import ModelAdmin, ReadOnly
from payments.models import LedgerCheck


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnly, ModelAdmin):
    list_display = fields = ("checked_at", "orders", "wrong_orders", "unexplained")
    list_per_page = 50
    ordering = ("-checked_at", "-id")
    sortable_by = ()
