"""What must hold in the end, whatever happened: compared with Stripe's records, not with our own."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import mail
from django.db.models import ForeignKey

from accounts.models import User
from courses.models import Course
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from payments.events import HANDLED_EVENTS
from payments.ledger.audit import audit_orders
from payments.models import LIVE, OPEN, Coupon, Dispute, LedgerEntry, Order, Refund, StripeEvent
from payments.reconciliation.discrepancies import access_discrepancies, find_discrepancies
from payments.reconciliation.run import Finding
from proof import events
from proof.history import STUDENTS_REASON, History
from proof.world import World
from sandbox.client import SandboxClient

type Things = list[dict[str, Any]]

Status = Order.Status
# Stripe sends no event for these, or we subscribe to none.
WITHOUT_EVENT = {"a refund was never sent", "Stripe's fee is not booked"}
WITHHELD = {"needs_response", "under_review"}


class StripeRecords:
    """Everything that Stripe's stand-in knows at one moment."""

    def __init__(self, sandbox: SandboxClient) -> None:
        self.sessions = {each["id"]: each for each in sandbox.list_all("checkout/sessions")}
        self.intents = {each["id"]: each for each in sandbox.list_all("payment_intents")}
        self.charges = _by_order(sandbox.list_all("charges"))
        self.refunds = sandbox.list_all("refunds")
        self.disputes: dict[str, Things] = defaultdict(list)
        for dispute in sandbox.list_all("disputes"):
            self.disputes[dispute["charge"]].append(dispute)
        self.customers = sandbox.list_all("customers")
        self.movements = sandbox.list_all("balance_transactions")

    def kept(self, order_ids: list[str]) -> Things:
        """Return the charges whose money we have, or may get back from a bank that withholds it."""
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
    by_order: dict[str, Things] = defaultdict(list)
    for charge in charges:
        by_order[charge["metadata"].get("order", "")].append(charge)
    return by_order


