"""What must be so in the end, whatever happened: asked of Stripe's books, not of ours."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.core import mail
from django.db import connection

from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from payments.ledger.audit import audit
from payments.models import LIVE, OPEN, Coupon, LedgerEntry, Order, Refund, StripeEvent
from payments.reconciliation.discrepancies import differences, wrong_access
from payments.reconciliation.run import EVENT_TYPES, Finding
from proof.story import Story
from proof.town import Stripe, Town

type Things = list[dict[str, Any]]

Status = Order.Status
# Stripe has no event for these, or we ask for none.
UNTOLD = {"a refund was never sent", "Stripe's fee is not booked"}
WITHHELD = {"needs_response", "under_review"}


class Truth:
    """Everything that Stripe's stand-in knows at one moment."""

    def __init__(self, stripe: Stripe) -> None:
        self.sessions = {each["id"]: each for each in stripe.all("checkout/sessions")}
        self.intents = {each["id"]: each for each in stripe.all("payment_intents")}
        self.charges = _by_order(stripe.all("charges"))
        self.refunds = stripe.all("refunds")
        self.disputes: dict[str, Things] = defaultdict(list)
        for dispute in stripe.all("disputes"):
            self.disputes[dispute["charge"]].append(dispute)
        self.movements = stripe.all("balance_transactions")

    def kept(self, order_ids: list[str]) -> Things:
        """Charges whose money we have, or may yet get back from a bank that withholds it."""
        return [
            charge
            for order in order_ids
            for charge in self.charges[order]
            if charge["status"] == "succeeded"
            and not charge["refunded"]
            and not any(dispute["status"] == "lost" for dispute in self.disputes[charge["id"]])
        ]

    def is_withheld(self, charge: dict[str, Any]) -> bool:
        return any(dispute["status"] in WITHHELD for dispute in self.disputes[charge["id"]])


def _by_order(charges: Things) -> dict[str, Things]:
    found: dict[str, Things] = defaultdict(list)
    for charge in charges:
        found[charge["metadata"].get("order", "")].append(charge)
    return found


def violations(town: Town, stories: list[Story], left: list[Finding]) -> Iterator[str]:
    """Name everything that is not as it must be, with the history that led there.

    `left` is what the reconciler could not repair, or finds again.
    """
    truth = Truth(town.stripe)
    for story in stories:
        for wrong in _of_story(story, truth):
            yield f"{wrong}\n    student {story.number}: {', '.join(story.told)}"
    yield from _of_orders(truth)
    yield from _of_books(truth)
    yield from disagreements(town)
    yield from (f"{each.outcome}: {each.subject}: {each.problem}" for each in left)


def disagreements(town: Town) -> Iterator[str]:
    """Name what disagrees among our own records; whatever has crashed, nothing may at any quiet moment."""
    yield from _of_coupons()
    yield from _of_courses(town)
    for audited in audit():
        yield from (f"books of order {audited.order_id}: {wrong}" for wrong in audited.problems)
    enrollments = {(each.user_id, each.course_id): each for each in Enrollment.objects.all()}
    live: Counter[tuple[Any, Any]] = Counter()
    for order in Order.objects.all():
        person = (order.user_id, order.course_id)
        live[person] += order.status in LIVE
        for wrong in wrong_access(order, enrollments.get(person)):
            yield f"order {order.pk}: {wrong}"
    yield from (f"{count} live orders of {person}" for person, count in live.items() if count > 1)


def unfollowed(events: Things) -> Iterator[str]:
    """Name the orders that differ from Stripe though everything that Stripe told of them is done."""
    done = set(StripeEvent.objects.filter(status__in=StripeEvent.DONE).values_list("pk", flat=True))
    open_: set[str] = set()
    for event in events:
        thing = event["data"]["object"]
        if event["type"] in EVENT_TYPES and event["id"] not in done:
            open_.update(
                filter(
                    None, [thing["id"], thing.get("payment_intent"), thing["metadata"].get("order")]
                )
            )
    for order in Order.objects.exclude(checkout_session_id=None):
        if not open_ & {str(order.pk), order.checkout_session_id, order.payment_intent_id}:
            for wrong in differences(order):
                if wrong not in UNTOLD:
                    yield f"all is told of order {order.pk}, but: {wrong}"


