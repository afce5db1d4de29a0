"""The staff's list of courses, with the recent revenue of each: the app `courses` knows nothing about money."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.admin import CourseAdmin
from courses.models import Course
from lms import currencies
from payments.ledger import revenue
from payments.permissions import may_see_sales

DAYS = 30


admin.site.unregister(Course)


@admin.register(Course)
class CourseRevenueAdmin(CourseAdmin):
    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if not may_see_sales(request.user):
            return self.list_display
        place = self.list_display.index("rating")
        return (*self.list_display[:place], "revenue", *self.list_display[place:])

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read the revenue of all courses at once."""
        if may_see_sales(request.user):
            amounts = revenue.read_course_revenue((course.pk for course in rows), DAYS)
            for course in rows:
                course.recent_revenue = amounts[course.pk]

    @admin.display(description=format_lazy(_("revenue ({days} days)"), days=DAYS))
    def revenue(self, course: Any) -> str:
        amounts = sorted(course.recent_revenue.items())
        return ", ".join(currencies.display(amount, currency) for currency, amount in amounts)
