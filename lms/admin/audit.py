"""What every staff page adds to the audit log by itself: rows added, changed and deleted."""

from collections.abc import Callable, Iterable
from copy import copy
from functools import partial
from typing import Any, cast, override

from bson import ObjectId
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from lms import audit
from lms.models import AuditEntry
from lms.mongodb.transaction import atomic

MAX_ENTRIES = 100
"""How many entries the history of a row shows."""

SAVE_BUTTONS = ("_save", "_continue", "_addanother")

type Change = tuple[dict[str, Any], dict[str, Any], str]
"""The values of a row before and after a form was saved, and the reason that the form asked for."""


def with_staff(entries: Iterable[AuditEntry]) -> list[AuditEntry]:
    """Give each entry `staff`, the member of staff whose id it holds, or None."""
    rows = list(entries)
    staff = get_user_model().objects.in_bulk({entry.by for entry in rows})
    for entry in rows:
        entry.staff = staff.get(entry.by)  # type: ignore[attr-defined]  # for templates
    return rows


class Audited(ModelAdmin):
    """A page whose forms, deletions and inlines leave entries in the audit log, in place of Django's own log.

    A form and its entries are saved in one transaction. An action that calls a service does so by `perform`.
    """

    object_history_template = "lms/staff/history.html"

    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save a form, or do the action that was chosen on its page: that has transactions of its own."""
        view = super().changeform_view
        is_action = f"{ActionLocation.CHANGE_FORM.value}-action" in request.POST
        if request.method == "POST" and (not is_action or set(SAVE_BUTTONS) & request.POST.keys()):
            view = atomic(view)
        return view(request, object_id, form_url, extra_context)

    @override
    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        # The form's own row has the new values since it was validated.
        form.before = audit.stored(form.instance) if change else {}
        return super().save_form(request, form, change)

    @override
    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[Any], change: bool
    ) -> None:
        deleted = [
            copy(each.instance)
            for rows in formsets
            for each in rows.deleted_forms
            if each.instance.pk
        ]
        super().save_related(request, form, formsets, change)
        for row in deleted:
            self.record(request, row, "delete", before=audit.values(row))
        for formset in formsets:
            for row in formset.new_objects:
                self.record(request, row, "add", after=audit.stored(row))
            for row, names in formset.changed_objects:
                [initial] = [each.initial for each in formset.forms if each.instance is row]
                after = audit.stored(row)
                before = {name: initial.get(name) for name in names}
                self.record(
                    request, row, "change", before=before, after={n: after.get(n) for n in names}
                )

    @override
    def construct_change_message(  # type: ignore[override]  # it is for the two methods below
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Change:
        before, after = audit.differences(form.before, audit.stored(form.instance))
        return before, after, form.cleaned_data.get("reason", "")

    @override
    def log_addition(  # type: ignore[override]  # our entry in place of Django's
        self, request: HttpRequest, obj: Model, message: Any
    ) -> None:
        _before, after, reason = message
        self.record(request, obj, "add", after=after, reason=reason)

    @override
    def log_change(  # type: ignore[override]  # the same
        self, request: HttpRequest, obj: Model, message: Any
    ) -> None:
        """Record what a form changed, if it changed something."""
        before, after, reason = message
        if before or after or reason:
            self.record(request, obj, "change", before=before, after=after, reason=reason)

    @override
    def log_deletions(  # type: ignore[override]  # the same
        self, request: HttpRequest, queryset: Iterable[Model]
    ) -> None:
        """Do nothing: Django calls it before it knows whether the rows go. `delete_queryset` records them."""

    def record(self, request: HttpRequest, row: Model, action: str, **what: Any) -> None:
        """Add an entry about a row by the user of the request (`lms.audit.record`)."""
        audit.record(cast(ObjectId, request.user.pk), row, action, **what)

    def perform(
        self,
        request: HttpRequest,
        row: Model,
        action: str,
        act: Callable[[], Any],
        *,
        reason: str = "",
        is_outside: bool = False,
    ) -> Any:
        """Call `act` and record it by the user of the request (`lms.audit.perform`, or `perform_outside`)."""
        perform = audit.perform_outside if is_outside else audit.perform
        return perform(cast(ObjectId, request.user.pk), row, action, act, reason=reason)

    def perform_all[Row: Model](
        self,
        request: HttpRequest,
        rows: Iterable[Row],
        action: str,
        act: Callable[[Row], Any],
        *,
        reason: str = "",
    ) -> int:
        """Do the same with each row (`perform`); return for how many something was done."""
        done = 0
        for row in rows:
            result = self.perform(request, row, action, partial(act, row), reason=reason)
            done += result is not False
        return done

    @override
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):  # before anybody learns what is there
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return super().history_view(request, object_id)
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        entries = AuditEntry.objects.filter(object_id=str(row.pk), model=self.opts.label_lower)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: {row}").format(row=row),
            "opts": self.opts,
            "object": row,
            "entries": with_staff(entries.order_by("-pk")[:MAX_ENTRIES]),
            "may_see_all": request.user.has_perm("lms.view_auditentry"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)
