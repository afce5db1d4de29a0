"""Orders: the whole story of a purchase on one page."""

from decimal import Decimal
from functools import partial
from typing import Any

from bson import ObjectId
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from rest_framework.exceptions import APIException

from lms import currencies
from lms.admin import ModelAdmin, ReadOnly, by_email, by_id, by_prefix
from lms.drf import OBJECT_ID
from payments.admin import timeline
from payments.fulfilment.sync import sync_order
from payments.models import Order
from payments.permissions import may_touch_money
from payments.refunds import is_refundable, refund_order


class AttentionFilter(admin.SimpleListFilter):
    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Somebody should look")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.exclude(attention="") if self.value() == "yes" else queryset


class RefundForm(forms.Form):
    """How much, in whole units as people write them, and why.

    The refund's id is chosen when the page is shown, so that a page sent twice gives back once.
    """

    refund_id = forms.RegexField(
        f"^{OBJECT_ID}$", required=False, initial=ObjectId, widget=forms.HiddenInput
    )
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(data)
        self.places = currencies.digits(order.currency)
        left = Decimal(order.refundable_amount).scaleb(-self.places)
        self.fields["amount"] = forms.DecimalField(
            label=f"Amount ({order.currency.upper()})",
            min_value=Decimal(1).scaleb(-self.places),
            max_value=left,
            decimal_places=self.places,
            initial=left,
        )
        self.order_fields(["amount", "reason"])

    @property
    def amount(self) -> int:
        """The amount in minor units, exactly."""
        return int(self.cleaned_data["amount"].scaleb(self.places))

    @property
    def wanted(self) -> dict[str, Any]:
        """What `refund_order` is asked for."""
        found = self.cleaned_data
        chosen = ObjectId(found["refund_id"]) if found["refund_id"] else None
        return {"amount": self.amount, "reason": found["reason"], "refund_id": chosen}


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):
    list_display = ["created_at", "status", "attention", "total", "refunded", "buyer", "title"]
    list_prefetch_related = ("user", "course")
    list_filter = ["status", AttentionFilter]
    list_per_page = 50
    search_by = (
        by_id("pk"),
        by_prefix("cs_", "checkout_session_id"),
        by_prefix("pi_", "payment_intent_id"),
        by_email("user"),
    )
    search_help_text = "An e-mail address, or an id: of an order, checkout (cs_) or payment (pi_)."
    ordering = ["-created_at", "-id"]
    actions = ["sync_selected", "mark_as_seen"]
    change_form_template = "admin/payments/order/change_form.html"
    fieldsets = [
        (None, {"fields": ["status", "attention", "user", "course"]}),
        (
            "Amounts",
            {"fields": ["listed", "discount", "coupon", "coupon_hold", "tax", "total", "refunded"]},
        ),
        ("Times", {"fields": ["created_at", "paid_at", "expires_at", "updated_at"]}),
        (
            "Stripe",
            {
                "fields": [
                    "checkout_session_id",
                    "payment_intent_id",
                    "receipt_url",
                    "attempt",
                    "livemode",
                ]
            },
        ),
    ]

    @admin.display(description="user")
    def buyer(self, order: Order) -> str:
        return order.user.email

    @admin.display(description="course")
    def title(self, order: Order) -> str:
        return order.course.title

    @admin.display(description="list price")
    def listed(self, order: Order) -> str:
        return currencies.display(order.list_amount, order.currency)

    @admin.display
    def discount(self, order: Order) -> str:
        return currencies.display(order.discount_amount, order.currency)

    @admin.display
    def tax(self, order: Order) -> str:
        return currencies.display(order.tax_amount, order.currency)

    @admin.display
    def total(self, order: Order) -> str:
        return currencies.display(order.total_amount, order.currency)

    @admin.display
    def refunded(self, order: Order) -> str:
        return currencies.display(order.refunded_amount, order.currency)

    # --- What staff can do

    def has_money_permission(self, request: HttpRequest) -> bool:
        return may_touch_money(request)

    @admin.action(description="Look at Stripe again", permissions=["money"])
    def sync_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        for order in queryset:
            self._do(request, order, partial(sync_order, order), "Looked at Stripe again.")

    @admin.action(description="Mark as seen", permissions=["money"])
    def mark_as_seen(self, request: HttpRequest, queryset: QuerySet) -> None:
        for order in queryset:
            seen = partial(order.note, attention="")
            self._do(request, order, seen, f"Seen: {order.attention}")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:order_id>/refund/", wrap(self.refund_view), name="payments_order_refund"),
            path("<path:order_id>/sync/", wrap(self.sync_view), name="payments_order_sync"),
            *super().get_urls(),
        ]

    def refund_view(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Ask how much and why, then give it back."""
        order = self._order(request, order_id)
        form = RefundForm(order, request.POST or None)
        if request.method == "POST" and form.is_valid():
            give = partial(refund_order, order, **form.wanted)
            shown = currencies.display(form.amount, order.currency)
            self._do(request, order, give, f"Refund of {shown}: {form.cleaned_data['reason']}")
            return self._back(order)
        context = {
            **self.admin_site.each_context(request),
            "title": "Refund",
            "opts": self.opts,
            "order": order,
            "form": form,
        }
        return TemplateResponse(request, "admin/payments/order/refund.html", context)

    def sync_view(self, request: HttpRequest, order_id: str) -> HttpResponse:
        order = self._order(request, order_id)
        if request.method == "POST":
            self._do(request, order, partial(sync_order, order), "Looked at Stripe again.")
        return self._back(order)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        context = {
            **(extra_context or {}),
            "may_act": self.has_money_permission(request),
            "is_refundable": order and is_refundable(order),
            "timeline": timeline.of(order) if order else [],
        }
        return super().change_view(request, object_id, form_url, context)

    def _order(self, request: HttpRequest, order_id: str) -> Order:
        order = self.get_object(request, order_id)
        if order is None or not self.has_money_permission(request):
            raise PermissionDenied
        return order

    def _do(self, request: HttpRequest, order: Order, act: Any, done: str) -> None:
        """Do something to an order, write down who did, and say how it went."""
        try:
            act()
        except APIException as error:
            messages.error(request, f"Order {order.pk}: {error.detail}")
        else:
            self.log_change(request, order, done)
            messages.success(request, f"Order {order.pk}: {done}")

    def _back(self, order: Model) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:payments_order_change", args=[order.pk]))
