"""The base of every staff page: lists that cost one page, and rows that are only read."""

from collections.abc import Iterable
from typing import Any, override

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.db import models
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold import admin as unfold

from lms import audit
from lms.admin.audit import Audited
from lms.admin.search import SearchRule
from lms.admin.widgets import TextArea
from lms.mongodb.transaction import atomic

TEXT: dict[Any, Any] = {models.TextField: {"widget": TextArea}}


class ModelAdmin(Audited, unfold.ModelAdmin):
    """A list whose cost is that of one page, and changes that the audit log keeps.

    `list_prefetch_related` names what the rows of a page refer to; it is fetched in one query for all rows. Django
    would join it, and MongoDB would join every row before it cuts the page.

    `search_by` lists the rules of the search. The first rule that applies to a term decides. If none applies, Django
    searches `search_fields`; without these, nothing is found.
    """

    list_select_related = ()
    list_prefetch_related: tuple[str, ...] = ()
    search_by: tuple[SearchRule, ...] = ()
    show_full_result_count = False
    formfield_overrides = TEXT

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Any]) -> None:
        """Delete rows, each in a transaction with the look at what refers to it."""
        for row in queryset:
            # Not by the row, which forgets its id when it is deleted: then the transaction could not be repeated.
            rows = type(row)._base_manager.filter(pk=row.pk)
            before = audit.values(row)
            try:
                atomic(rows.delete)()
            except ProtectedError:
                self.message_user(
                    request, _("{row} is in use and stays.").format(row=row), messages.ERROR
                )
            else:
                self.record(request, row, "delete", before=before)

    @override
    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Return to the list, without Django's message of success if the row has stayed."""
        if self.model._base_manager.filter(pk=obj_id).exists():
            return HttpResponseRedirect(
                reverse(f"admin:{self.opts.label_lower.replace('.', '_')}_changelist")
            )
        return super().response_delete(request, obj_display, obj_id)

    @override
    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """Return the same actions for a list and for the page of a row, which has a button of its own to delete."""
        actions: dict[str, Any] = super().get_actions(request)
        if action_location == ActionLocation.CHANGE_FORM:
            actions.pop("delete_selected", None)
        return actions

    @override
    def get_action_choices(
        self,
        request: HttpRequest,
        default_choices: Any = None,
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> list[tuple[str, str]]:
        """Return the actions for a list or for one row. Unfold's own method does not know the place yet."""
        blank = [("", _("Select action"))]
        return admin.ModelAdmin.get_action_choices(self, request, blank, action_location)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related(*self.list_prefetch_related)

    def get_search_fields(self, request: HttpRequest) -> list[str] | tuple[str, ...]:
        """Return the fields of Django's own search. Without any, Django hides the search box: name the key then."""
        return super().get_search_fields(request) or (("pk",) if self.search_by else ())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        for rule in self.search_by:
            condition = rule(term)
            if condition is not None:
                return queryset.filter(condition), False
        if self.search_by and not self.search_fields:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)


class TabularInline(unfold.TabularInline):
    """The rows of another model on a page, as a table."""

    formfield_overrides = TEXT


class ReadOnly:
    """A mixin for a ModelAdmin or an inline whose rows nobody adds, changes or deletes."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
