"""The runs of the clock's jobs; staff with the permission to add one run a job at once."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from lms.admin.pages import ModelAdmin
from lms.admin.search import by_value
from lms.clock import JOBS, runs
from lms.models import JobRun


class RequestForm(forms.ModelForm):
    """Which job is run at once."""

    job = forms.ChoiceField(
        label=_("Job to run at once"),
        choices=[(job.name, job.name) for job in JOBS],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = JobRun
        fields = ("job",)


@admin.register(JobRun)
class JobRunAdmin(ModelAdmin):
    form = RequestForm
    list_before_template = "lms/staff/jobs.html"
    list_display = ("job", "due_at", "outcome", "duration", "last_line")
    list_filter = ("outcome",)
    list_per_page = 50
    search_by = (by_value("job"),)
    search_help_text = _("The whole name of a job.")
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("job",)
        return ("job", "due_at", "started_at", "ended_at", "outcome", "duration", "printed")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        return ("duration", "printed") if obj else ()

    @admin.display(description=_("duration"))
    def duration(self, run: JobRun) -> str:
        return "" if run.duration_ms is None else f"{run.duration_ms / 1000:,.1f} s"

    @admin.display(description=_("last line"))
    def last_line(self, run: JobRun) -> str:
        return run.output.rpartition("\n")[2]

    @admin.display(description=_("last lines"))
    def printed(self, run: JobRun) -> str:
        return format_html('<pre class="staff-json">{}</pre>', run.output) if run.output else ""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @override
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"troubles": runs.troubles()})

    @override
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        runs.request(obj)
