"""The staff's pages of people and of requests to become an instructor."""

from functools import partial
from typing import Any, ClassVar, cast, override

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import rights
from accounts.admin.person_page import PersonPage
from accounts.models import InstructorRequest, SecondFactor, User
from accounts.personal_data import ERASED_DOMAIN
from accounts.services import erasure, instructors, invitations, profiles, second_factor
from accounts.services.passwords import request_reset
from accounts.services.sessions import sign_out_everywhere
from accounts.staff import StaffRequest
from lms.addresses import canonical_address
from lms.admin import FactFilter, ModelAdmin, asks_reason, by_id, by_person

PRIVILEGES = ("is_staff", "is_superuser", "groups")
NEW = ("email", "name", "role", "locale", "is_staff", "groups")
"""The fields of a person whom staff add."""


class PersonFilter(FactFilter):
    title = _("which people")
    facts: ClassVar = {
        "staff": (_("staff"), Q(is_staff=True)),
        "disabled": (_("disabled"), Q(is_active=False)),
    }


class UserForm(forms.ModelForm):
    """What staff may correct about a person."""

    locale = forms.ChoiceField(
        choices=[("", _("that of the sign-up")), *settings.LANGUAGES],
        label=_("Language of e-mails"),
        required=False,
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "headline", "bio", "locale", "is_active", *PRIVILEGES)

    def clean_email(self) -> str:
        return canonical_address(self.cleaned_data["email"])


