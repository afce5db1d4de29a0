"""The staff's page of questions, with their keys."""

from typing import Any

from django.contrib import admin
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from assessments.admin.words import show_key, show_points
from assessments.models import Question, QuestionRevision
from lms.admin import ModelAdmin, ReadOnly, by_id, by_person
from lms.admin.tables import render_table

MAX_REVISIONS = 50
"""How many revisions a question's page shows, the newest first."""


@admin.register(Question)
class QuestionAdmin(ReadOnly, ModelAdmin):
    list_display = ("text", "kind", "in_points", "retired", "revision", "owner", "created_at")
    list_prefetch_related = ("owner",)
    search_by = (by_id("pk", "owner"), by_person("owner"))
    search_help_text = _(
        "The beginning of the instructor's e-mail address or name, or the id of a question or of an instructor."
    )
    ordering = ("-created_at", "-id")
    fields = readonly_fields = (
        "owner",
        "kind",
        "prompt_shown",
        "choices",
        "key_shown",
        "in_points",
        "explanation_shown",
        "tags",
        "retired",
        "created_at",
        "updated_at",
        "revisions_shown",
    )

    @admin.display(description=_("prompt"))
    def text(self, question: Question) -> str:
        return Truncator(strip_tags(question.prompt_html)).chars(80)

    @admin.display(description=_("points"))
    def in_points(self, question: Question) -> str:
        return show_points(question.points)

    @admin.display(description=_("prompt"))
    def prompt_shown(self, question: Question) -> SafeString:
        return mark_safe(question.prompt_html)  # noqa: S308 (sanitized when it was written)

    @admin.display(description=_("options"))
    def choices(self, question: Question) -> str:
        return ", ".join(option.text for option in question.options)

    @admin.display(description=_("key"))
    def key_shown(self, question: Question) -> str:
        return show_key(question)

    @admin.display(description=_("explanation"))
    def explanation_shown(self, question: Question) -> SafeString:
        return mark_safe(question.explanation_html)  # noqa: S308 (sanitized when it was written)

    @admin.display(description=_("revisions"))
    def revisions_shown(self, question: Any) -> str:
        found = QuestionRevision.objects.filter(question=question)
        rows = (
            (each.revision, each.created_at, show_points(each.points), each.prompt)
            for each in found.order_by("-revision")[:MAX_REVISIONS]
        )
        return render_table((_("number"), _("when"), _("points"), _("prompt")), rows)
