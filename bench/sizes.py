"""Measure how large documents and their index entries are: `python -m bench.sizes`.

Creates the demo's sample data and measures, per collection, the bytes of a document as BSON and of its entries in all
indexes together: the encoded values, and 8 bytes that say where the document is. MongoDB compresses both on disk, so the
real sizes are smaller.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import mean
from typing import Any

import bson
from bson import ObjectId
from django.utils import timezone

from bench.calls import WSGIClient, journey, repeatable
from bench.costs import system

OUR_APPS = {
    "lms",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
}
RECORD_ID = 8
LECTURES = 40
"""The number of lectures that the measured student has completed."""


@dataclass(frozen=True)
class Size:
    """One collection: how many documents were measured, and the mean bytes of one and of its index entries."""

    name: str
    count: int
    document: float
    index: float
    indexes: int


def sizes() -> Iterator[Size]:
    """Yield the size of every collection of our apps that has documents."""
    from django.apps import apps

    from lms.mongodb import connection

    for model in apps.get_models():
        if not model._meta.managed or model._meta.app_label not in OUR_APPS:
            continue
        collection = connection.get_collection(model._meta.db_table)
        documents = list(collection.find().limit(1000))
        if not documents:
            continue
        indexes = collection.index_information().values()
        entries = sum(
            index_bytes(index, document)
            for index in indexes
            for document in collection.find(index.get("partialFilterExpression") or {}).limit(1000)
        )
        yield Size(
            model._meta.db_table,
            len(documents),
            mean(len(bson.encode(document)) for document in documents),
            entries / len(documents),
            len(indexes),
        )


def index_bytes(index: Mapping[str, Any], document: Mapping[str, Any]) -> int:
    """Return the bytes that one document adds to one index."""
    if "weights" in index:
        words = {word for field in index["weights"] for word in _words(document.get(field))}
        return sum(len(word.encode()) + 8 + RECORD_ID for word in words)  # 8 bytes of score
    return sum(value_bytes(document.get(field)) for field, _ in index["key"]) + RECORD_ID


def _words(value: Any) -> list[str]:
    return re.findall(r"\w+", str(value).lower())


def value_bytes(value: Any) -> int:
    """Return the bytes of a value in an index entry, its type included."""
    return len(bson.encode({"": value})) - len(bson.encode({"": None})) + 1


def enrollment_bytes(lectures: int) -> int:
    """Return the bytes of an enrollment whose student has completed so many lectures."""
    from learning import marks
    from learning.models import Enrollment, Grant
    from lms.mongodb import connection

    now = timezone.now()
    ids = [ObjectId() for _ in range(lectures)]
    mark = [marks.stamp(now, 600), marks.slices([(0, 600)], 600), 0]
    row = Enrollment(
        user_id=ObjectId(),
        course_id=ObjectId(),
        grants=[Grant(source="purchase", order=ObjectId(), since=now)],
        enrolled_at=now,
        completed_lectures=ids,
        ever_completed=ids,
        consumed_lectures=ids,
        consumed_percent=100,
        positions=dict.fromkeys(map(str, ids), mark),
        last_lecture=ids[-1] if ids else None,
        last_activity_at=now,
    )
    row.save(force_insert=True)
    collection = connection.get_collection(Enrollment._meta.db_table)
    document = collection.find_one_and_delete({"_id": row.pk})
    assert document is not None
    return len(bson.encode(document))


def create_missing_rows(sent: list[str]) -> None:
    """Create the rows that the sample data lacks: sessions, streams, a certificate, an event of Stripe's."""
    from lms.wsgi import application
    from payments import events
    from payments.gateway.snapshots import Event

    for _, call in repeatable(WSGIClient(application)):
        call()
    list(journey(WSGIClient(application), sent))
    kind, session = "checkout.session.completed", f"cs_live_a1{'x' * 56}"
    events.record_event(
        Event(
            id=f"evt_{'1' * 24}",
            type=kind,
            created_at=timezone.now(),
            livemode=False,
            object_id=session,
            payment_intent_id=f"pi_{'1' * 24}",
        )
    )


def main() -> int:
    with system() as commands:
        create_missing_rows(commands.sent)
        print(f"{'':30}{'measured':>9}{'document':>10}{'indexes':>9}{'their bytes':>13}")
        for size in sizes():
            print(
                f"{size.name:30}{size.count:9}{size.document:10.0f}{size.indexes:9}{size.index:13.0f}"
            )
        empty, studied = enrollment_bytes(0), enrollment_bytes(LECTURES)
        print(
            f"An enrollment: {empty} bytes and {(studied - empty) / LECTURES:.0f} for each completed lecture."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
