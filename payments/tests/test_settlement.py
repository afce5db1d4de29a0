"""Settlement writes nothing twice, releases coupons, and finds the status that follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from learning.models import Enrollment
from learning.services.enrollment import enroll, revoke
from payments.coupons import copy_fields
from payments.fulfilment.settlement import expected_status
from payments.gateway import client
from payments.gateway.snapshots import (
    Payment,
    PaymentIntent,
)
from payments.ledger.audit import audit_order
from payments.models import Order
from payments.tests.factories import CouponFactory, OrderFactory
from payments.tests.settlement import a_dispute, a_refund, settle

pytestmark = pytest.mark.django_db


# --- Nothing is written twice


def test_an_order_without_a_page_is_left_as_it_is_until_its_page_would_have_expired(course):
    order = OrderFactory(course=course, expires_at=timezone.now() + timedelta(minutes=1))
    assert (settle(order, None).status, settle(order, None).version) == ("created", 0)
    Order.objects.update(expires_at=timezone.now())
    assert settle(order, None).status == "expired"
    assert settle(order, None).version == 1


def test_an_open_page_changes_nothing(shop, order):
    payment = client.retrieve_payment(order.checkout_session_id)
    assert settle(order, payment).version == order.version


@pytest.mark.parametrize(
    "changes",
    [
        {"refunds": (a_refund("succeeded", 1000),)},
        {"refunds": (a_refund("succeeded"),)},
        {"refunds": (a_refund("failed"),)},
        {"disputes": (a_dispute("needs_response", -4999),)},
        {"disputes": (a_dispute("warning_needs_response"),)},
        {"disputes": (a_dispute("lost", -4999),)},
    ],
    ids=str,
)
def test_the_same_news_changes_an_order_once(bought, payment, changes):
    payment = replace(payment, **changes)
    first = settle(bought, payment)
    assert first.version > bought.version
    Order.objects.update(attention="")  # staff have read it
    again = settle(bought, payment)
    assert (again.version, again.attention, again.status) == (first.version, "", first.status)
    assert audit_order(bought.pk) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"refunds": (a_refund("pending"),)}, {"refunds": (a_refund("succeeded"),)}),
        (
            {"disputes": (a_dispute("needs_response", -4999),)},
            {"disputes": (a_dispute("under_review", -4999),)},
        ),
    ],
    ids=["refund", "dispute"],
)
def test_news_that_keep_the_status_of_an_order_change_its_version(bought, payment, before, after):
    """Who has read the order before must not change it without having seen them."""
    first = settle(bought, replace(payment, **before))
    again = settle(bought, replace(payment, **after))
    assert (again.status, again.version) == (first.status, first.version + 1)


def test_access_that_somebody_ended_is_not_given_again(bought, payment, student, course, staff):
    revoke(student.pk, course.pk, order=bought.pk, by=staff.pk)
    assert settle(bought, payment).version == bought.version
    [grant] = Enrollment.objects.get(user=student, course=course).grants
    assert not grant.active


# --- Coupons


def change_terms(order):
    Order.objects.update(list_amount=5999)


def give_the_course(order):
    enroll(order.user_id, order.course_id, source="staff")


def close_account(order):
    User.objects.filter(pk=order.user_id).update(is_active=False)


PAID = {"status": "complete", "payment_status": "paid"}
FREE = {"status": "complete", "payment_status": "no_payment_required", "total": 0}
FREE |= {"discount": 4999, "allows_promotion_codes": True}
DECLINED = PaymentIntent("pi_1", "requires_payment_method", 0, "")


@pytest.mark.parametrize(
    ("before", "facts", "status"),
    [
        (None, {"status": "expired"}, "expired"),
        (
            None,
            {"status": "complete", "payment_status": "unpaid", "payment_intent": DECLINED},
            "failed",
        ),
        (change_terms, PAID, "needs_review"),
        (give_the_course, PAID, "needs_review"),
        (close_account, FREE, "canceled"),
    ],
)
def test_an_order_that_gives_nothing_releases_its_coupon(shop, order, before, facts, status):
    shop.pay(order.checkout_url)
    session = client.retrieve_payment(order.checkout_session_id).session
    coupon = CouponFactory(owner=order.course.instructor, reserved=1)
    Order.objects.update(coupon=copy_fields(coupon), coupon_hold="reserved")
    if before:
        before(order)
    settled = settle(order, Payment(replace(session, **facts)))
    coupon.refresh_from_db()
    assert (settled.status, settled.coupon_hold, coupon.reserved) == (status, "released", 0)


def test_an_order_that_has_ended_gives_back_a_coupon_that_it_still_holds(course):
    coupon = CouponFactory(owner=course.instructor, reserved=1)
    held = {"coupon": copy_fields(coupon), "coupon_hold": "reserved"}
    order = OrderFactory(course=course, status="expired", **held)
    assert (settle(order, None).coupon_hold, settle(order, None).version) == ("released", 1)
    coupon.refresh_from_db()
    assert coupon.reserved == 0


def test_an_order_without_a_page_releases_its_coupon_when_it_expires(course):
    coupon = CouponFactory(owner=course.instructor, reserved=1)
    order = OrderFactory(
        course=course,
        expires_at=timezone.now(),
        coupon=copy_fields(coupon),
        coupon_hold="reserved",
    )
    settled = settle(order, None)
    coupon.refresh_from_db()
    assert (settled.status, settled.coupon_hold, coupon.reserved) == ("expired", "released", 0)


# --- The status that follows


@pytest.mark.parametrize(
    ("before", "refunded", "dispute", "after"),
    [
        ("paid", 0, None, "paid"),
        ("paid", 1, None, "partially_refunded"),
        ("paid", 4998, "lost", "charged_back"),
        ("paid", 4999, "lost", "refunded"),
        ("paid", 4999, None, "refunded"),
        ("refunded", 4998, "lost", "refunded"),
        ("refunded", 4998, "needs_response", "partially_refunded"),
        ("refunded", 0, None, "paid"),
        ("paid", 1, "needs_response", "disputed"),
        ("needs_review", 1, "needs_response", "needs_review"),
        ("needs_review", 0, "lost", "charged_back"),
        ("needs_review", 4999, None, "refunded"),
    ],
)
def test_the_status_follows_refunds_and_disputes(payment, before, refunded, dispute, after):
    refunds = (a_refund("succeeded", refunded),) if refunded else ()
    disputes = (a_dispute(dispute),) if dispute else ()
    payment = replace(payment, refunds=refunds, disputes=disputes)
    assert expected_status(Order(status=before), payment) == after


@pytest.mark.parametrize(("total", "after"), [(0, "paid"), (1, "refunded")])
def test_what_cost_nothing_is_never_refunded(payment, total, after):
    refunds = (a_refund("succeeded", total),) if total else ()
    payment = Payment(replace(payment.session, total=total), refunds)
    assert expected_status(Order(status="paid"), payment) == after
