"""Events: what the transactions of this system did, in one row each, for other systems.

An event is inserted by the transaction that makes the change, so there is none without its change, and no change without
its event.
"""

from collections.abc import Iterable
from typing import Literal, get_args

from bson import ObjectId
from django.conf import settings
from django.db.models import Max
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from lms.models import Event
from lms.mongodb import connection

EventType = Literal[
    "user.created",
    "user.erased",
    "order.paid",
    "order.refunded",
    "enrollment.created",
    "enrollment.ended",
    "enrollment.restored",
    "enrollment.completed",
    "lecture.completed",
    "certificate.issued",
    "certificate.revoked",
    "certificate.restored",
    "attempt.submitted",
    "attempt.graded",
    "submission.submitted",
    "submission.graded",
]
"""The types of events: the noun is the object, but that of `lecture.completed` is the enrollment."""

TYPES: tuple[EventType, ...] = get_args(EventType)


def record(type: EventType, object_id: ObjectId, **data: ObjectId | int) -> None:
    """Record what the present transaction does to an object; the event is inserted just before the commit.

    `data` is kept for weeks and read by other systems: ids and whole numbers, nothing that is about a person.
    Raises `TransactionManagementError` outside a transaction, `TypeError` for other data, and `ValueError` for a type
    that is not declared.
    """
    if not connection.in_atomic_block_mongo:
        raise TransactionManagementError("An event is recorded in the transaction of its change.")
    if type not in TYPES:
        raise ValueError(f"There is no type of events {type!r}.")
    if wrong := [name for name, value in data.items() if not isinstance(value, ObjectId | int)]:
        raise TypeError(f"The data of an event are ids and whole numbers: {', '.join(wrong)}.")
    kept = {name: str(each) if isinstance(each, ObjectId) else each for name, each in data.items()}
    connection.events.append(Event(type=type, object_id=object_id, data=kept))


def insert_all() -> None:
    """Insert the events that the present transaction recorded, with two commands, however many there are.

    The numbers of one object's events grow, in the order in which they were recorded. They begin at the time in
    milliseconds, so that they also grow when MongoDB has deleted the earlier events.
    """
    events: list[Event] = connection.events
    if not events:
        return
    now = timezone.now()
    numbers = _last_numbers({event.object_id for event in events})
    for event in events:
        last = numbers.get(event.object_id, 0)
        event.number = numbers[event.object_id] = max(last + 1, int(now.timestamp() * 1000))
        event.created_at, event.expires_at = now, now + settings.EVENT_LIFETIME
    Event.objects.bulk_create(events)


def _last_numbers(object_ids: Iterable[ObjectId]) -> dict[ObjectId, int]:
    """Return the greatest number of each object's events; an index alone answers that."""
    events = Event.objects.filter(object_id__in=object_ids)
    return dict(events.values_list("object_id").annotate(Max("number")))
