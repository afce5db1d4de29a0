"""What every test may use: the database commands that it sends, an empty cache, a cast of people and their clients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from pymongo import monitoring
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests.factories import UserFactory

WRITES = {"insert", "update", "findAndModify", "bulkWrite"}


class Commands(monitoring.CommandListener):
    """Remember the commands that reach MongoDB while somebody listens, and which collections were written to."""

    def __init__(self) -> None:
        self.listeners: list[list[monitoring.CommandStartedEvent]] = []
        self.written: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in WRITES:
            self.written.add(event.command[event.command_name])
        for heard in self.listeners:
            heard.append(event)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    @contextmanager
    def heard(self) -> Iterator[list[monitoring.CommandStartedEvent]]:
        events: list[monitoring.CommandStartedEvent] = []
        self.listeners.append(events)
        try:
            yield events
        finally:
            self.listeners.remove(events)


COMMANDS = Commands()
monitoring.register(COMMANDS)


def empty_written_collections(*_: TransactionTestCase) -> None:
    """Undo a test: the backend cannot roll back, and Django's flush of every collection costs 0.4 s a test."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    while COMMANDS.written:
        if (name := COMMANDS.written.pop()) not in kept:
            connection.database[name].delete_many({})


TransactionTestCase._fixture_teardown = empty_written_collections


@pytest.fixture
def commands() -> Callable:
    """`with commands() as sent:` collects the database commands sent meanwhile, by all threads."""
    return COMMANDS.heard


@pytest.fixture
def undo(db) -> Callable[[], None]:
    """Empty the database in the midst of a test."""
    return empty_written_collections


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttles are counted in the cache: no test may use up another's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor() -> APIClient:
    """Somebody who is not signed in: a client."""
    return APIClient()


@pytest.fixture
def client_of() -> Callable[..., APIClient]:
    """Give a client that is signed in, by bearer token, as the user."""

    def sign_in(user) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user).access}")
        return client

    return sign_in


@pytest.fixture
def student(db):
    return UserFactory(name="Sam Student", email="sam@example.test")


@pytest.fixture
def other_student(db):
    return UserFactory(name="Olga Other", email="olga@example.test")


@pytest.fixture
def instructor(db):
    return UserFactory(name="Ina Instructor", email="ina@example.test", role="instructor")


@pytest.fixture
def other_instructor(db):
    return UserFactory(name="Otto Instructor", email="otto@example.test", role="instructor")


@pytest.fixture
def staff(db):
    return UserFactory(
        name="Steve Staff", email="steve@example.test", is_staff=True, is_superuser=True
    )


@pytest.fixture
def office(staff: User) -> Client:
    """Staff in the admin."""
    client = Client()
    client.force_login(staff)
    return client
