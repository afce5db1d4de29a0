import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.tests.clients import Browser
from accounts.tests.factories import UserFactory


@pytest.fixture
def browser():
    """A browser that nobody has signed in with."""
    return Browser()


@pytest.fixture
def browser_of():
    """Return a browser that the user is signed in with."""
    return lambda user: Browser().sign_in(user)


@pytest.fixture
def helper_office():
    """The admin, for staff who may change people but are not superusers."""
    helper = UserFactory(name="Hal Helper", email="hal@example.test", is_staff=True)
    codenames = ["view_user", "change_user", "view_instructorrequest", "change_instructorrequest"]
    helper.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(helper)
    return client
