"""The staff's pages of assignments and of what students hand in."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.panels import link
from assessments.admin.pages import OfLecture, OfStudent
from assessments.admin.words import show_points
from assessments.models import Assignment, Grade, Submission
from lms.admin.tables import render_table
from media.models import Asset

MAX_GRADES = 50
"""How many grade lines a submission's page shows, the newest first."""


@admin.register(Assignment)
class AssignmentAdmin(OfLecture):
    list_display = (
        "lecture",
        "of_course",
        "in_points",
        "due_at",
        "late",
        "has_submissions",
        "created_at",
    )
    fields = readonly_fields = (
        "lecture",
        "of_course",
        "asked",
        "in_points",
        "criteria",
        "due_at",
        "late",
        "accept",
        "max_files",
        "passing_percent",
        "has_submissions",
        "created_at",
        "updated_at",
    )

    @admin.display(description=_("instructions"))
    def asked(self, assignment: Assignment) -> SafeString:
        return mark_safe(assignment.instructions_html)  # noqa: S308 (sanitized when it was written)

    @admin.display(description=_("points"))
    def in_points(self, assignment: Assignment) -> str:
        return show_points(assignment.points)

    @admin.display(description=_("rubric"))
    def criteria(self, assignment: Assignment) -> str:
        rows = ((each["title"], show_points(each["points"])) for each in assignment.rubric)
        return render_table((_("criterion"), _("points")), rows)


@admin.register(Submission)
class SubmissionAdmin(OfStudent):
    list_display = (
        "created_at",
        "student",
        "lecture",
        "status",
        "is_late",
        "result",
        "passed",
        "submitted_at",
    )
    ordering = ("-created_at", "-id")
    fields = readonly_fields = (
        "user",
        "lecture",
        "course",
        "status",
        "text",
        "handed_in",
        "is_late",
        "submitted_at",
        "result",
        "passed",
        "feedback",
        "created_at",
        "updated_at",
        "grades_shown",
    )

    @admin.display(description=_("files"))
    def handed_in(self, submission: Submission) -> str:
        files = Asset.objects.in_bulk(submission.files)
        rows = (
            (link(files[pk], files[pk].original_name), files[pk].bytes, files[pk].status)
            for pk in submission.files
            if pk in files
        )
        return render_table((_("name"), _("bytes"), _("status")), rows)

    @admin.display(description=_("grades"))
    def grades_shown(self, submission: Any) -> str:
        lines = list(Grade.objects.filter(submission=submission).order_by("-pk")[:MAX_GRADES])
        people = User.objects.in_bulk({line.by for line in lines if line.by})
        rows = (
            (
                line.created_at,
                show_points(line.score),
                line.get_source_display(),
                people.get(line.by) or line.by,
                line.reason,
                line.feedback,
            )
            for line in lines
        )
        return render_table(
            (_("when"), _("score"), _("source"), _("by"), _("reason"), _("feedback")), rows
        )
