"""What a person's page in the admin shows of their orders and coupons."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import MAX_ROWS, Panel, Rows, link
from courses.panels import find_titles
from lms import currencies
from payments.coupons import HELD, display_discount
from payments.models import Coupon, Order


def list_orders(user: User) -> Rows:
    rows = list(Order.objects.filter(user=user).order_by("-created_at", "-pk")[:MAX_ROWS])
    courses = find_titles({row.course_id for row in rows})
    for row in rows:
        course = courses.get(row.course_id)
        amounts = (row.total_amount, row.refunded_amount)
        total, refunded = (currencies.display(amount, row.currency) for amount in amounts)
        title = link(row, course.title if course else row.pk)
        yield title, row.get_status_display(), total, refunded, row.attention, row.created_at


def list_used_coupons(user: User) -> Rows:
    held = Order.objects.filter(user=user, coupon_hold__in=HELD)
    for row in held.order_by("-created_at", "-pk")[:MAX_ROWS]:
        code = row.coupon["code"] if row.coupon else ""
        discount = currencies.display(row.discount_amount, row.currency)
        yield link(row, code), discount, row.get_coupon_hold_display(), row.created_at


def list_made_coupons(user: User) -> Rows:
    rows = Coupon.objects.owned_by(user).order_by("-created_at", "-pk")[:MAX_ROWS]
    for row in rows:
        yield link(row, row.code), display_discount(row), row.redeemed, row.ends_at


PANELS = (
    Panel(
        "coupons_made",
        _("Coupons made"),
        Coupon,
        "owner__id__exact={}",
        (_("code"), _("discount"), _("redeemed"), _("end")),
        list_made_coupons,
    ),
    Panel(
        "coupons_used",
        _("Coupons used"),
        Order,
        "user__id__exact={}",
        (_("code"), _("discount"), _("use"), _("when")),
        list_used_coupons,
    ),
    Panel(
        "orders",
        _("Orders"),
        Order,
        "user__id__exact={}",
        (_("course"), _("status"), _("total"), _("refunded"), _("attention"), _("when")),
        list_orders,
    ),
)
