"""The staff's list of the whole audit log, which nobody changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from lms.admin.audit import with_staff
from lms.admin.pages import ModelAdmin, ReadOnly
from lms.models import AuditEntry


def by_staff(term: str) -> Q | None:
    """Find what the person with a whole e-mail address did."""
    if "@" not in term:
        return None
    person = get_user_model().objects.find_by_email(term)
    return Q(by=person.pk) if person else Q(pk=None)


def by_object(term: str) -> Q | None:
    """Find what was done to the row with an id."""
    return Q(object_id=term) if ObjectId.is_valid(term) or "_" in term[:4] else None


def by_day(term: str) -> Q | None:
    """Find what was done on a day (UTC), written as 2026-11-28: ids are in the order of time."""
    try:
        day = datetime.strptime(term, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    first, last = (ObjectId.from_datetime(at) for at in (day, day + timedelta(days=1)))
    return Q(pk__gte=first, pk__lt=last)


def by_model(term: str) -> Q | None:
    """Find what was done to rows of a model, such as courses.course."""
    return Q(model=term.lower()) if "." in term else None


def by_action(term: str) -> Q:
    return Q(action=term.lower())


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, ModelAdmin):
    list_display = ("at", "staff", "action", "model", "link", "changes", "reason")
    search_by = (by_staff, by_object, by_day, by_model, by_action)
    search_help_text = _(
        "The whole e-mail address of who did it, the id of a row, a day (2026-11-28), a model (courses.course) or an "
        "action (change)."
    )
    ordering = ("-id",)
    list_per_page = 50
    fields = readonly_fields = (
        "at",
        "staff",
        "action",
        "model",
        "link",
        "person",
        "changes",
        "reason",
    )

    def prepare_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Read the staff of all entries at once."""
        with_staff(rows)

    @admin.display(description=_("by"))
    def staff(self, entry: Any) -> str:
        if not hasattr(entry, "staff"):
            with_staff([entry])
        return str(entry.staff or entry.by)

    @admin.display(description=_("object"))
    def link(self, entry: AuditEntry) -> str:
        return link_to(entry.model, entry.object_id)

    @admin.display(description=_("person"))
    def person(self, entry: AuditEntry) -> str:
        label = get_user_model()._meta.label_lower
        return link_to(label, str(entry.person_id)) if entry.person_id else ""

    @admin.display(description=_("changes"))
    def changes(self, entry: AuditEntry) -> str:
        return format_html_join(
            "",
            "<div><b>{}</b>: {} &rarr; {}</div>",
            (
                (name, entry.before.get(name, ""), entry.after.get(name, ""))
                for name in entry.before | entry.after
                if entry.before.get(name) or entry.after.get(name)
            ),
        )


def link_to(model: str, object_id: str) -> str:
    """Return a link to the page of a row, or its id where there is no such page."""
    try:
        options = apps.get_model(model)._meta
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[object_id])
    except (LookupError, ValueError, NoReverseMatch):
        return object_id
    return format_html('<a href="{}">{}</a>', url, object_id)
