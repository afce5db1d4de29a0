"""The runs of the reconciliation and their findings, read-only."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.admin import ModelAdmin, ReadOnly, by_id
from payments.models import ReconciliationRun


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(ReadOnly, ModelAdmin):
    list_display = (
        "started_at",
        "finished_at",
        "dry_run",
        "looked_at",
        "found",
        "repaired",
        "left",
    )
    list_per_page = 50
    search_by = (by_id("pk"),)
    search_help_text = _("The id of a run.")
    ordering = ("-started_at", "-id")
    fields = (
        "started_at",
        "finished_at",
        "days",
        "dry_run",
        "looked_at",
        "found",
        "repaired",
        "left",
        "display_findings",
    )

    @admin.display(description=_("findings"))
    def display_findings(self, run: ReconciliationRun) -> str:
        """Return a table with one finding per row. A run keeps the first findings only; its counts are of all."""
        rows = (
            (finding["outcome"], finding["subject"], finding["problem"]) for finding in run.findings
        )
        table_rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        if not table_rows:
            return gettext("Nothing.")
        return format_html("<table><tbody>{}</tbody></table>", table_rows)
