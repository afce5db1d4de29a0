"""Orders: one page shows everything about a purchase, and lets staff refund it or sync it with Stripe."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from bson import ObjectId
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException

from courses.admin import by_person_or_course
from lms import currencies
from lms.admin import FactFilter, ModelAdmin, ReadOnly, by_id, by_prefix
from lms.admin.widgets import TextArea
from lms.drf import OBJECT_ID
from lms.forms import MoneyField
from payments.admin import timeline
from payments.exceptions import RefundDelayed
from payments.fulfilment.sync import sync_order
from payments.models import Order
from payments.permissions import may_act_on_money
from payments.refunds import is_refundable, refund_order

ABOUT = _("Order {order}: {text}")


def note_seen(order_id: ObjectId) -> None:
    """Remove what draws attention to an order, as it is now. Raises `Contention`."""
    Order.objects.get(pk=order_id).note(attention="")


class AttentionFilter(FactFilter):
    title = _("which orders")
    facts: ClassVar = {"attention": (_("need attention"), Order.NEEDS_ATTENTION)}


class RefundForm(forms.Form):
    """An amount in the currency's main unit, as people write it, and a reason.

    The refund's id is chosen when the page is shown, so that a form sent twice makes one refund.
    """

    refund_id = forms.RegexField(
        f"^{OBJECT_ID}$", required=False, initial=ObjectId, widget=forms.HiddenInput
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=TextArea(attrs={"rows": 3}))

    def __init__(self, order: Order, data: Any = None) -> None:
        super().__init__(data)
        places = currencies.digits(order.currency)
        self.fields["amount"] = MoneyField(
            currency=order.currency,
            label=gettext("Amount ({currency})").format(currency=order.currency.upper()),
            min_value=Decimal(currencies.step(order.currency)).scaleb(-places),
            max_value=Decimal(order.refundable_amount).scaleb(-places),
            initial=order.refundable_amount,
        )
        self.order_fields(("amount", "reason"))

    @property
    def amount(self) -> int:
        """The exact amount in minor units."""
        return int(self.cleaned_data["amount"])

    @property
    def chosen_id(self) -> ObjectId | None:
        chosen = self.cleaned_data["refund_id"]
        return ObjectId(chosen) if chosen else None


@admin.register(Order)
class OrderAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "status", "attention", "total", "refunded", "buyer", "title")
    list_prefetch_related = ("user", "course")
    list_filter = ("status", AttentionFilter)
    list_per_page = 50
    amounts: ClassVar = {"total": "total_amount", "refunded": "refunded_amount"}
    search_by = (
        by_id("pk", "user", "course"),
        by_prefix("cs_", "checkout_session_id"),
        by_prefix("pi_", "payment_intent_id"),
        by_person_or_course,
    )
    search_help_text = _(
        "The beginning of the buyer's e-mail address or name or of the course's title, or the id of an order, of a "
        "checkout (cs_) or of a payment (pi_)."
    )
    ordering = ("-created_at", "-id")
    actions = ("sync_selected", "mark_as_seen")
    change_form_template = "admin/payments/order/change_form.html"
    fieldsets = (
        (None, {"fields": ("status", "attention", "user", "course")}),
        (
            _("Amounts"),
            {
                "description": _(
                    "Coupon hold: whether a use of the coupon is reserved, redeemed or released."
                ),
                "fields": (
                    "list_price",
                    "discount",
                    "coupon_code",
                    "coupon_hold",
                    "tax",
                    "total",
                    "refunded",
                ),
            },
        ),
        (_("Times"), {"fields": ("created_at", "paid_at", "expires_at", "updated_at")}),
        (
            "Stripe",
            {
                "description": _(
                    "The ids of this purchase in Stripe's dashboard. Livemode: real money, not a test."
                ),
                "fields": (
                    "checkout_session_id",
                    "payment_intent_id",
                    "receipt_url",
                    "attempt",
                    "livemode",
                ),
            },
        ),
    )

    @admin.display(description=_("user"))
    def buyer(self, order: Order) -> str:
        return order.user.email

    @admin.display(description=_("course"))
    def title(self, order: Order) -> str:
        return order.course.title

    @admin.display(description=_("list price"))
    def list_price(self, order: Order) -> str:
        return currencies.display(order.list_amount, order.currency)

    @admin.display(description=_("discount"))
    def discount(self, order: Order) -> str:
        return currencies.display(order.discount_amount, order.currency)

    @admin.display(description=_("coupon"))
    def coupon_code(self, order: Order) -> str:
        return order.coupon["code"] if order.coupon else "-"

    @admin.display(description=_("tax"))
    def tax(self, order: Order) -> str:
        return currencies.display(order.tax_amount, order.currency)

    @admin.display(description=_("total"))
    def total(self, order: Order) -> str:
        return currencies.display(order.total_amount, order.currency)

    @admin.display(description=_("refunded"))
    def refunded(self, order: Order) -> str:
        return currencies.display(order.refunded_amount, order.currency)

    # --- What staff can do

    def has_money_permission(self, request: HttpRequest) -> bool:
        return may_act_on_money(request.user)

    @admin.action(description=_("Check with Stripe again"), permissions=("money",))
    def sync_selected(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        for order in queryset:
            self._sync(request, order)

    @admin.action(description=_("Mark as seen"), permissions=("money",))
    def mark_as_seen(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        for order in queryset:
            done = gettext("Marked as seen: {attention}").format(attention=order.attention)
            self._act(request, order, "mark_as_seen", partial(note_seen, order.pk), done=done)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<path:order_id>/refund/", wrap(self.refund_view), name="payments_order_refund"),
            path("<path:order_id>/sync/", wrap(self.sync_view), name="payments_order_sync"),
            *super().get_urls(),
        ]

    def refund_view(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Show the refund form; on POST refund the amount."""
        order = self._get_order(request, order_id)
        form = RefundForm(order, request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._refund(request, order, form)
            return self._redirect_to(order)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Refund"),
            "opts": self.opts,
            "order": order,
            "form": form,
        }
        return TemplateResponse(request, "admin/payments/order/refund.html", context)

    def sync_view(self, request: HttpRequest, order_id: str) -> HttpResponse:
        order = self._get_order(request, order_id)
        if request.method == "POST":
            self._sync(request, order)
        return self._redirect_to(order)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        order = self.get_object(request, object_id)
        context = {
            **(extra_context or {}),
            "may_act": self.has_money_permission(request),
            "is_refundable": order and is_refundable(order),
            "timeline": timeline.list_moments(order) if order else (),
        }
        return super().change_view(request, object_id, form_url, context)

    def _get_order(self, request: HttpRequest, order_id: str) -> Order:
        order: Order | None = self.get_object(request, order_id)
        if order is None or not self.has_money_permission(request):
            raise PermissionDenied
        return order

    def _sync(self, request: HttpRequest, order: Order) -> None:
        done = gettext("Checked with Stripe again.")
        self._act(request, order, "sync", partial(sync_order, order), done=done, is_outside=True)

    def _refund(self, request: HttpRequest, order: Order, form: RefundForm) -> None:
        amount, reason = form.amount, form.cleaned_data["reason"]
        refund = partial(
            refund_order, order, amount=amount, reason=reason, refund_id=form.chosen_id
        )
        done = gettext("Refund of {amount}: {reason}").format(
            amount=currencies.display(amount, order.currency), reason=reason
        )
        self._act(request, order, "refund", refund, done=done, reason=reason, is_outside=True)

    def _act(
        self,
        request: HttpRequest,
        order: Order,
        action: str,
        act: Callable[[], object],
        *,
        done: str,
        reason: str = "",
        is_outside: bool = False,
    ) -> None:
        """Call `act`; record who did it, and show the result or the error."""
        try:
            self.perform(request, order, action, act, reason=reason, is_outside=is_outside)
        except RefundDelayed as error:  # it is stored, and made later
            self.record(request, order, action, reason=reason)
            messages.warning(request, ABOUT.format(order=order.pk, text=error.detail))
        except APIException as error:
            messages.error(request, ABOUT.format(order=order.pk, text=error.detail))
        else:
            messages.success(request, ABOUT.format(order=order.pk, text=done))

    def _redirect_to(self, order: Order) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:payments_order_change", args=(order.pk,)))
