"""Fixtures for every test: database commands, an empty cache, the cast and its clients."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from pymongo import monitoring
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services.sessions import open_session
from accounts.tests import cast
from lms.metrics import STATE, State
from lms.tests.answers import ANSWERS
from lms.tests.scans import SCANS

gc.set_threshold(50_000, 20, 100)  # a sixth of the time went to looking for garbage

WRITES = {"insert", "update", "findAndModify", "bulkWrite"}


class Commands(monitoring.CommandListener):
    """Shows the commands that are sent to MongoDB, and records the collections that they write to."""

    def __init__(self) -> None:
        self.watchers: list[Callable[[monitoring.CommandStartedEvent], object]] = []
        self.written: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        is_ours = event.database_name == connection.settings_dict["NAME"]
        if event.command_name in WRITES and is_ours:
            self.written.add(event.command[event.command_name])
        for watch in list(self.watchers):
            watch(event)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass

    @contextmanager
    def watched(self, watch: Callable[[monitoring.CommandStartedEvent], object]) -> Iterator[None]:
        """Call `watch` with each command before it is sent, in the thread that sends it."""
        self.watchers.append(watch)
        try:
            yield
        finally:
            self.watchers.remove(watch)

    @contextmanager
    def recorded(self) -> Iterator[list[monitoring.CommandStartedEvent]]:
        events: list[monitoring.CommandStartedEvent] = []
        with self.watched(events.append):
            yield events


COMMANDS = Commands()
monitoring.register(COMMANDS)
monitoring.register(SCANS)


def empty_written_collections(*_: TransactionTestCase) -> None:
    """Undo a test: the backend cannot roll back, and Django's flush of every collection costs 0.4 s per test."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    while COMMANDS.written:
        if (name := COMMANDS.written.pop()) not in kept:
            connection.database[name].delete_many({})


TransactionTestCase._fixture_teardown = empty_written_collections


@pytest.hookimpl(trylast=True)  # after the shuffling
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: one that came last would run alone, while the other processes have nothing to do."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what lives until the end: all modules and thousands of tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Empty what a run that was killed left in a database that is used again (`--reuse-db`)."""
    with django_db_blocker.unblock():
        COMMANDS.written.update(connection.database.list_collection_names())
        empty_written_collections()


@pytest.fixture
def commands() -> Callable:
    """Record the database commands of all threads: `with commands() as sent:`."""
    return COMMANDS.recorded


@pytest.fixture
def watched() -> Callable:
    """Call a function with each database command before it is sent: `with watched(function):`."""
    return COMMANDS.watched


@pytest.fixture
def undo(db) -> Callable[[], None]:
    """Empty the database during a test."""
    return empty_written_collections


@pytest.fixture
def fail_commands() -> Iterator[Callable]:
    """Make MongoDB fail this process's next commands of a name: `fail_commands("insert", times=2, errorCode=112)`.

    A real server does so too if it was started with `--setParameter enableTestCommands=1`.
    """

    def configure(**point: object) -> None:
        connection.ensure_connection()
        connection.connection.admin.command("configureFailPoint", "failCommand", **point)

    def fail(command: str, times: int = 1, **how: object) -> None:
        name = settings.DATABASES["default"]["OPTIONS"]["appname"]
        data = {"failCommands": [command], "appName": name, **how}
        configure(mode={"times": times}, data=data)

    yield fail
    configure(mode="off")


@pytest.fixture(autouse=True)
def _no_scans() -> Iterator[None]:
    """Fail the test that makes the system send a command which no index serves."""
    SCANS.clear()
    yield
    if SCANS.found:
        pytest.fail("\n".join(SCANS.found))


@pytest.fixture(autouse=True)
def _documented_answers() -> Iterator[None]:
    """Fail the test that receives an answer of the API which is not in the OpenAPI document."""
    ANSWERS.clear()
    yield
    if ANSWERS.found:
        pytest.fail("\n".join(ANSWERS.found))


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Empty the cache, which counts requests: no test may reach a limit for another."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _fresh_metrics() -> None:
    """Read metrics anew: what a test without a database has read would be kept for a minute."""
    for reading in STATE._collector_to_names:
        assert isinstance(reading, State)
        reading._until = 0.0


@pytest.fixture
def visitor() -> APIClient:
    """The client of a person who is not signed in."""
    return APIClient()


@pytest.fixture
def client_of() -> Callable[..., APIClient]:
    """Return a client that is signed in as a user, by bearer token."""

    def sign_in(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {open_session(user).access}")
        return client

    return sign_in


@pytest.fixture
def student(db: None) -> User:
    return cast.create("student")


@pytest.fixture
def other_student(db: None) -> User:
    return cast.create("other_student")


@pytest.fixture
def instructor(db: None) -> User:
    return cast.create("instructor")


@pytest.fixture
def other_instructor(db: None) -> User:
    return cast.create("other_instructor")


@pytest.fixture
def staff(db: None) -> User:
    return cast.create("staff")


@pytest.fixture
def office(staff: User) -> Client:
    """The client of staff who are signed in to the admin."""
    client = Client()
    client.force_login(staff)
    return client
