"""The staff's page of quizzes: what they ask, and who has more time or more attempts."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.admin.pages import OfLecture
from assessments.models import Allowance, Question, Quiz
from learning.models import Enrollment
from lms.admin.tables import render_table

MAX_ALLOWANCES = 50
"""How many students with an allowance a quiz's page shows, the newest first."""


@admin.register(Quiz)
class QuizAdmin(OfLecture):
    list_display = (
        "lecture",
        "of_course",
        "passing_percent",
        "max_attempts",
        "time_limit_seconds",
        "show_key",
        "has_attempts",
        "created_at",
    )
    fields = readonly_fields = (
        "lecture",
        "of_course",
        "asks",
        "passing_percent",
        "max_attempts",
        "time_limit_seconds",
        "cooldown_seconds",
        "shuffle",
        "show_key",
        "counts",
        "has_attempts",
        "created_at",
        "updated_at",
        "allowances_shown",
    )

    @admin.display(description=_("questions"))
    def asks(self, quiz: Quiz) -> str:
        known = Question.objects.in_bulk(quiz.questions)
        by_id = {str(pk): str(question) for pk, question in known.items()}
        rows = ((number, _describe(item, by_id)) for number, item in enumerate(quiz.items, 1))
        return render_table((_("number"), _("question")), rows)

    @admin.display(description=_("allowances"))
    def allowances_shown(self, quiz: Quiz) -> str:
        found = list(Allowance.objects.filter(quiz=quiz)[:MAX_ALLOWANCES])
        students = dict(
            Enrollment.objects.filter(pk__in=[each.enrollment_id for each in found]).values_list(
                "pk", "user"
            )
        )
        people = User.objects.in_bulk(set(students.values()))
        rows = (
            (
                people.get(students.get(each.enrollment_id)),
                each.extra_seconds,
                each.extra_attempts,
                each.reason,
                each.created_at,
            )
            for each in found
        )
        headings = (_("student"), _("more seconds"), _("more attempts"), _("reason"), _("when"))
        return render_table(headings, rows)


def _describe(item: dict[str, Any], prompts: dict[str, str]) -> str:
    """Return the prompt of a question, or how many are drawn by which tags."""
    if draw := item.get("draw"):
        tags = ", ".join(draw["tags"])
        return gettext("{count} drawn by the tags {tags}").format(count=draw["count"], tags=tags)
    pk = str(item["question"])
    return prompts.get(pk, pk)
