"""The checks of the books, read-only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, ReadOnly, by_id
from payments.models import LedgerCheck


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnly, ModelAdmin):
    list_display = fields = ("checked_at", "orders", "wrong_orders", "unexplained")
    list_per_page = 50
    search_by = (by_id("pk"),)
    search_help_text = _("The id of a check.")
    ordering = ("-checked_at", "-id")
