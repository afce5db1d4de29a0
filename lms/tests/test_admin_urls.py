"""Every address of the admin, asked by everybody: who has no permission gets the sign-in, a refusal or the first page."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.messages.storage.base import BaseStorage
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import InstructorRequest
from accounts.tests.factories import UserFactory
from lms import audit
from lms.tests import world
from lms.tests.matrix_admin import OF_STAFF, ROLES, ROWS

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    made = world.build()
    InstructorRequest.objects.create(user=made.people["student"])
    Group.objects.create(name="Desk")
    audit.record(made.people["staff"].pk, made.course, "publish")
    return made


def list_urls(resolver):
    """List the pages below a resolver."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from list_urls(each)
        elif isinstance(each, URLPattern):
            yield each


def id_for(name):
    """Return the id of a row of the model that the name of a page begins with."""
    for model in admin.site._registry:
        options = model._meta
        if name and name.startswith(f"{options.app_label}_{options.model_name}_"):
            row = model._base_manager.first()
            return str(row.pk) if row else "f" * 24
    return "f" * 24


def status_of(pattern, user):
    """Ask a page without rendering it; return its status, or that of the refusal."""
    request = RequestFactory().get("/admin/x/")
    request.user = user
    request.session = {}
    request._messages = BaseStorage(request)
    names = pattern.pattern.regex.groupindex  # of `path` and of `re_path`
    arguments = {name: id_for(pattern.name) for name in names}
    try:
        response = pattern.callback(request, **arguments)
    except PermissionDenied:
        return 403
    except (Http404, BadRequest):
        return 404
    is_login = response.status_code == 302 and "/login/" in response["Location"]
    return 401 if is_login else response.status_code


def pages():
    """List the pages of the admin; those without a name lead to the page of a row."""
    [site] = [
        each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin"
    ]
    return [page for page in list_urls(site) if page.name]


def may_open(page, user):
    return status_of(page, user) not in {401, 403}


def is_open_to(letter, name):
    """Return whether a role may open a page by the table; Finance exports the lists that it may see."""
    if name.endswith("_export"):
        return letter == "F" and letter in ROWS.get(f"{name.removesuffix('export')}changelist", "")
    return name in OF_STAFF or letter in ROWS.get(name, "")


def test_who_is_no_staff_gets_the_sign_in_alone(school):
    for user in (AnonymousUser(), school.people["student"]):
        assert [page.name for page in pages() if may_open(page, user)] == ["login"]


def test_staff_without_permissions_get_the_first_page_and_their_own_account(school):
    user = UserFactory(is_staff=True)
    assert {page.name for page in pages() if may_open(page, user)} == OF_STAFF
    assert "django_rq" not in str([page.pattern for page in get_resolver().url_patterns])


def test_each_role_opens_what_the_table_says_and_nothing_else(school):
    import_module("payments.migrations.0008_roles").make_roles(apps)
    import_module("payments.migrations.0011_roles_see_figures").give(apps, None)
    import_module("payments.migrations.0015_roles_see_assessments").give(apps, None)
    wrong = []
    for letter, role in ROLES.items():
        user = UserFactory(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        for page in pages():
            if page.name.endswith("_history"):
                continue  # it asks for the permission of the row's page
            expected = is_open_to(letter, page.name)
            if may_open(page, user) != expected:
                wrong.append(f"{role} {'may not' if expected else 'may'} open {page.name}")
    assert not wrong, "mend the page, or lms/tests/matrix_admin.py: " + ", ".join(wrong)
