"""The events of the last weeks: what was done to which object, and when."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from lms.admin.entries import link_to
from lms.admin.pages import ModelAdmin, ReadOnly
from lms.admin.search import by_id
from lms.events import TYPES
from lms.models import Event

MODELS = {
    "user": "accounts.user",
    "order": "payments.order",
    "enrollment": "learning.enrollment",
    "lecture": "learning.enrollment",
    "certificate": "certificates.certificate",
    "attempt": "assessments.attempt",
    "submission": "assessments.submission",
}
"""The model of an event's object, by the first word of its type."""


class TypeFilter(admin.SimpleListFilter):
    """A list cut to the events of one type."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(type, type) for type in TYPES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnly, ModelAdmin):
    list_display = ("created_at", "type", "link", "facts", "number")
    list_filter = (TypeFilter,)
    list_per_page = 50
    search_by = (by_id("object_id"),)
    search_help_text = _("The id of a person, an order, an enrollment or another object.")
    ordering = ("-id",)
    fields = readonly_fields = ("created_at", "type", "link", "facts", "number", "expires_at")

    @admin.display(description=_("object"))
    def link(self, event: Event) -> str:
        model = MODELS[event.type.partition(".")[0]]
        return link_to(model, str(event.object_id))

    @admin.display(description=_("data"))
    def facts(self, event: Any) -> str:
        return format_html_join("", "<div><b>{}</b>: {}</div>", event.data.items())