def violations(world: World, histories: list[History], unrepaired: list[Finding]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong in the end, with the history that led to it.

    `unrepaired` is what the reconciler could not repair, or finds again.
    """
    stripe = StripeRecords(world.sandbox)
    for history in histories:
        for wrong in _of_history(history, stripe):
            yield f"{wrong}\n    student {history.number}: {', '.join(history.log)}"
    yield from _of_orders(stripe)
    yield from of_books(stripe)
    yield from _of_references()
    yield from inconsistencies()
    left_to_staff = {f"order {order_id}" for order_id in _orders_of_departed_to_review()}
    yield from (
        f"{each.outcome}: {each.subject}: {each.problem}"
        for each in unrepaired
        if each.subject not in left_to_staff
    )


def inconsistencies() -> Iterator[str]:
    """Yield a sentence for every contradiction among our own records.

    There must be none at any moment at which nothing runs, whatever has crashed before.
    """
    yield from _of_coupons()
    yield from _of_courses()
    yield from events.contradictions()
    for audited in audit_orders():
        yield from (f"books of order {audited.order_id}: {wrong}" for wrong in audited.problems)
    enrollments = {(each.user_id, each.course_id): each for each in Enrollment.objects.all()}
    live: Counter[tuple[Any, Any]] = Counter()
    for order in Order.objects.all():
        person = (order.user_id, order.course_id)
        live[person] += order.status in LIVE
        for wrong in access_discrepancies(order, enrollments.get(person)):
            yield f"order {order.pk}: {wrong}"
    yield from (f"{count} live orders of {person}" for person, count in live.items() if count > 1)


def unsettled(sent: Things) -> Iterator[str]:
    """Yield a sentence for every order that differs from Stripe although all its events are processed."""
    done = set(StripeEvent.objects.filter(status__in=StripeEvent.DONE).values_list("pk", flat=True))
    waiting: set[str] = set()
    for event in sent:
        thing = event["data"]["object"]
        if event["type"] in HANDLED_EVENTS and event["id"] not in done:
            ids = (thing["id"], thing.get("payment_intent"), thing["metadata"].get("order"))
            waiting.update(filter(None, ids))
    left_to_staff = _orders_of_departed_to_review()
    for order in Order.objects.exclude(checkout_session_id=None).exclude(pk__in=left_to_staff):
        if not waiting & {str(order.pk), order.checkout_session_id, order.payment_intent_id}:
            for wrong in find_discrepancies(order):
                if wrong not in WITHOUT_EVENT:
                    yield f"all events of order {order.pk} are processed, but: {wrong}"


def _of_history(history: History, stripe: StripeRecords) -> Iterator[str]:
    """Check that at most one charge is kept and that access is exactly what the money says."""
    orders = list(Order.objects.filter(user=history.user))
    kept = stripe.kept([str(order.pk) for order in orders])
    if len(kept) > 1:
        yield f"{len(kept)} charges are kept"
    giving = {str(order.pk) for order in orders} - history.ended_orders - _ended_by_staff(history)
    giving -= {str(pk) for pk in _orders_of_departed_to_review()}
    is_gift = any(
        order.status == Status.PAID and not order.total_amount and str(order.pk) in giving
        for order in orders
    )
    expected = is_gift or any(
        not stripe.is_withheld(charge) and charge["metadata"]["order"] in giving for charge in kept
    )
    if is_enrolled(history.user.pk, history.course.pk) != expected:
        states = [str(order.status) for order in orders]
        yield f"access should be {expected}; orders {states}"
    if history.left_at:
        if not User.objects.get(pk=history.user.pk).is_active:  # else it crashed before it began
            yield from _of_departed(history, orders, stripe)
    elif "click: 401" in history.log:
        yield "was refused with a valid session"
    if "click: 404" in history.log and Course.objects.filter(pk=history.course.pk).exists():
        yield "did not find a course that exists"
    if history.studied_at and Refund.objects.filter(
        order__in=[order.pk for order in orders],
        reason=STUDENTS_REASON,
        created_at__gt=history.studied_at,
    ):
        yield "was refunded by request after the whole course was studied"
    receipts = sum(history.user.email in message.to for message in mail.outbox)
    paid = sum(order.paid_at is not None for order in orders)
    if receipts > paid:
        yield f"{receipts} receipts for {paid} payments"


def _ended_by_staff(history: History) -> set[str]:
    """Return the orders whose grant staff ended, also where a crash kept them from the answer."""
    enrollment = Enrollment.objects.filter(user=history.user, course=history.course).first()
    grants = enrollment.grants if enrollment else []
    return {str(grant.order) for grant in grants if grant.ended_by_staff}


def _of_departed(history: History, orders: list[Order], stripe: StripeRecords) -> Iterator[str]:
    """Check that Stripe has forgotten a person whose account is deleted, and waits for no payment."""
    if any(each["metadata"].get("user") == str(history.user.pk) for each in stripe.customers):
        yield "has left, but Stripe has the customer"
    ids = {str(order.pk) for order in orders}
    if any(
        session["status"] == "open" and session["client_reference_id"] in ids
        for session in stripe.sessions.values()
    ):
        yield "has left, but a page can be paid"


def _orders_of_departed_to_review() -> set[Any]:
    """Return the orders that staff must decide: Stripe refuses to refund a payment that is disputed, or a refund failed."""
    failed = Refund.objects.filter(status=Refund.Status.FAILED)
    ids = {
        pk for rows in (Dispute.objects, failed) for pk in rows.values_list("order_id", flat=True)
    }
    orders = Order.objects.filter(pk__in=ids, status=Status.NEEDS_REVIEW)
    return {order.pk for order in orders if not order.user.is_active}


def _of_references() -> Iterator[str]:
    """Check that no row refers to a row that does not exist."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and model._meta.managed:
                ids = set(model._base_manager.values_list(field.attname, flat=True)) - {None}
                targets = field.related_model._base_manager.filter(pk__in=ids)
                if gone := ids - set(targets.values_list("pk", flat=True)):
                    yield f"{model._meta.label}.{field.name} refers to {gone}, which are gone"


def _of_orders(stripe: StripeRecords) -> Iterator[str]:
    """Check that no order, refund or event is stuck, and that each refund was made once."""
    for order in Order.objects.filter(status__in=[*OPEN, Status.PROCESSING]):
        session = stripe.sessions.get(order.checkout_session_id or "")
        is_waiting = session is not None and session["status"] == "open"
        if order.status == Status.PROCESSING and session:
            intent = stripe.intents[session["payment_intent"]]
            is_waiting = intent["status"] == "processing"
        if not is_waiting:
            yield f"order {order.pk} is stuck: {order.status}"
    left_to_staff = _orders_of_departed_to_review()
    for order in Order.objects.filter(status=Status.NEEDS_REVIEW):
        if order.pk not in left_to_staff:
            yield f"order {order.pk} needs review: {order.attention}"
    made = Counter(each["metadata"].get("refund") for each in stripe.refunds)
    for refund, times in made.items():
        if refund and times > 1:
            yield f"refund {refund} was made {times} times"
    for row in Refund.objects.filter(status=Refund.Status.REQUESTED):
        yield f"refund {row.pk} was never sent"
    for event in StripeEvent.objects.exclude(status__in=StripeEvent.DONE):
        yield f"event {event.pk} {event.type} is {event.status}: {event.error}"


def of_books(stripe: StripeRecords) -> Iterator[str]:
    """Check that our books agree with Stripe's to the last minor unit."""
    theirs, ours = Counter[str](), Counter[str]()
    for movement in stripe.movements:
        theirs[movement["currency"]] += movement["net"]
    for line in LedgerEntry.objects.filter(account="stripe_balance"):
        ours[line.currency] += line.amount
    for currency in sorted({*theirs, *ours}):
        if theirs[currency] != ours[currency]:
            yield f"Stripe has {theirs[currency]} {currency}, our books {ours[currency]}"


def _of_coupons() -> Iterator[str]:
    """Check that each coupon counts what orders hold of it, within its limit."""
    held: Counter[tuple[str, str]] = Counter()
    for order in Order.objects.exclude(coupon_hold=""):
        assert order.coupon is not None
        held[order.coupon["code"], order.coupon_hold] += 1
    for coupon in Coupon.objects.all():
        for hold in ("reserved", "redeemed"):
            counted = getattr(coupon, hold)
            if counted != held[coupon.code, hold]:
                yield f"{coupon.code} counts {counted} {hold}, held are {held[coupon.code, hold]}"
        limit = coupon.max_redemptions
        if limit is not None and coupon.reserved + coupon.redeemed > limit:
            yield f"{coupon.code} is used more than {limit} times"


def _of_courses() -> Iterator[str]:
    """Check that each course counts its active enrollments, whether or not the count was summed up."""
    active = Counter(Enrollment.objects.active().values_list("course_id", flat=True))
    for course in Course.objects.all():
        if course.student_count != active[course.pk]:
            yield f"course {course.pk} counts {course.student_count} students, has {active[course.pk]}"
