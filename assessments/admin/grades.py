"""The staff's list of all grade lines, which nobody changes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.admin.words import show_score
from assessments.models import Grade
from lms.admin import ModelAdmin, ReadOnly, by_id


@admin.register(Grade)
class GradeAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "created_at",
        "result",
        "source",
        "attempt_id",
        "submission_id",
        "number",
        "grader",
        "reason",
    )
    search_by = (by_id("pk", "attempt", "submission"),)
    search_help_text = _("The id of a grade, of an attempt or of a submission.")
    ordering = ("-id",)
    list_per_page = 50
    fields = readonly_fields = (
        "created_at",
        "result",
        "source",
        "attempt",
        "question",
        "submission",
        "number",
        "grader",
        "reason",
        "feedback",
    )

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read who graded, for all rows at once."""
        people = User.objects.in_bulk({row.by for row in rows if row.by})
        for row in rows:
            row.person = people.get(row.by)

    @admin.display(description=_("score"))
    def result(self, line: Grade) -> str:
        return show_score(line.score, line.max_score)

    @admin.display(description=_("by"))
    def grader(self, line: Any) -> str:
        if not hasattr(line, "person"):
            line.person = User.objects.filter(pk=line.by).first() if line.by else None
        return str(line.person or line.by or "")
