"""The test bench: an embedded MongoDB, the sandbox on loopback, and a cast of people.

Everything is this process's own (memory, free ports), so tests run beside each other and in any order.
"""

import os

from sandbox import server
from sandbox.mongo import lease

SANDBOX = server.start_in_thread()
OURS = {
    "DEBUG": "1",
    "STRIPE_API_BASE": SANDBOX.url,
    "CLOUDINARY_API_BASE": SANDBOX.url,
    "DJANGO_SETTINGS_MODULE": "lms.settings_test",
}
if not os.environ.get("MONGODB_URI"):
    OURS["MONGODB_URI"] = lease.temporary()
os.environ |= OURS

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from django.db import connection
from django.test import TransactionTestCase
from pymongo import monitoring
from rest_framework.test import APIClient

WRITES = {"insert", "update", "findAndModify", "bulkWrite"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Hide our own parts from the processes that xdist is about to start: each has a bench of its own."""
    for name in OURS:
        os.environ.pop(name, None)


def pytest_unconfigure() -> None:
    SANDBOX.stop()


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


@pytest.fixture
def sandbox() -> Iterator[server.Sandbox]:
    """The sandbox: `.url`, `.smtp_port`; it forgets everything after the test."""
    yield SANDBOX
    httpx.post(f"{SANDBOX.url}/_control/reset").raise_for_status()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttles are counted in the cache: no test may use up another's."""
    from django.core.cache import cache

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
    from accounts.tokens import open_session

    def sign_in(user) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user).access}")
        return client

    return sign_in


@pytest.fixture
def student(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(name="Sam Student", email="sam@example.test")


@pytest.fixture
def other_student(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(name="Olga Other", email="olga@example.test")


@pytest.fixture
def instructor(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(name="Ina Instructor", email="ina@example.test", role="instructor")


@pytest.fixture
def other_instructor(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(name="Otto Instructor", email="otto@example.test", role="instructor")


@pytest.fixture
def staff(db):
    from accounts.tests.factories import UserFactory

    return UserFactory(
        name="Steve Staff", email="steve@example.test", is_staff=True, is_superuser=True
    )
