"""Several who migrate do so one at a time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from lms.mongodb.lock import COLLECTION, held


class LateDeath(StringIO):
    """Where a waiting migrate writes who it waits for, whose lock ends then: it died long ago."""

    def write(self, text: str) -> int:
        locks = connection.get_collection(COLLECTION)
        locks.update_one({"by": "process 1 of a"}, {"$set": {"until": timezone.now()}})
        return super().write(text)


def test_a_migrate_waits_for_another_and_takes_over_from_one_that_died(db):
    locks = connection.get_collection(COLLECTION)
    until = timezone.now() + timedelta(hours=1)
    locks.insert_one({"_id": "migrate", "token": "x", "by": "process 1 of a", "until": until})
    errors = LateDeath()
    call_command("migrate", verbosity=0, stderr=errors)
    assert errors.getvalue().count("Another migrate is running (process 1 of a)") == 1
    assert locks.count_documents({}) == 0


def test_a_lock_is_held_by_one(db):
    waited = []

    class Enough(Exception):
        pass

    def give_up(by: str) -> None:
        waited.append(by)
        raise Enough

    with held(connection, "a", on_wait=give_up):
        with held(connection, "b", on_wait=give_up):
            pass
        with pytest.raises(Enough), held(connection, "a", on_wait=give_up):
            pass
    with held(connection, "a", on_wait=give_up):
        pass
    assert len(waited) == 1
