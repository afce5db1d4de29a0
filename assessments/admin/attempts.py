"""The staff's page of attempts: what was asked, what was answered, and a timeline of what happened."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from assessments.admin import timeline
from assessments.admin.pages import OfStudent
from assessments.admin.words import show_points, show_response
from assessments.models import Attempt
from assessments.models.question import Kind
from lms.admin import by_id, by_person

LARGE = ("questions", "question_ids", "responses", "results")
"""What only the page of one attempt reads: up to a megabyte."""


@admin.register(Attempt)
class AttemptAdmin(OfStudent):
    list_display = (
        "started_at",
        "student",
        "lecture",
        "number",
        "status",
        "needs_grading",
        "result",
        "passed",
        "submitted_at",
    )
    search_by = (by_id("pk", "user", "lecture"), by_person("user"))
    ordering = ("-started_at", "-id")
    change_form_template = "admin/assessments/attempt/change_form.html"
    fieldsets = (
        (None, {"fields": ("user", "lecture", "course", "number", "status", "needs_grading")}),
        (_("Result"), {"fields": ("result", "passing_percent", "passed")}),
        (
            _("Times"),
            {
                "fields": (
                    "started_at",
                    "time_limit_seconds",
                    "expires_at",
                    "submitted_at",
                    "submitted_by",
                    "graded_at",
                )
            },
        ),
    )
    readonly_fields = ("result",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer(*LARGE)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        attempt = found and Attempt.objects.filter(pk=found.pk).first()
        context = {
            **(extra_context or {}),
            "questions": _list_questions(attempt) if attempt else (),
            "timeline": timeline.list_moments(attempt) if attempt else (),
        }
        return super().change_view(request, object_id, form_url, context)


def _list_questions(attempt: Attempt) -> Iterator[dict[str, Any]]:
    """Yield each question of an attempt with its response and its score; keys are on the pages of the questions."""
    for number, question in enumerate(attempt.questions, 1):
        saved = attempt.responses.get(question["id"])
        result = attempt.results.get(question["id"])
        yield {
            "number": number,
            "kind": Kind(question["kind"]).label,
            "prompt": strip_tags(question["prompt_html"]),
            "response": saved and show_response(question, saved["response"]),
            "score": result and show_points(result["score"]),
            "points": show_points(question["points"]),
            "feedback": result and result["feedback"],
        }
