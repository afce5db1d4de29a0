"""Which permissions and groups a member of staff may give: only what they hold themselves."""

from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Model, Q, QuerySet

from accounts.models import User

ANYBODY: Any = SimpleNamespace(
    user=SimpleNamespace(
        is_active=True, is_staff=True, is_superuser=True, pk=None, has_perm=lambda *_: True
    )
)
"""A request by somebody who holds every permission: what is refused even so has no permission that would help."""


def list_meaningful() -> set[str]:
    """Return the permissions that open or allow something, as `app.codename`."""
    found = set()
    for model in apps.get_models():
        app = model._meta.app_label
        found |= {f"{app}.{codename}" for codename, _name in model._meta.permissions}
        if admin.site.is_registered(model):
            found |= {f"{app}.{verb}_{model._meta.model_name}" for verb in _list_verbs(model)}
    return found


def _list_verbs(model: type[Model]) -> list[str]:
    """Return the verbs that a model's page knows; a model that names its verbs itself knows what for."""
    page = admin.site.get_model_admin(model)
    may = {
        "add": page.has_add_permission,
        "change": page.has_change_permission,
        "delete": page.has_delete_permission,
    }
    verbs = model._meta.default_permissions
    is_chosen = set(verbs) != {"view", *may}
    return [verb for verb in verbs if verb == "view" or is_chosen or may[verb](ANYBODY)]


def list_held(user: User) -> set[str]:
    """Return the permissions that a person has been given, also while the account is disabled."""
    by_user_or_group = Q(user=user.pk) | Q(group__in=list(user.groups.values_list("pk", flat=True)))
    rows = Permission.objects.filter(by_user_or_group).select_related("content_type")
    return {_name_of(row) for row in rows}


def may_manage(user: User, other: User) -> bool:
    """Return whether somebody may change a member of staff: all that the other may do, they may do themselves.

    Otherwise a new address would be enough to take over the account of somebody with more rights.
    """
    if user.is_superuser:
        return True
    if other.is_superuser or not user.has_perm("accounts.manage_staff"):
        return False
    return list_held(other) <= user.get_all_permissions()


def may_change_group(user: User, group: Group) -> bool:
    """Return whether somebody holds all that a group gives."""
    return user.is_superuser or list_given(group) <= user.get_all_permissions()


def list_given(group: Group) -> set[str]:
    """Return the permissions that a group gives."""
    return {_name_of(each) for each in group.permissions.select_related("content_type")}


def offer_permissions(user: User, group: Group | None) -> QuerySet[Permission]:
    """Return the permissions that somebody may give: the meaningful ones that they hold, and what the group has."""
    wanted = list_meaningful()
    if not user.is_superuser:
        wanted &= user.get_all_permissions()
    if group is not None:
        wanted |= list_given(group)
    rows = Permission.objects.select_related("content_type")
    return Permission.objects.filter(pk__in=[row.pk for row in rows if _name_of(row) in wanted])


def offer_groups(user: User) -> QuerySet[Group]:
    """Return the groups that somebody may give."""
    if user.is_superuser:
        return Group.objects.all()
    chosen = [group.pk for group in Group.objects.all() if may_change_group(user, group)]
    return Group.objects.filter(pk__in=chosen)


def _name_of(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
