"""The base of the staff's pages of what belongs to a lecture."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assessments.admin.words import show_score
from courses.models import Lecture
from lms.admin import ModelAdmin, ReadOnly, by_id, by_person
from lms.models import name_of


class OfLecture(ReadOnly, ModelAdmin):
    """A page of rows that belong to a lecture, which nobody changes here."""

    list_prefetch_related: tuple[str, ...] = ("lecture__course",)
    search_by = (by_id("pk", "lecture"),)
    search_help_text = _("The id of a row here or of its lecture.")
    ordering = ("-id",)

    @admin.display(description=_("course"))
    def of_course(self, row: Any) -> str:
        try:
            return name_of(row.lecture, "course")
        except Lecture.DoesNotExist:
            return name_of(row, "lecture")


class OfStudent(ReadOnly, ModelAdmin):
    """A page of rows that belong to a student and a lecture, which nobody changes here."""

    list_prefetch_related = ("user", "lecture")
    search_by = (by_id("pk", "user"), by_person("user"))
    search_help_text = _("The beginning of the student's e-mail address or name, or an id.")
    list_per_page = 50

    @admin.display(description=_("student"))
    def student(self, row: Any) -> str:
        return name_of(row, "user")

    @admin.display(description=_("score"))
    def result(self, row: Any) -> str:
        """Return what the row scored, in points and in percent."""
        return (
            ""
            if row.percentage is None
            else f"{show_score(row.score, row.max_score)} ({row.percentage} %)"
        )
