"""Which members of staff may see the sales and act on money."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


def may_see_sales(user: User | AnonymousUser) -> bool:
    """Return whether this member of staff may see orders and revenue."""
    return user.has_perm("payments.view_order")


def may_act_on_money(user: User | AnonymousUser) -> bool:
    """Return whether this member of staff may refund and sync orders, and process events again."""
    return user.has_perm("payments.refund_order")


def may_see_figures(user: User | AnonymousUser) -> bool:
    """Return whether this member of staff may see what is sold, on the first page."""
    return user.has_perm("payments.view_figures")
