"""Coupons: staff make them for an instructor or for the house, limit and end them."""

from functools import partial
from typing import Any, cast, override

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.panels import link
from courses.models import Course
from lms.admin import ModelAdmin, asks_reason, by_value
from payments import coupons
from payments.admin.coupon_forms import ChangeForm, MakeForm
from payments.models import Coupon

MAX_COURSES = 100
"""How many courses of a coupon are named: as many as it may list."""


class OwnerFilter(admin.SimpleListFilter):
    title = _("owner")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("house", gettext("The house")), ("instructor", gettext("Instructors"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in {"house", "instructor"}:
            return queryset.filter(owner__isnull=self.value() == "house")
        return queryset


@admin.register(Coupon)
class CouponAdmin(ModelAdmin):
    """What a coupon gives stays as it was made: orders may hold it. Its times and limits may change."""

    list_display = (
        "code",
        "owned_by",
        "discount",
        "starts_at",
        "ends_at",
        "max_redemptions",
        "redeemed",
    )
    list_filter = (OwnerFilter,)
    list_prefetch_related = ("owner",)
    list_per_page = 50
    search_by = (by_value("code", normalize=coupons.normalize),)
    search_help_text = _("The whole code of a coupon.")
    ordering = ("-id",)
    autocomplete_fields = ("owner",)
    limits = ("starts_at", "ends_at", "max_redemptions", "max_per_person")
    actions = ("end",)
    change_form_outer_before_template = "payments/coupon_actions.html"

    @override
    def get_form(
        self, request: HttpRequest, obj: Coupon | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        kwargs["form"] = ChangeForm if obj else MakeForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Coupon | None = None) -> Any:
        if obj:
            fixed = ("code", "owned_by", "discount", "valid_for")
            return ((None, {"fields": (*fixed, *self.limits, "reserved", "redeemed")}),)
        given = ("code", "owner", "percent", "amount", "currency", "course_keys")
        return ((None, {"fields": (*given, *self.limits)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = ("code", "owned_by", "discount", "valid_for", "reserved", "redeemed")
        return fixed if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether a coupon may be deleted: never one that was used, which may be ended."""
        if obj is not None and obj.is_used:
            return False
        return super().has_delete_permission(request, obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for coupon in queryset:
            delete = partial(coupons.delete_unused, coupon)
            done = self.perform(request, coupon, "delete", delete)
            if not done:
                text = _("{code} was used and stays. End it instead.")
                self.message_user(request, text.format(code=coupon.code), messages.ERROR)

    @override
    def save_model(self, request: HttpRequest, obj: Coupon, form: Any, change: bool) -> None:
        saved = form.save_coupon()
        obj.pk = saved.pk
        obj._state.adding = False
        obj.refresh_from_db()

    @admin.action(description=_("End now"), permissions=["change"])
    @asks_reason(
        _("From now on nobody can use these coupons. Open payment pages keep their price.")
    )
    def end(self, request: HttpRequest, queryset: QuerySet[Coupon], reason: str) -> None:
        ended = self.perform_all(request, queryset, "end", coupons.end, reason=reason)
        text = ngettext("{count} coupon ended.", "{count} coupons ended.", ended)
        self.message_user(request, text.format(count=ended))

    @admin.display(description=_("owner"))
    def owned_by(self, coupon: Coupon) -> str:
        return gettext("The house") if coupon.is_of_house else str(coupon.owner)

    @admin.display(description=_("discount"))
    def discount(self, coupon: Coupon) -> str:
        return coupons.display_discount(coupon)

    @admin.display(description=_("valid for"))
    def valid_for(self, coupon: Coupon) -> str:
        if not coupon.courses:
            return (
                gettext("All courses")
                if coupon.is_of_house
                else gettext("All courses of its owner")
            )
        rows = Course.objects.only("title").in_bulk(coupon.courses[:MAX_COURSES])
        shown = (
            link(rows[each], rows[each].title) if each in rows else each for each in coupon.courses
        )
        return cast(str, format_html_join(", ", "{}", ((each,) for each in shown)))
