"""No change without its event, no event without its change: what the events say is what the rows are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, cycle, islice

from bson import ObjectId

from accounts.models import User
from accounts.personal_data import ERASED_DOMAIN
from certificates.models import Certificate
from learning.models import Enrollment
from lms.models import Event
from payments.models import Order

type Events = dict[ObjectId, list[Event]]
"""The events of each object, in their order."""

ACCESS = ("enrollment.created", "enrollment.ended", "enrollment.restored")
VALIDITY = ("certificate.issued", "certificate.revoked", "certificate.restored")


def contradictions() -> Iterator[str]:
    """Yield a sentence for every change without an event, and for every event without a change."""
    events: Events = defaultdict(list)
    for event in Event.objects.order_by("object_id", "number"):
        events[event.object_id].append(event)
    for wrong in chain(
        _of_orders(events), _of_enrollments(events), _of_certificates(events), _of_people(events)
    ):
        yield f"events: {wrong}"
    kept = ("attempt", "submission")
    yield from (
        f"events: {event.type} of {pk}, which is gone"
        for pk, rest in events.items()
        for event in rest
        if not event.type.startswith(kept)
    )


def _of_orders(events: Events) -> Iterator[str]:
    """Check that an order's money arrived once, and that each refund event is another amount, the last one the order's."""
    for order in Order.objects.all():
        amounts = _amounts(events.pop(order.pk, []))
        paid, refunded = amounts["order.paid"], amounts["order.refunded"]
        if paid != ([order.total_amount] if order.paid_at else []):
            yield f"order {order.pk} of {order.total_amount}, paid at {order.paid_at}: {paid}"
        before = [0, *refunded]
        is_change = all(first != last for first, last in zip(before, refunded, strict=False))
        if before[-1] != order.refunded_amount or not is_change:
            yield f"order {order.pk}, of which {order.refunded_amount} is given back: {refunded}"


def _amounts(events: Iterable[Event]) -> dict[str, list[int]]:
    amounts: dict[str, list[int]] = defaultdict(list)
    for event in events:
        amounts[event.type].append(event.data["amount"])
    return amounts


def _of_enrollments(events: Events) -> Iterator[str]:
    """Check the access of each enrollment, its completed lectures and its completion."""
    for row in Enrollment.objects.all():
        own = events.pop(row.pk, [])
        types = [event.type for event in own]
        is_active = row.status == Enrollment.Status.ACTIVE
        yield from _in_turn(f"enrollment {row.pk}", types, ACCESS, holds=is_active)
        if row.completed_at and "enrollment.completed" not in types:
            yield f"enrollment {row.pk} is completed: {types}"
        told = {event.data["lecture"] for event in own if event.type == "lecture.completed"}
        if silent := {str(pk) for pk in row.completed_lectures} - told:
            yield f"enrollment {row.pk} completed the lectures {silent}: {types}"


def _of_certificates(events: Events) -> Iterator[str]:
    for row in Certificate.objects.all():
        types = [event.type for event in events.pop(row.pk, [])]
        yield from _in_turn(f"certificate {row.pk}", types, VALIDITY, holds=row.is_valid)


def _of_people(events: Events) -> Iterator[str]:
    for person in User.objects.all():
        times = [event.type for event in events.pop(person.pk, [])].count("user.erased")
        if times != person.email.endswith(ERASED_DOMAIN):
            yield f"person {person.pk} is {person.email}: erased {times} times"


def _in_turn(
    what: str, types: Iterable[str], turns: tuple[str, str, str], *, holds: bool
) -> Iterator[str]:
    """Check that something began once, then ended and came back in turn, and at last holds or not."""
    began, ended, came_back = turns
    own = [type for type in types if type in turns]
    expected = list(islice(chain([began], cycle([ended, came_back])), len(own)))
    if own != expected or len(own) % 2 != holds:
        yield f"{what} {'holds' if holds else 'has ended'}: {own}"
