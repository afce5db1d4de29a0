"""Payments that arrive when the order has ended, or the course is owned already."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail

from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll
from payments.ledger.audit import audit_order
from payments.models import LedgerEntry, Order, Refund
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ended", ["expired", "canceled", "failed"])
def test_a_late_payment_fulfils_the_order_if_the_course_is_not_owned(
    shop, order, student, course, ended
):
    Order.objects.update(status=ended)
    shop.pay(order.checkout_url)
    shop.deliver_all("checkout.session.completed")
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)


def test_a_late_payment_is_refunded_automatically_if_the_course_was_bought_again(
    shop, order, buy, student, course
):
    Order.objects.update(status="expired")
    second = buy(student, course).json()
    shop.pay(second["checkout_url"])
    shop.deliver_all("checkout.session.completed")
    shop.pay(order.checkout_url)
    assert set(shop.deliver_all()) == {200}

    order.refresh_from_db()
    assert order.status == "refunded"
    assert "refunded automatically" in order.attention
    assert Refund.objects.get().amount == 4999
    assert [refund["amount"] for refund in shop.list_all("refunds")] == [4999]
    other = Order.objects.get(pk=second["order"]["id"])
    assert other.status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


@pytest.mark.parametrize("status", ["pending", "expired"])
def test_a_payment_is_refunded_automatically_if_staff_have_given_the_course(
    shop, order, student, course, status
):
    Order.objects.update(status=status)
    enroll(student.pk, course.pk, source="staff")
    shop.pay(order.checkout_url)
    shop.deliver_all()
    order.refresh_from_db()
    assert (order.status, order.refunded_amount) == ("refunded", 4999)
    assert "refunded automatically" in order.attention
    [given] = Enrollment.objects.get(user=student, course=course).grants
    assert (given.source, given.active) == ("staff", True)
    assert mail.outbox == []
    assert audit_order(order.pk) == []


def test_an_automatic_refund_releases_the_coupon(shop, buy, student, course):
    coupon = CouponFactory(owner=course.instructor)
    page = buy(student, course, coupon=coupon.code).json()["checkout_url"]
    enroll(student.pk, course.pk, source="staff")
    shop.pay(page)
    shop.deliver_all()
    coupon.refresh_from_db()
    assert (coupon.reserved, coupon.redeemed) == (0, 0)


def test_an_automatic_refund_leaves_out_what_was_refunded_before(shop, order, student, course):
    enroll(student.pk, course.pk, source="staff")
    shop.pay(order.checkout_url)
    [intent] = shop.list_all("payment_intents")
    shop.control("refunds", payment_intent=intent["id"], amount=1000)
    shop.deliver_all()
    assert Order.objects.get().status == "refunded"
    assert sorted(refund["amount"] for refund in shop.list_all("refunds")) == [1000, 3999]


def test_a_late_payment_closes_the_other_page_so_that_nobody_pays_twice(
    shop, order, buy, student, course
):
    Order.objects.update(status="expired")
    second = buy(student, course).json()
    shop.pay(order.checkout_url)
    shop.deliver_all("checkout.session.completed")
    order.refresh_from_db()
    assert order.status == "paid"
    assert Order.objects.get(pk=second["order"]["id"]).status == "expired"
    assert shop.act(second["checkout_url"]).status_code == 409


# --- A second payment of the same order


@pytest.mark.parametrize("first", [0, 1])
def test_a_second_payment_is_refunded_automatically(shop, two_pages, student, course, first):
    shop.pay(two_pages[first])
    shop.deliver_all()
    shop.pay(two_pages[1 - first])
    assert set(shop.deliver_all()) == {200}

    order, second = Order.objects.order_by("pk")
    assert order.status == "paid"
    assert (second.status, second.total_amount, second.refunded_amount) == ("refunded", 4999, 4999)
    assert str(order.pk) in second.attention
    assert [refund["amount"] for refund in shop.list_all("refunds")] == [4999]
    [given] = Enrollment.objects.get(user=student, course=course).grants
    assert (given.order, given.active) == (order.pk, True)
    assert len(mail.outbox) == 1
    assert [audit_order(each.pk) for each in (order, second)] == [[], []]
    assert LedgerEntry.objects.filter(order=second, kind="refund").exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_payment_with_many_events_at_once_is_refunded_once(shop, two_pages):
    for url in two_pages:
        shop.pay(url)
    events = shop.list_events("checkout.session.completed") * 4
    with ThreadPoolExecutor(8) as threads:
        assert {answer.status_code for answer in threads.map(shop.deliver, events)} == {200}
    assert sorted(Order.objects.values_list("status", flat=True)) == ["paid", "refunded"]
    assert Refund.objects.count() == len(shop.list_all("refunds")) == 1


def test_a_failed_refund_of_a_second_payment_is_left_to_staff(shop, two_pages):
    for url in two_pages:
        shop.pay(url)
    shop.deliver_all()
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    assert set(shop.deliver_all()) == {200}
    order, second = Order.objects.order_by("pk")
    assert (order.status, second.status) == ("paid", "needs_review")
    assert "A refund failed" in second.attention
