"""Pages that show and do not change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from lms.admin import ReadOnly


def may_touch_money(request: HttpRequest) -> bool:
    """May this member of staff give money back and act on orders?"""
    return request.user.has_perm("payments.change_order")


class Lines(ReadOnly, admin.TabularInline):
    """Rows of something beside an order."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields
