"""The staff's page of groups: the roles, and the permissions that each gives."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin import rights
from accounts.staff import StaffRequest
from lms.admin import ModelAdmin


class PermissionField(forms.ModelMultipleChoiceField):
    """Permissions by their names alone: "Can view order"."""

    @override
    def label_from_instance(self, obj: Permission) -> str:
        return obj.name


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ModelAdmin):
    """Groups of staff. Nobody gives, or takes from a group, a permission that they do not hold."""

    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "permissions")

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rights.may_change_group(request.user, obj))  # type: ignore[arg-type]  # not anonymous here

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or rights.may_change_group(request.user, obj))  # type: ignore[arg-type]  # not anonymous here

    @override
    def get_form(  # type: ignore[override]  # the same
        self, request: StaffRequest, obj: Group | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "permissions" in form.base_fields:  # not where the page only shows them
            form.base_fields["permissions"] = PermissionField(
                queryset=rights.offer_permissions(request.user, obj).order_by("codename"),
                required=False,
                label=form.base_fields["permissions"].label,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        return form
