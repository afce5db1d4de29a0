"""Who may act on money."""

from django.http import HttpRequest


def may_touch_money(request: HttpRequest) -> bool:
    """May this member of staff give money back and act on orders?"""
    return request.user.has_perm("payments.change_order")
