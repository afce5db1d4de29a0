"""The orders of a person for a course, beside the answer why they can or cannot watch it."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.panels import link
from courses.models import Course
from learning.access import Access
from learning.diagnosis import Part, Remedy
from payments.admin import timeline
from payments.fulfilment.sync import sync_order
from payments.models import Order

MAX_ORDERS = 5
"""How many of a person's orders for a course are shown, the newest first."""


def examine_orders(user: User, course: Course, access: Access) -> Part:
    """Show what happened with each order; staff let one follow Stripe again."""
    orders = list(
        Order.objects.filter(user=user, course=course).order_by("-created_at")[:MAX_ORDERS]
    )
    rows = [
        (
            link(order, order.get_status_display()),
            moment.at,
            moment.what,
            moment.amount,
            moment.state,
        )
        for order in orders
        for moment in timeline.list_moments(order)
    ]
    notes = [
        _("Order {order} needs attention: {text}").format(order=order.pk, text=order.attention)
        for order in orders
        if order.attention
    ]
    remedies = (
        Remedy(
            _("Check order {order} with Stripe again").format(order=order.pk),
            "payments.refund_order",
            f"sync {order.pk}",
            partial(_sync, order),
            is_outside=True,
        )
        for order in orders
    )
    return Part(
        gettext_lazy("Orders"),
        permission="payments.view_order",
        sentences=notes if orders else (_("They never ordered the course."),),
        headings=(_("order"), _("when"), _("what"), _("amount"), _("state")),
        rows=rows,
        remedies=remedies,
    )


def _sync(order: Order, by: User, reason: str) -> None:
    sync_order(order)
