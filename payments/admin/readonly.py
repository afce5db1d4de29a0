"""Pages that show and do not change."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from accounts.models import User
from courses.models import Course


def may_touch_money(request: HttpRequest) -> bool:
    """May this member of staff give money back and act on orders?"""
    user: Any = request.user
    return bool(user.has_perm("payments.change_order"))


class ReadOnly:
    """For a ModelAdmin or an inline: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Lines(ReadOnly, admin.TabularInline):
    """Rows of something beside an order."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields


class PeopleAndCourses(ChangeList):
    """Fetch whom a page of orders names with two queries more, where a join would read every order first."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        orders = list(self.result_list)
        users = User.objects.in_bulk({order.user_id for order in orders})
        courses = Course.objects.in_bulk({order.course_id for order in orders})
        for order in orders:
            order.user, order.course = users[order.user_id], courses[order.course_id]
        self.result_list = orders
