"""From a click on "buy" to Stripe's page: the order first, Stripe second.

However often and however many at once somebody clicks, there is one order and one page for a person, course and price.
A changed price or coupon closes the old page before another is opened. Each turn of the loop looks at what there is,
takes one step by compare-and-set, and looks again when somebody else was first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from courses.models import Course
from learning.models import Source
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll
from lms.mongodb.transaction import atomic, on_commit
from payments import coupons, customers, exceptions, tasks
from payments.coupons import Terms, terms_for
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.models import Order

Status = Order.Status

TURNS = 8
# Stripe takes no nearer `expires_at` than 30 minutes: https://docs.stripe.com/api/checkout/sessions/create
SHORTEST_SESSION = timedelta(minutes=30, seconds=10)


@dataclass(frozen=True)
class Checkout:
    """Where to pay for an order; no `url` when there is nothing to pay. `is_new` for the one who opened it."""

    order: Order
    url: str | None
    is_new: bool


def start_checkout(user: Any, course: Course, code: str = "") -> Checkout:
    """Let a person buy a course, or give it at once if it costs nothing.

    Raises `AlreadyEnrolled`, `OwnCourse`, `PaymentUnderWay`, `OrderUnderReview` (409), `InvalidCoupon` (400),
    `PaymentProviderUnavailable` (503): then the order stands, and the next try goes on with it.
    """
    if course.instructor_id == user.pk:
        raise exceptions.OwnCourse
    for _ in range(TURNS):
        try:
            done = _step(user, course, terms_for(user, course, code))
        except (exceptions.Contention, IntegrityError):
            continue
        if done:
            return done
    raise exceptions.Contention


def cancel_checkout(order: Order) -> None:
    """Close an open order that nobody is to pay any more; one that was paid meanwhile stays paid."""
    if order.checkout_session_id and not client.expire_session(order.checkout_session_id):
        sync_order(order)
    elif order.is_open:
        _cancel(order)


def _step(user: Any, course: Course, terms: Terms) -> Checkout | None:
    """Take one step towards the page where this is paid; the checkout once it is there."""
    if is_enrolled(user.pk, course.pk):
        raise exceptions.AlreadyEnrolled
    order = Order.objects.live(user.pk, course.pk).first()
    if order is None:
        _begin(user, course, terms)
        return None
    if order.status in {Status.PENDING, Status.PROCESSING}:
        order = sync_order(order)
    if order.status == Status.CREATED:
        return _open(order, user, course, terms)
    if order.status == Status.PENDING:
        return _reopen(order, terms)
    if order.status == Status.PROCESSING:
        raise exceptions.PaymentUnderWay
    if order.status == Status.DISPUTED:
        raise exceptions.OrderUnderReview
    if order.gives_access:
        raise exceptions.AlreadyEnrolled
    return None  # it ended just now: look again


def _begin(user: Any, course: Course, terms: Terms) -> None:
    """Commit a new order before Stripe hears of it; raises IntegrityError if another click has made one."""
    orders = Order.objects.filter(user=user, course=course)
    if orders.filter(status=Status.NEEDS_REVIEW).exists():
        raise exceptions.OrderUnderReview
    _create(user, course, terms)


def _open(order: Order, user: Any, course: Course, terms: Terms) -> Checkout | None:
    """Open the page of an order that has none yet, or give what costs nothing."""
    soonest = timezone.now() + SHORTEST_SESSION
    if not terms.are_of(order) or not order.expires_at or order.expires_at < soonest:
        _restart(order, terms)
        return None
    if not terms.total_amount:
        _give(order)
        return Checkout(order, None, is_new=True)
    customer = customers.customer_of(user)
    try:
        session = client.create_session(order, title=course.title, customer_id=customer)
    except exceptions.KeyReused:  # the title or our settings have changed since the last try
        _restart(order, terms)
        return None
    except exceptions.PaymentRejected as error:
        if (error.reason, error.param) != ("resource_missing", "customer"):
            raise
        customers.replace_customer(user, gone=customer)
        _restart(order, terms)
        return None
    try:
        order.await_payment(session.id, session.url)
    except exceptions.Contention:
        _close_unless_known(order, session.id)
        raise
    return Checkout(order, session.url, is_new=True)


def _close_unless_known(order: Order, session_id: str) -> None:
    """Close a page that came too late to be the order's; another click may have opened the very same."""
    if not Order.objects.filter(pk=order.pk, checkout_session_id=session_id).exists():
        client.expire_session(session_id)


def _reopen(order: Order, terms: Terms) -> Checkout | None:
    """Give the open page again; on other terms close it, so that the next may be opened."""
    if terms.are_of(order):
        return Checkout(order, order.checkout_url, is_new=False)
    if client.expire_session(str(order.checkout_session_id)):
        _restart(order, terms)
    return None


@atomic
def _create(user: Any, course: Course, terms: Terms) -> None:
    if terms.coupon:
        coupons.reserve(terms.coupon, user.pk)
    Order.objects.create(
        user=user,
        course=course,
        livemode=settings.STRIPE_LIVEMODE,
        coupon_hold=Order.Hold.RESERVED if terms.coupon else Order.Hold.NONE,
        expires_at=_session_end(),
        **terms.as_fields(),
    )


@atomic
def _restart(order: Order, terms: Terms) -> None:
    """Begin another attempt on the terms of now, and change the coupon that is held."""
    hold, wanted = Order.Hold(order.coupon_hold), terms.coupon
    if coupons.held_by(order) != (str(wanted.pk) if wanted else None):
        coupons.release(order)
        hold = Order.Hold.NONE
        if wanted:
            coupons.reserve(wanted, order.user_id)
            hold = Order.Hold.RESERVED
    order.restart(expires_at=_session_end(), coupon_hold=hold, **terms.as_fields())


@atomic
def _cancel(order: Order) -> None:
    order.cancel(coupon_hold=coupons.release(order))


@atomic
def _give(order: Order) -> None:
    """Give a course that costs nothing, without Stripe."""
    order.pay(paid_at=timezone.now(), coupon_hold=coupons.redeem(order))
    source = Source.COUPON if order.coupon else Source.FREE
    enroll(order.user_id, order.course_id, source=source, order=order.pk)
    on_commit(partial(tasks.send_receipt.enqueue, str(order.pk)), robust=True)


def _session_end() -> datetime:
    """Say when a page opened now is to close; kept with the order, for each try must ask for the same."""
    return timezone.now() + settings.CHECKOUT_LIFETIME
