"""The roles of staff: made once, by permissions that exist and mean something."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from accounts.admin.rights import list_given, list_meaningful

MIGRATION = import_module("payments.migrations.0008_roles")

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles():
    MIGRATION.make_roles(apps)
    return {group.name: group for group in Group.objects.all()}


def test_the_roles_give_permissions_that_mean_something_and_the_owner_has_all(roles):
    rows = Permission.objects.count()
    given = {name: list_given(group) for name, group in roles.items()}
    assert given.keys() == {"Support", "Finance", "Content", "Owner"}
    assert given["Owner"] <= list_meaningful()
    for name in ("Support", "Finance", "Content"):
        assert given[name] < given["Owner"]
    assert Permission.objects.count() == rows, "a role names a permission that no model declares"


def test_a_role_that_a_company_changed_stays_as_it_is(roles):
    roles["Support"].permissions.clear()
    MIGRATION.make_roles(apps)
    assert not roles["Support"].permissions.exists()


def test_who_could_refund_and_erase_still_can(db):
    desk = Group.objects.create(name="Desk")
    old = Permission.objects.filter(codename__in=["delete_user", "change_order"])
    desk.permissions.set(old)
    MIGRATION.give_successors(apps, None)
    assert {"accounts.erase_user", "payments.refund_order"} <= list_given(desk)
