"""A school of any size, written in bulk and past every service."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management import call_command
from django.db.models import Model

from bench.rows import Row, Rows, Sizes
from bench.school import list_categories, list_course, make_enrollment, make_order, make_person
from bench.traces import list_of_enrollment, list_of_order, list_of_person
from lms.mongodb import connection

BATCH_SIZE = 5000
"""How many documents of a collection are sent at once."""


class Seed:
    """The rows that were written so far, of which each is known by its model and a number (`bench.rows.id_of`)."""

    def __init__(self) -> None:
        self.rows = Rows()

    @property
    def sizes(self) -> Sizes:
        return self.rows.sizes

    def grow(self, sizes: Sizes) -> int:
        """Write what is missing to these sizes; return how many rows were written.

        Indexes are made again afterwards, at once: that is much quicker than row by row.
        """
        before, self.rows.sizes = self.rows.sizes, sizes
        drop_indexes()
        written = write(list_missing(self.rows, before))
        call_command("ensure_indexes", verbosity=0)
        return written


def list_missing(rows: Rows, before: Sizes) -> Iterator[Row]:
    """Yield the rows that a school of the sizes `before` lacks."""
    after = rows.sizes
    if not before.courses:
        yield from list_categories(rows)
    for number in range(before.people, after.people):
        yield make_person(rows, number)
        yield from list_of_person(rows, number)
    for number in range(before.courses, after.courses):
        yield from list_course(rows, number)
    for number in range(before.enrollments, after.enrollments):
        yield make_enrollment(rows, number)
        yield from list_of_enrollment(rows, number)
    for number in range(before.orders, after.orders):
        yield make_order(rows, number)
        yield from list_of_order(rows, number)


def drop_indexes() -> None:
    """Drop every index that is not unique."""
    for name in connection.database.list_collection_names():
        collection = connection.get_collection(name)
        for index, about in collection.index_information().items():
            if index != "_id_" and not about.get("unique"):
                collection.drop_index(index)


def write(rows: Iterable[Row]) -> int:
    """Insert documents in batches of one collection each, in whatever order; return how many they were."""
    waiting: dict[type[Model], list[dict[str, Any]]] = {}
    count = 0
    for model, document in rows:
        batch = waiting.setdefault(model, [])
        batch.append(document)
        count += 1
        if len(batch) == BATCH_SIZE:
            insert(model, waiting.pop(model))
    for model, batch in waiting.items():
        insert(model, batch)
    return count


def insert(model: type[Model], batch: list[dict[str, Any]]) -> None:
    connection.get_collection(model._meta.db_table).insert_many(batch, ordered=False)
