"""The base of every staff page: lists that cost one page, and rows that are only read."""

import re
from collections.abc import Iterable
from typing import Any, override

from django.contrib import admin, messages
from django.contrib.admin.options import ActionLocation
from django.db import models
from django.db.models import Model, ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold import admin as unfold

from lms.admin.audit import Audited
from lms.admin.exports import Exported
from lms.admin.lists import BoundedLists
from lms.admin.widgets import TextArea

JOIN = re.compile(r": \w+_\w+ object \([0-9a-f]{24}\)$")

TEXT: dict[Any, Any] = {models.TextField: {"widget": TextArea}}


class ModelAdmin(Audited, Exported, BoundedLists, unfold.ModelAdmin):
    """A list whose cost is that of one page, and changes that the audit log keeps."""

    formfield_overrides = TEXT

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Any]) -> None:
        """Delete rows, each in a transaction with the look at what refers to it."""
        for row in queryset:
            # Not by the row, which forgets its id when it is deleted: then the transaction could not be repeated.
            rows = type(row)._base_manager.filter(pk=row.pk)
            try:
                self.perform(request, row, "delete", rows.delete)
            except ProtectedError:
                self.message_user(
                    request, _("{row} is in use and stays.").format(row=row), messages.ERROR
                )

    @override
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what is deleted too, without the rows that only join two others: no words name them, and they are counted."""
        lines, *others = super().get_deleted_objects(objs, request)
        return _without_joins(lines), *others

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


def _without_joins(lines: list[Any]) -> list[Any]:
    """Return nested lines of Django's page without those such as "Group_permissions object (5f...)"."""
    nested = [_without_joins(each) if isinstance(each, list) else each for each in lines]
    return [each for each in nested if each and not (isinstance(each, str) and JOIN.search(each))]


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
