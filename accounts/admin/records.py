"""The staff's lists of sessions, of sent mails and of notes, which a person's page links to."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import rights
from accounts.models import LoginSession, SentMail, StaffNote, User
from lms.admin import ModelAdmin, ReadOnly, by_email


class OfPerson(ReadOnly, ModelAdmin):
    """Rows about a person, found by the person's address."""

    list_prefetch_related = ("user",)
    list_per_page = 50
    search_by = (by_email("user"),)
    search_help_text = _("A person's whole e-mail address.")
    ordering = ("-id",)


@admin.register(LoginSession)
class LoginSessionAdmin(OfPerson):
    """Signed-in devices, seen and signed out by those who may see and change people."""

    list_display = ("user", "user_agent", "ip", "created_at", "last_used_at", "expires_at")
    fields = readonly_fields = list_display

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: LoginSession | None = None) -> bool:
        return request.user.has_perm("accounts.view_user")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether a session may be ended; one of staff by those who may manage this member of staff."""
        person = User.objects.filter(pk=obj.user_id).first() if obj else None
        if person and (person.is_staff or person.is_superuser):
            return rights.may_manage(cast(User, request.user), person)
        return request.user.has_perm("accounts.change_user")


@admin.register(SentMail)
class SentMailAdmin(OfPerson):
    list_display = ("sent_at", "user", "subject", "template", "outcome")
    fields = ("sent_at", "user", "subject", "template", "outcome", "expires_at")


@admin.register(StaffNote)
class StaffNoteAdmin(OfPerson):
    """Notes about people, which are added on a person's page and never changed."""

    list_display = ("created_at", "user", "text", "by")
    fields = ("created_at", "user", "text", "by")
