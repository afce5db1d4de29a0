"""Checkout: an order is created, then its payment page at Stripe.

However often and by however many requests at once a person buys a course, there is one order and one page per price.
If the price or coupon has changed, the old page is closed before a new one is created. Each round of the loop reads the
state, takes one step by compare-and-set, and starts again if another request was first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404
from django.utils import timezone

from accounts.exceptions import SessionRevoked
from accounts.models import User
from accounts.services.erasure import refer_to_person
from courses.keys import CourseKey
from courses.models import Course
from courses.queries.courses import get_course
from courses.services.students import take
from courses.visibility import teaches
from learning.exceptions import AlreadyEnrolled
from learning.models import Source
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll
from lms.mongodb.transaction import atomic
from payments import coupons, customers, exceptions, tasks
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.models import Order
from payments.pricing import Terms, terms_for

Status = Order.Status

MAX_TRIES = 8
# Stripe requires `expires_at` to be 30 minutes ahead: https://docs.stripe.com/api/checkout/sessions/create
MIN_PAGE_LIFETIME = timedelta(minutes=30, seconds=10)


@dataclass(frozen=True)
class Checkout:
    """An order and its payment page: `url` is None if nothing is to be paid, `is_new` if this request created it."""

    order: Order
    url: str | None
    is_new: bool


def get_course_for_sale(user: User, key: CourseKey) -> Course:
    """Return a course that is for sale: a published one. Raise 404 for any other.

    Nobody buys a draft. Its author gets it all the same, so that `start_checkout` can answer `OwnCourse`.
    """
    course = get_course(user, key)
    if not (course.is_published or teaches(user, course)):
        raise Http404
    return course


def start_checkout(user: User, course: Course, code: str = "") -> Checkout:
    """Order a course and return its payment page; fulfil the order at once if nothing is to be paid.

    Raises 404 if the course was just deleted, `SessionRevoked` (401) if the account was, `AlreadyEnrolled`, `OwnCourse`, `PaymentUnderWay`, `OrderUnderReview` (409), `InvalidCoupon` (400), and
    `PaymentProviderUnavailable` (503): the order then exists, and the next request continues with it.
    """
    if teaches(user, course):
        raise exceptions.OwnCourse
    for _ in range(MAX_TRIES):
        try:
            checkout = _advance(user, course, terms_for(user, course, code))
        except (exceptions.Contention, IntegrityError):
            continue
        except Course.DoesNotExist:
            raise Http404 from None
        except User.DoesNotExist:
            raise SessionRevoked from None
        if checkout:
            return checkout
    raise exceptions.Contention


def cancel_checkout(order: Order) -> None:
    """Close an open order and its payment page; an order that was paid in the meantime stays paid."""
    if order.checkout_session_id and not client.expire_session(order.checkout_session_id):
        sync_order(order)
    elif order.is_open:
        _cancel(order)


def _advance(user: User, course: Course, terms: Terms) -> Checkout | None:
    """Take one step towards the payment page; return the checkout once the page exists."""
    if is_enrolled(user.pk, course.pk):
        raise AlreadyEnrolled
    order = Order.objects.live(user.pk, course.pk).first()
    if order is None:
        _begin(user, course, terms)
        return None
    if order.status in {Status.PENDING, Status.PROCESSING}:
        order = sync_order(order)
    if order.status == Status.CREATED:
        return _open_page(order, user, course, terms)
    if order.status == Status.PENDING:
        return _return_page(order, terms)
    if order.status == Status.PROCESSING:
        raise exceptions.PaymentUnderWay
    if order.status == Status.DISPUTED:
        raise exceptions.OrderUnderReview
    if order.gives_access:
        raise AlreadyEnrolled
    return None  # the order has just ended: the next step begins another


def _begin(user: User, course: Course, terms: Terms) -> None:
    """Create the order, before any request to Stripe; raise IntegrityError if another request was first."""
    orders = Order.objects.filter(user=user, course=course)
    if orders.filter(status=Status.NEEDS_REVIEW).exists():
        raise exceptions.OrderUnderReview
    _create(user, course, terms)


def _open_page(order: Order, user: User, course: Course, terms: Terms) -> Checkout | None:
    """Create the payment page of an order that has none, or fulfil the order if it costs nothing."""
    soonest_end = timezone.now() + MIN_PAGE_LIFETIME
    if not terms.match(order) or not order.expires_at or order.expires_at < soonest_end:
        _restart(order, terms)
        return None
    if not terms.total_amount:
        _fulfil_free(order)
        return Checkout(order, None, is_new=True)
    customer_id = customers.get_customer_id(user)
    try:
        session = client.create_session(order, title=course.title, customer_id=customer_id)
    except (
        exceptions.KeyReused
    ):  # the course's title or a setting has changed since the last request
        _restart(order, terms)
        return None
    except exceptions.PaymentRejected as error:
        if (error.reason, error.param) != ("resource_missing", "customer"):
            raise
        customers.replace_customer(user, deleted_id=customer_id)
        _restart(order, terms)
        return None
    try:
        order.await_payment(session.id, session.url)
    except exceptions.Contention:
        _expire_unless_stored(order, session.id)
        raise
    return Checkout(order, session.url, is_new=True)


def _expire_unless_stored(order: Order, session_id: str) -> None:
    """Close a page that could not be stored, unless another request has stored the same page."""
    if not Order.objects.filter(pk=order.pk, checkout_session_id=session_id).exists():
        client.expire_session(session_id)


def _return_page(order: Order, terms: Terms) -> Checkout | None:
    """Return the open page; if the terms have changed, close it so that the next step creates another."""
    if terms.match(order):
        return Checkout(order, order.checkout_url, is_new=False)
    if client.expire_session(str(order.checkout_session_id)):
        _restart(order, terms)
    return None


@atomic
def _create(user: User, course: Course, terms: Terms) -> None:
    """Create the order; raise `Course.DoesNotExist` or `SessionRevoked` if the course or the account was deleted."""
    refer_to_person(user.pk)
    take(course.pk)
    if terms.coupon:
        coupons.reserve(terms.coupon, user.pk)
    Order.objects.create(
        user=user,
        course=course,
        livemode=settings.STRIPE_LIVEMODE,
        coupon_hold=Order.Hold.RESERVED if terms.coupon else Order.Hold.NONE,
        expires_at=_page_end(),
        **terms.order_fields(),
    )


@atomic
def _restart(order: Order, terms: Terms) -> None:
    """Begin another attempt on the present terms, and exchange the coupon that is reserved."""
    hold, coupon = Order.Hold(order.coupon_hold), terms.coupon
    if coupons.coupon_id_of(order) != (str(coupon.pk) if coupon else None):
        coupons.release(order)
        hold = Order.Hold.NONE
        if coupon:
            coupons.reserve(coupon, order.user_id)
            hold = Order.Hold.RESERVED
    order.restart(expires_at=_page_end(), coupon_hold=hold, **terms.order_fields())


@atomic
def _cancel(order: Order) -> None:
    order.cancel(coupon_hold=coupons.release(order))


@atomic
def _fulfil_free(order: Order) -> None:
    """Give a course that costs nothing, without Stripe."""
    order.pay(paid_at=timezone.now(), coupon_hold=coupons.redeem(order))
    source = Source.COUPON if order.coupon else Source.FREE
    enroll(order.user_id, order.course_id, source=source, order=order.pk)
    tasks.send_receipt.enqueue(str(order.pk))


def _page_end() -> datetime:
    """Return when a page created now expires. The order keeps it: a repeated request to Stripe must be the same."""
    return timezone.now() + settings.CHECKOUT_LIFETIME