@admin.register(User)
class UserAdmin(PersonPage):
    """People. They sign up or are invited, and are erased instead of deleted, because orders refer to their rows."""

    form = UserForm
    list_display = ("email", "name", "role", "verified", "is_staff", "is_active", "created_at")
    list_filter = ("role", PersonFilter)
    search_fields = ("pk",)  # an autocomplete field asks for it
    search_by = (by_id("pk"), by_person())
    search_help_text = _("The beginning of an e-mail address or of a name, or a person's id.")
    ordering = ("-id",)
    readonly_fields = ("verified", "last_login", "has_second_factor", "created_at")
    fieldsets = (
        (
            None,
            {"fields": ("email", "verified", "name", "role", "headline", "bio", "locale")},
        ),
        (_("Access"), {"fields": ("is_active", "has_second_factor", "last_login", "created_at")}),
        (_("Staff"), {"fields": PRIVILEGES}),
    )
    actions = ("sign_out", "mail_reset", "remove_second_factor", "disable", "enable", "erase")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the person may be changed: staff only by who may manage them."""
        is_staff = obj is not None and (obj.is_staff or obj.is_superuser)
        if is_staff and not rights.may_manage(request.user, obj):  # type: ignore[arg-type]  # not anonymous here
            return False
        return super().has_change_permission(request, obj)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.erase_user")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if request.user.is_superuser:
            return fields
        if request.user.has_perm("accounts.manage_staff"):
            return (*fields, "is_superuser")
        return fields + PRIVILEGES

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Return the fields of a person, or the few of one who is added."""
        if obj is not None:
            return super().get_fieldsets(request, obj)
        is_manager = request.user.has_perm("accounts.manage_staff")
        return ((None, {"fields": NEW if is_manager else NEW[:-2]}),)

    @override
    def get_form(  # type: ignore[override]  # not anonymous here
        self, request: StaffRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "groups" in form.base_fields:
            groups = cast(forms.ModelMultipleChoiceField, form.base_fields["groups"])
            groups.queryset = rights.offer_groups(request.user).order_by("name")
        return form

    @admin.display(boolean=True, description=_("address verified"))
    def verified(self, user: User) -> bool:
        return user.email_verified

    @admin.display(boolean=True, description=_("second factor"))
    def has_second_factor(self, user: User) -> bool:
        return SecondFactor.objects.find_confirmed(user) is not None

    @override
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            invitations.invite(obj)
            self.message_user(request, _("A link to choose a password is being sent."))
            return
        changed = [name for name in form.changed_data if name != "groups"]
        profiles.correct_user(obj, **{name: form.cleaned_data[name] for name in changed})

    def _changeable(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Return the selected people that the user may change."""
        return [user for user in queryset if self.has_change_permission(request, user)]

    @admin.action(description=_("Sign out everywhere"), permissions=["change"])
    @asks_reason()
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User], reason: str) -> None:
        people = self._changeable(request, queryset)
        ended = sum(
            self.perform(
                request, user, "sign_out", partial(sign_out_everywhere, [user]), reason=reason
            )
            for user in people
        )
        self.message_user(
            request,
            ngettext("{count} session ended.", "{count} sessions ended.", ended).format(
                count=ended
            ),
        )

    @admin.action(description=_("E-mail a link to reset the password"), permissions=["change"])
    def mail_reset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        people = self._changeable(request, queryset)
        self.perform_all(request, people, "mail_reset", lambda user: request_reset(user.email))
        self.message_user(request, _("The links are being sent."))

    @admin.action(description=_("Remove the second factor (lost phone)"), permissions=["change"])
    @asks_reason()
    def remove_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User], reason: str
    ) -> None:
        people = self._changeable(request, queryset)
        self.perform_all(
            request, people, "remove_second_factor", second_factor.remove, reason=reason
        )
        self.message_user(request, _("These people can sign in without a code now."))

    @admin.action(description=_("Disable the account"), permissions=["change"])
    @asks_reason(_("These people will be signed out, and cannot sign in until they are enabled."))
    def disable(self, request: StaffRequest, queryset: QuerySet[User], reason: str) -> None:
        others = queryset.filter(is_active=True).exclude(pk=request.user.pk)
        self._set_active(request, others, reason, is_active=False)

    @admin.action(description=_("Enable the account again"), permissions=["change"])
    @asks_reason()
    def enable(self, request: StaffRequest, queryset: QuerySet[User], reason: str) -> None:
        disabled = queryset.filter(is_active=False).exclude(email__endswith=ERASED_DOMAIN)
        self._set_active(request, disabled, reason, is_active=True)

    def _set_active(
        self, request: HttpRequest, people: QuerySet[User], reason: str, *, is_active: bool
    ) -> None:
        done = self.perform_all(
            request,
            self._changeable(request, people),
            "enable" if is_active else "disable",
            partial(profiles.correct_user, is_active=is_active),
            reason=reason,
        )
        changed = ngettext("{count} account changed.", "{count} accounts changed.", done)
        self.message_user(request, changed.format(count=done))

    @admin.action(
        description=_("Erase the account and all personal data permanently"), permissions=["erase"]
    )
    @asks_reason(
        _(
            "These accounts and everything that identifies the people will be erased permanently. Their orders stay in the "
            "books without a name. Courses that others study will be archived."
        )
    )
    def erase(self, request: StaffRequest, queryset: QuerySet[User], reason: str) -> None:
        people = self._changeable(request, queryset.exclude(pk=request.user.pk))
        for user in people:
            erasure.erase_account(user, by=request.user, reason=reason)
        erased = ngettext(
            "{count} account erased.", "{count} accounts erased.", len(people)
        ).format(count=len(people))
        self.message_user(request, erased, messages.WARNING)


@admin.register(InstructorRequest)
class InstructorRequestAdmin(ModelAdmin):
    """Requests to become an instructor, decided by actions."""

    list_display = ("user", "status", "created_at", "decided_by", "decided_at")
    list_filter = ("status",)
    list_prefetch_related = ("user", "decided_by")
    search_by = (by_id("pk", "user"), by_person("user"))
    search_help_text = _("The beginning of the person's e-mail address or name, or an id.")
    ordering = ("-created_at", "-id")
    fields = readonly_fields = ("user", "status", "created_at", "decided_by", "decided_at")
    actions = ("approve", "decline")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Approve (make them instructors)"), permissions=["change"])
    def approve(self, request: StaffRequest, queryset: QuerySet[InstructorRequest]) -> None:
        self._decide(request, queryset, approve=True)

    @admin.action(description=_("Decline"), permissions=["change"])
    def decline(self, request: StaffRequest, queryset: QuerySet[InstructorRequest]) -> None:
        self._decide(request, queryset, approve=False)

    def _decide(
        self, request: StaffRequest, queryset: QuerySet[InstructorRequest], *, approve: bool
    ) -> None:
        decided = self.perform_all(
            request,
            queryset,
            "approve" if approve else "decline",
            lambda row: instructors.decide_request(row, request.user, approve=approve),
        )
        done = ngettext("{count} request decided.", "{count} requests decided.", decided).format(
            count=decided
        )
        self.message_user(request, done)
