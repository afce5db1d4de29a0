"""Coupons: staff may limit or end one; what it gives is its owner's choice."""

from typing import Any, override

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, by_value
from payments import coupons
from payments.models import Coupon


@admin.register(Coupon)
class CouponAdmin(ModelAdmin):
    list_display = (
        "code",
        "percent",
        "amount",
        "currency",
        "ends_at",
        "max_redemptions",
        "redeemed",
    )
    list_per_page = 50
    search_by = (by_value("code", normalize=coupons.normalize),)
    search_help_text = _("The whole code of a coupon.")
    ordering = ("-id",)
    fields = (
        "code",
        "owner",
        "percent",
        "amount",
        "currency",
        "courses",
        "starts_at",
        "ends_at",
        "max_redemptions",
        "max_per_person",
        "reserved",
        "redeemed",
    )
    editable = ("starts_at", "ends_at", "max_redemptions", "max_per_person")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(str(name) for name in self.fields if name not in self.editable)

    @override
    def save_model(self, request: HttpRequest, obj: Coupon, form: Any, change: bool) -> None:
        coupons.change(obj, **{name: form.cleaned_data[name] for name in form.changed_data})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
