"""The staff's list of courses, with the recent revenue of each: the app `courses` knows nothing about money."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.admin import CourseAdmin
from courses.models import Course
from lms import currencies
from payments.ledger import revenue
from payments.permissions import may_see_sales

DAYS = 30


class RevenueChangeList(ChangeList):
    """A page of courses; the revenue of all of them is read in one query."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if "revenue" in self.list_display:
            amounts = revenue.read_course_revenue((course.pk for course in self.result_list), DAYS)
            for course in self.result_list:
                course.recent_revenue = amounts[course.pk]


admin.site.unregister(Course)


@admin.register(Course)
class CourseRevenueAdmin(CourseAdmin):
    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if not may_see_sales(request.user):
            return self.list_display
        place = self.list_display.index("rating")
        return (*self.list_display[:place], "revenue", *self.list_display[place:])

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RevenueChangeList

    @admin.display(description=format_lazy(_("revenue ({days} days)"), days=DAYS))
    def revenue(self, course: Any) -> str:
        amounts = sorted(course.recent_revenue.items())
        return ", ".join(currencies.display(amount, currency) for currency, amount in amounts)
