"""One page for a person: the form of their account, what every app shows of them, and notes by staff."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.exceptions import SessionRevoked
from accounts.models import StaffNote, User
from accounts.panels import NOTES, Panel, page_links, panels
from accounts.services.staff_notes import add_note
from accounts.staff import StaffRequest
from lms.admin import ModelAdmin

type Staff = User | AnonymousUser


class NoteForm(forms.Form):
    """A note by staff about a person."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=StaffNote.MAX_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("The person gets it with a copy of their data, without your name."),
    )


def may_see(panel: Panel, request: HttpRequest) -> bool:
    """Return whether a member of staff may see the list that a panel shows the newest rows of."""
    page = admin.site.get_model_admin(panel.model)
    return page.has_view_permission(request)


def render_panel(panel: Panel, user: User) -> dict[str, Any]:
    """Return what the template shows of a panel."""
    rows = [[_render_cell(cell) for cell in row] for row in panel.read(user)]
    url = panel.list_url(user)
    return {
        "name": panel.name,
        "title": panel.title,
        "table": {"headers": list(panel.headings), "rows": rows} if rows else None,
        "url": url,
        "all": format_html('<a class="text-link" href="{}">{}</a>', url, _("All of them")),
    }


class PersonPage(ModelAdmin):
    """The base of the staff's page of people, which shows all that is stored about one of them."""

    change_form_outer_before_template = "accounts/person_actions.html"
    change_form_outer_after_template = "accounts/person_panels.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.note_view)
        note = path("<object_id:person_id>/note/", view, name="accounts_user_note")
        return [note, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        context = self._person_context(request, user) if user else {}
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return to the person whose page an action was chosen on."""
        response = super().response_action(request, *args, **kwargs)
        person = request.GET.get("id__exact")
        if person and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person]))
        return response

    def note_view(self, request: StaffRequest, person_id: Any) -> HttpResponse:
        """Add a note about a person, and return to the person's page."""
        user = self.get_object(request, str(person_id))
        if user is None or request.method != "POST" or not may_note(request.user):
            raise PermissionDenied
        form = NoteForm(request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(each) for each in form.errors["text"]))
        else:
            try:
                note = partial(add_note, user, form.cleaned_data["text"], request.user)
                self.perform(request, user, "add_note", note)
            except SessionRevoked:
                messages.error(request, _("This account is erased. Nothing can be noted about it."))
            else:
                messages.success(request, _("The note is kept."))
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))

    def _person_context(self, request: HttpRequest, user: User) -> dict[str, Any]:
        # The apps that know most come first: what staff look for is mostly an order or an enrollment.
        shown = [panel for panel in reversed(panels) if may_see(panel, request)]
        shown.sort(key=lambda panel: panel is not NOTES)
        actions = self.get_actions(request) if self.has_change_permission(request, user) else {}
        return {
            "panels": [render_panel(panel, user) for panel in shown],
            "note_form": NoteForm() if may_note(request.user) else None,
            "person": user,
            "person_links": [
                {"label": each.label, "url": each.url(user)}
                for each in page_links
                if request.user.has_perm(each.permission)
            ],
            "person_actions": [
                (name, action.description) for name, action in actions.items() if action
            ],
        }


def may_note(staff: Staff) -> bool:
    return staff.has_perm("accounts.add_staffnote")


def _render_cell(value: Any) -> Any:
    return "-" if value in (None, "") else value