def _of_story(story: Story, truth: Truth) -> Iterator[str]:
    """At most one charge is kept, and access is exactly what the money says."""
    orders = list(Order.objects.filter(user=story.user))
    kept = truth.kept([str(order.pk) for order in orders])
    if len(kept) > 1:
        yield f"{len(kept)} charges are kept"
    given = any(order.status == Status.PAID and not order.total_amount for order in orders)
    expected = given or any(not truth.is_withheld(charge) for charge in kept)
    if is_enrolled(story.user.pk, story.course.pk) != expected:
        states = [str(order.status) for order in orders]
        yield f"access should be {expected}; orders {states}"
    receipts = sum(story.user.email in letter.to for letter in mail.outbox)
    paid = sum(order.paid_at is not None for order in orders)
    if receipts > paid:
        yield f"{receipts} receipts for {paid} payments"


def _of_orders(truth: Truth) -> Iterator[str]:
    """No order is stuck, and each refund was made once."""
    for order in Order.objects.filter(status__in=[*OPEN, Status.PROCESSING]):
        session = truth.sessions.get(order.checkout_session_id or "")
        waits = session and session["status"] == "open"
        if order.status == Status.PROCESSING and session:
            waits = truth.intents[session["payment_intent"]]["status"] == "processing"
        if not waits:
            yield f"order {order.pk} is stuck: {order.status}"
    for order in Order.objects.filter(status=Status.NEEDS_REVIEW):
        yield f"order {order.pk} needs review: {order.attention}"
    made = Counter(each["metadata"].get("refund") for each in truth.refunds)
    for refund, times in made.items():
        if refund and times > 1:
            yield f"refund {refund} was made {times} times"
    for row in Refund.objects.filter(status=Refund.Status.REQUESTED):
        yield f"refund {row.pk} was never sent"
    for event in StripeEvent.objects.exclude(status__in=StripeEvent.DONE):
        yield f"event {event.pk} {event.type} is {event.status}: {event.error}"


def _of_books(truth: Truth) -> Iterator[str]:
    """Our books agree with Stripe's own books to the last minor unit."""
    stripes, ours = Counter[str](), Counter[str]()
    for movement in truth.movements:
        stripes[movement["currency"]] += movement["net"]
    for line in LedgerEntry.objects.filter(account="stripe_balance"):
        ours[line.currency] += line.amount
    for currency in sorted({*stripes, *ours}):
        if stripes[currency] != ours[currency]:
            yield f"Stripe has {stripes[currency]} {currency}, the books {ours[currency]}"


def _of_coupons() -> Iterator[str]:
    """A coupon counts what orders hold of it, and no more than there is."""
    held: Counter[tuple[str, str]] = Counter()
    for order in Order.objects.exclude(coupon_hold=""):
        held[order.coupon["code"], order.coupon_hold] += 1
    for coupon in Coupon.objects.all():
        for hold in ("reserved", "redeemed"):
            counted = getattr(coupon, hold)
            if counted != held[coupon.code, hold]:
                yield f"{coupon.code} counts {counted} {hold}, held are {held[coupon.code, hold]}"
        most = coupon.max_redemptions
        if most is not None and coupon.reserved + coupon.redeemed > most:
            yield f"{coupon.code} is used more than {most} times"


def _of_courses(town: Town) -> Iterator[str]:
    active = Counter(Enrollment.objects.active().values_list("course_id", flat=True))
    courses = connection.get_collection("courses_course")
    for course in courses.find({}, {"enrolled_count": 1}):
        if course["enrolled_count"] != active[course["_id"]]:
            yield f"course {course['_id']} counts {course['enrolled_count']}, has {active[course['_id']]}"
