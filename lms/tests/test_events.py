"""Events: recorded in a transaction, inserted before its commit, numbered in the order of each object."""

from datetime import timedelta

import pytest
from bson import ObjectId
from django.db import DatabaseError
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pymongo.errors import OperationFailure

from lms import events
from lms.models import Event
from lms.mongodb.transaction import atomic

pytestmark = pytest.mark.django_db


def test_events_of_a_transaction_are_numbered_per_object_by_two_commands(commands, settings):
    """The second transaction begins in the same millisecond, or after MongoDB has deleted the events of the first."""
    one, two = ObjectId(), ObjectId()

    @atomic
    def work():
        events.record("enrollment.created", one, user=two)
        events.record("user.created", two)
        events.record("enrollment.completed", one, percentage=100)

    begun = int(timezone.now().timestamp() * 1000)
    work()
    first = list(Event.objects.order_by("object_id", "number"))
    assert [(event.type, event.object_id) for event in first] == [
        ("enrollment.created", one),
        ("enrollment.completed", one),
        ("user.created", two),
    ]
    assert first[0].data == {"user": str(two)}
    assert first[1].number == first[0].number + 1
    assert first[0].number >= begun
    assert first[0].expires_at - first[0].created_at == settings.EVENT_LIFETIME
    Event.objects.filter(pk=first[1].pk).update(number=begun + 10**9)  # a clock that was ahead
    with commands() as sent:
        work()
    assert [command.command_name for command in sent] == [
        "aggregate",
        "insert",
        "commitTransaction",
    ]
    assert all("txnNumber" in command.command for command in sent)
    later = Event.objects.filter(object_id=one).order_by("-number").values_list("number", flat=True)
    assert list(later[:2]) == [begun + 10**9 + 2, begun + 10**9 + 1]


def test_a_transaction_that_is_tried_again_inserts_its_events_once():
    tries, row = [], ObjectId()

    @atomic
    def stumble():
        tries.append(1)
        events.record("order.paid", row, attempt=len(tries))
        if len(tries) == 1:
            raise DatabaseError("conflict") from OperationFailure(
                "conflict", 112, {"errorLabels": ["TransientTransactionError"]}
            )

    @atomic
    def fail():
        events.record("order.refunded", row)
        raise ValueError("enough")

    stumble()
    with pytest.raises(ValueError, match="enough"):
        fail()
    atomic(lambda: None)()
    assert [event.data for event in Event.objects.all()] == [{"attempt": 2}]


def test_an_event_that_loses_a_race_for_its_number_takes_the_next_one(watched):
    row = ObjectId()
    soon = timezone.now() + timedelta(hours=1)
    taken = int(soon.timestamp() * 1000)
    tries = []

    def add(number):
        Event(object_id=row, number=number, created_at=soon, expires_at=soon).save()

    add(taken)

    @atomic
    def work():
        tries.append(1)
        events.record("order.paid", row)
        if len(tries) == 1:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(events, "_last_numbers", lambda ids: {row: taken - 1})
                events.insert_all()

    work()
    assert len(tries) == 2
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == [
        taken,
        taken + 1,
    ]


@pytest.mark.parametrize(
    ("type", "data", "error"),
    [("order.payed", {}, ValueError), ("order.paid", {"email": "a@b.test"}, TypeError)],
)
def test_an_event_has_a_declared_type_and_no_text(type, data, error):
    with pytest.raises(error):
        atomic(events.record)(type, ObjectId(), **data)


def test_an_event_is_recorded_in_a_transaction_only():
    with pytest.raises(TransactionManagementError):
        events.record("user.created", ObjectId())


def test_staff_see_the_events_of_an_object_or_of_a_type(office):
    person, order = ObjectId(), ObjectId()

    @atomic
    def work():
        events.record("user.created", person)
        events.record("order.paid", order, user=person, amount=1999)

    work()
    page = office.get("/admin/lms/event/", {"q": str(order)}).content.decode()
    assert f"/admin/payments/order/{order}/change/" in page
    assert "1999" in page
    assert f"/admin/accounts/user/{person}/change/" not in page
    rows = office.get("/admin/lms/event/", {"type": "user.created"}).context["cl"].result_list
    assert [row.object_id for row in rows] == [person]
    [event] = Event.objects.filter(object_id=order)
    assert "_save" not in office.get(f"/admin/lms/event/{event.pk}/change/").content.decode()
