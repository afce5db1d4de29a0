"""Customers at Stripe, read-only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, ReadOnly, by_person, by_prefix
from payments.models import StripeCustomer


@admin.register(StripeCustomer)
class StripeCustomerAdmin(ReadOnly, ModelAdmin):
    list_display = ("customer_id", "user", "email", "created_at")
    list_prefetch_related = ("user",)
    list_per_page = 50
    search_by = (by_prefix("cus_", "customer_id"), by_person("user"))
    search_help_text = _(
        "The id of a customer at Stripe (cus_), or the beginning of a person's e-mail address or name."
    )
    ordering = ("-id",)
