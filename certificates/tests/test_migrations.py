"""Certificates move from the app `learning` to their own, and their one reason becomes two facts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from bson import ObjectId
from django.apps.registry import Apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from certificates.models import Certificate
from lms.mongodb.schema import declared, is_held

BEFORE = [("learning", "0001_initial"), ("certificates", None), ("admin", "0001_initial")]
FILLED = [("certificates", "0003_fill_two_facts"), ("admin", "0001_initial")]
NOW = [("certificates", "0004_remove_reason"), ("admin", "0001_initial")]
ENDED = datetime(2026, 1, 5, tzinfo=UTC)
LATEST = [("certificates", "0006_lists_of_staff"), ("admin", "0001_initial")]
STATES = {
    # code: (person_name, revoked_at, revocation, status of the enrollment or None)
    "valid": ("Ada", None, "", "active"),
    "access-ended": ("Ada", ENDED, "access_ended", "revoked"),
    "staff-with-access": ("Ada", ENDED, "staff", "active"),
    "staff-without-access": ("Ada", ENDED, "staff", "revoked"),
    "erased-with-access": ("", ENDED, "erased", "active"),
    "erased-without-access": ("", ENDED, "erased", None),
}
FACTS = {
    # code: (access_ended_at, withdrawn_at)
    "valid": (None, None),
    "access-ended": (ENDED, None),
    "staff-with-access": (None, ENDED),
    "staff-without-access": (ENDED, ENDED),
    "erased-with-access": (None, ENDED),
    "erased-without-access": (ENDED, ENDED),
}


@pytest.fixture
def database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty database beside the one of the tests, to which Django is connected during the test."""
    connection = connections["default"]
    connection.ensure_connection()
    empty = connection.connection[f"migrations_{ObjectId()}"]
    monkeypatch.setattr(connection, "database", empty)
    yield empty
    connection.connection.drop_database(empty.name)


def migrate(targets: list) -> Apps:
    """Migrate to the targets, and return the models as they are there."""
    MigrationExecutor(connections["default"]).migrate(targets)
    loader = MigrationExecutor(connections["default"]).loader
    return loader.project_state([target for target in targets if target[1]]).apps


@pytest.fixture
def before(database: Any) -> Apps:
    """The models of the version before, with certificates in every state and staff who may manage them."""
    apps = migrate(BEFORE)
    course = ObjectId()
    times = {"created_at": ENDED, "updated_at": ENDED}
    for code, (name, revoked_at, revocation, status) in STATES.items():
        user = ObjectId()
        apps.get_model("learning", "Certificate").objects.create(
            code=code,
            user_id=user,
            course_id=course,
            person_name=name,
            course_title="Course",
            instructor_name="Ina",
            issued_at=ENDED,
            revoked_at=revoked_at,
            revocation=revocation,
        )
        if status:
            apps.get_model("learning", "Enrollment").objects.create(
                user_id=user,
                course_id=course,
                status=status,
                enrolled_at=ENDED,
                last_activity_at=ENDED,
                **times,
            )
    content_type = apps.get_model("contenttypes", "ContentType").objects.create(
        app_label="learning", model="certificate"
    )
    permission = apps.get_model("auth", "Permission").objects.create(
        content_type=content_type, codename="change_certificate", name="Can change certificate"
    )
    apps.get_model("auth", "Group").objects.create(name="desk").permissions.add(permission)
    apps.get_model("admin", "LogEntry").objects.create(
        user_id=ObjectId(), content_type=content_type, object_id="1", action_flag=2
    )
    return apps


def documents(database: Any) -> dict[str, dict]:
    """Return the certificates as they are stored, by code."""
    return {row["code"]: row for row in database["learning_certificate"].find()}


def facts(database: Any) -> dict[str, tuple]:
    def time(value: datetime | None) -> datetime | None:
        return value and value.replace(tzinfo=UTC)

    return {
        code: (time(row["access_ended_at"]), time(row["withdrawn_at"]))
        for code, row in documents(database).items()
    }


def permissions_of_desk(apps: Apps) -> list[tuple[str, str]]:
    group = apps.get_model("auth", "Group").objects.get(name="desk")
    return list(group.permissions.values_list("codename", "content_type__app_label"))


def test_every_certificate_of_the_version_before_keeps_what_was_true_of_it(before, database):
    old = documents(database)
    apps = migrate(NOW)
    new = documents(database)
    assert facts(database) == FACTS
    for code, row in new.items():
        added = {"access_ended_at", "withdrawn_at"}
        removed = {"revoked_at", "revocation"}
        assert row.keys() - added == old[code].keys() - removed
        assert all(row[name] == old[code][name] for name in row.keys() - added)
    assert permissions_of_desk(apps) == [("change_certificate", "certificates")]
    assert apps.get_model("admin", "LogEntry").objects.get().content_type.app_label == (
        "certificates"
    )
    migrate(LATEST)
    held = database["learning_certificate"].index_information()
    wanted = declared(connections["default"], Certificate)
    assert len(wanted) == 7
    assert all(is_held(index, held) for index in wanted)


def test_filling_the_facts_may_be_repeated(before, database):
    apps = migrate(FILLED)
    filled = documents(database)
    step = import_module("certificates.migrations.0003_fill_two_facts")
    step.split(apps, None)
    step.to_certificates(apps, None)
    assert documents(database) == filled
    assert facts(database) == FACTS
    assert permissions_of_desk(apps) == [("change_certificate", "certificates")]


def test_a_content_type_that_an_interrupted_migrate_created_does_not_take_the_permissions(
    before, database
):
    apps = migrate([("certificates", "0002_two_facts"), ("admin", "0001_initial")])
    content_types = apps.get_model("contenttypes", "ContentType").objects
    unused = content_types.create(app_label="certificates", model="certificate")
    apps.get_model("auth", "Permission").objects.create(
        content_type=unused, codename="change_certificate", name="Can change certificate"
    )
    apps = migrate(FILLED)
    assert permissions_of_desk(apps) == [("change_certificate", "certificates")]
    assert apps.get_model("auth", "Permission").objects.count() == 1
    assert apps.get_model("contenttypes", "ContentType").objects.count() == 1


def test_the_migrations_can_be_undone(before, database):
    migrate(NOW)
    apps = migrate(BEFORE)
    rows = apps.get_model("learning", "Certificate").objects.all()
    assert {row.code: (row.person_name, row.revoked_at, row.revocation) for row in rows} == {
        code: state[:3] for code, state in STATES.items()
    }
    assert permissions_of_desk(apps) == [("change_certificate", "learning")]
