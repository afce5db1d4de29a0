"""The base of the staff's pages whose rows belong to a person and a course."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from lms.admin import ModelAdmin, SearchRule, any_of, by_beginning, by_id, by_person

by_person_or_course = any_of(by_person("user"), by_beginning(Course, "title_key", "course"))


class OfPersonAndCourse(ModelAdmin):
    """A page of rows with a person and a course: found by either, never deleted."""

    search_by: tuple[SearchRule, ...] = (by_id("pk", "user", "course"), by_person_or_course)
    search_help_text = _(
        "The beginning of the person's e-mail address or name or of the course's title, or an id."
    )
    ordering: ClassVar[tuple[str, ...]] = ("-id",)
    list_prefetch_related = ("user", "course")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("person"))
    def person(self, row: Any) -> str:
        return str(row.user)
