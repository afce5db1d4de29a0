"""The courses' list, and in it what each brought lately: `courses` itself knows nothing of the books."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from courses.admin import CourseAdmin
from courses.models import Course
from lms import currencies
from payments.ledger import revenue

DAYS = 30


class CourseList(ChangeList):
    """A page of courses; what they brought is read at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if "revenue" in self.list_display:
            brought = revenue.of_courses((course.pk for course in self.result_list), DAYS)
            for course in self.result_list:
                course.brought = brought[course.pk]


admin.site.unregister(Course)


@admin.register(Course)
class SoldCourseAdmin(CourseAdmin):
    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if not request.user.has_perm("payments.view_order"):
            return self.list_display
        place = self.list_display.index("rating")
        return (*self.list_display[:place], "revenue", *self.list_display[place:])

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CourseList

    @admin.display(description=f"revenue ({DAYS} days)")
    def revenue(self, course: Any) -> str:
        amounts = sorted(course.brought.items())
        return ", ".join(currencies.display(amount, currency) for currency, amount in amounts)
