"""From Stripe's word that it was paid to access, and what may come in between."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail

from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll
from payments.fulfilment.sync import sync_order
from payments.ledger.audit import audit_order
from payments.models import TRANSITIONS, LedgerEntry, Order, Refund
from payments.refunds import refund_order
from payments.tests.factories import CouponFactory

pytestmark = pytest.mark.django_db


# --- Works


def test_paid_means_enrolled_booked_and_told(shop, order, student, course):
    shop.pay(order.checkout_url)
    assert set(shop.tell()) == {200}
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.paid_at
    assert order.payment_intent_id == shop.all("payment_intents")[0]["id"]
    assert order.receipt_url == shop.all("charges")[0]["receipt_url"]
    [given] = Enrollment.objects.get(user=student, course=course).grants
    assert (given.source, given.order, given.active) == ("purchase", order.pk, True)
    assert LedgerEntry.objects.filter(order=order, kind="sale").exists()
    [receipt] = mail.outbox
    assert receipt.to == [student.email]
    assert "Sailing" in receipt.subject
    assert "49.99 USD" in receipt.body
    assert order.receipt_url in receipt.body
    assert order.receipt_url in receipt.alternatives[0].content


@pytest.mark.django_db(transaction=True)
def test_webhook_return_page_and_reconciler_at_once_pay_once(
    shop, order, student, course, client_of
):
    """One `sync_order` serves all of them; of those that find it paid, one alone sends the receipt."""
    shop.pay(order.checkout_url)
    [event] = shop.events("checkout.session.completed")
    page = client_of(student)

    def ask(number):
        if number % 3 == 0:
            return shop.deliver(event).status_code
        if number % 3 == 1:
            return page.post(f"/api/v1/payments/orders/{order.pk}/sync").status_code
        return {"paid": 200}[sync_order(order).status]

    with ThreadPoolExecutor(9) as threads:
        assert set(threads.map(ask, range(9))) == {200}
    assert len(mail.outbox) == 1
    assert len(Enrollment.objects.get(user=student).grants) == 1
    assert LedgerEntry.objects.filter(kind="sale", account="stripe_balance").count() == 1
    course.refresh_from_db()
    assert course.enrolled_count == 1


def test_a_lost_webhook_costs_nothing_when_the_return_page_asks(
    shop, order, student, course, client_of
):
    shop.pay(order.checkout_url)
    answer = client_of(student).post(f"/api/v1/payments/orders/{order.pk}/sync")
    assert answer.status_code == 200
    assert answer.json()["status"] == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert client_of(student).post(f"/api/v1/payments/orders/{order.pk}/sync").json() == (
        answer.json()
    )
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("seed", range(4))
def test_events_in_any_order_and_number_come_to_the_same(shop, order, student, course, seed):
    shop.act(order.checkout_url, "decline")
    shop.pay(order.checkout_url)
    shop.control("refunds", payment_intent=shop.all("payment_intents")[0]["id"], amount=1000)
    events = shop.events() * 2
    random.Random(seed).shuffle(events)
    assert {shop.deliver(event).status_code for event in events} == {200}
    order.refresh_from_db()
    assert (order.status, order.refunded_amount) == ("partially_refunded", 1000)
    assert Refund.objects.count() == 1
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


def test_a_paid_order_heals_when_its_answer_was_lost(shop, order, student, course):
    """Stripe made the page and we never heard of it: its event names our order."""
    shop.pay(order.checkout_url)
    Order.objects.update(status="created", checkout_session_id=None, checkout_url="")
    assert shop.tell("checkout.session.completed") == [200]
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [
        ("jpy", 5000, "5,000 JPY"),
        ("kwd", 12340, "12.340 KWD"),
        ("isk", 500_000, "5,000 ISK"),
        ("ugx", 5_000_000, "50,000 UGX"),
    ],
)
def test_amounts_of_every_currency_go_to_stripe_as_they_stand(
    shop, buy, student, instructor, currency, amount, shown
):
    course = CourseFactory(
        instructor=instructor, published=True, price_amount=amount, currency=currency
    )
    shop.pay(buy(student, course).json()["checkout_url"])
    shop.tell("checkout.session.completed")
    [charge] = shop.all("charges")
    assert (charge["amount"], charge["currency"]) == (amount, currency)
    assert shown in mail.outbox[0].body
    order = refund_order(Order.objects.get())
    assert (order.status, order.refunded_amount) == ("refunded", amount)
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


# --- Delayed methods


def test_a_delayed_payment_never_grants_early(shop, order, student, course):
    shop.act(order.checkout_url, "pay_later")
    shop.tell()
    order.refresh_from_db()
    assert order.status == "processing"
    assert not is_enrolled(student.pk, course.pk)
    assert LedgerEntry.objects.count() == len(mail.outbox) == 0

    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=True)
    shop.tell()
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1


def test_a_delayed_payment_that_fails_may_be_tried_again(shop, order, buy, student, course):
    shop.act(order.checkout_url, "pay_later")
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=False)
    shop.tell()
    order.refresh_from_db()
    assert order.status == "failed"
    assert not is_enrolled(student.pk, course.pk)
    assert buy(student, course).status_code == 201


def test_a_declined_card_leaves_the_page_open(shop, order, student, course):
    assert shop.act(order.checkout_url, "decline").status_code == 200
    assert set(shop.tell()) == {200}
    order.refresh_from_db()
    assert order.status == "pending"
    shop.pay(order.checkout_url)
    shop.tell()
    order.refresh_from_db()
    assert order.status == "paid"


# --- Ended


def test_an_expired_page_expires_the_order(shop, order, student, course):
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    shop.tell()
    order.refresh_from_db()
    assert order.status == "expired"


def test_an_expiring_second_page_never_undoes_a_paid_order(shop, order, buy, student, course):
    shop.pay(order.checkout_url)
    shop.tell()
    session = shop.get(f"checkout/sessions/{order.checkout_session_id}")
    for kind in ["expired", "async_payment_failed"]:
        event = {
            "id": f"evt_{kind}",
            "object": "event",
            "type": f"checkout.session.{kind}",
            "created": 1,
            "livemode": False,
            "data": {"object": session},
        }
        assert shop.deliver(event).status_code == 200
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)


def test_what_was_paid_never_becomes_expired_failed_or_processing():
    for status in ["paid", "partially_refunded", "refunded", "disputed", "charged_back"]:
        assert not TRANSITIONS[status] & {"created", "pending", "expired", "failed", "processing"}


@pytest.mark.parametrize("ended", ["expired", "canceled", "failed"])
def test_late_money_is_taken_if_the_course_is_not_owned(shop, order, student, course, ended):
    Order.objects.update(status=ended)
    shop.pay(order.checkout_url)
    shop.tell("checkout.session.completed")
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)


def test_late_money_goes_back_by_itself_if_the_course_was_bought_again(
    shop, order, buy, student, course
):
    Order.objects.update(status="expired")
    second = buy(student, course).json()
    shop.pay(second["checkout_url"])
    shop.tell("checkout.session.completed")
    shop.pay(order.checkout_url)
    assert set(shop.tell()) == {200}

    order.refresh_from_db()
    assert order.status == "refunded"
    assert "refunded automatically" in order.attention
    assert Refund.objects.get().amount == 4999
    assert [refund["amount"] for refund in shop.all("refunds")] == [4999]
    other = Order.objects.get(pk=second["order"]["id"])
    assert other.status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


@pytest.mark.parametrize("status", ["pending", "expired"])
def test_money_goes_back_if_the_course_was_given_meanwhile(shop, order, student, course, status):
    Order.objects.update(status=status)
    enroll(student.pk, course.pk, source="staff")
    shop.pay(order.checkout_url)
    shop.tell()
    order.refresh_from_db()
    assert (order.status, order.refunded_amount) == ("refunded", 4999)
    assert "refunded automatically" in order.attention
    [given] = Enrollment.objects.get(user=student, course=course).grants
    assert (given.source, given.active) == ("staff", True)
    assert mail.outbox == []
    assert audit_order(order.pk) == []


def test_the_coupon_of_money_that_goes_back_is_free_again(shop, buy, student, course):
    coupon = CouponFactory(owner=course.instructor)
    page = buy(student, course, coupon=coupon.code).json()["checkout_url"]
    enroll(student.pk, course.pk, source="staff")
    shop.pay(page)
    shop.tell()
    coupon.refresh_from_db()
    assert (coupon.reserved, coupon.redeemed) == (0, 0)


def test_only_what_has_not_gone_back_already_goes_back_by_itself(shop, order, student, course):
    enroll(student.pk, course.pk, source="staff")
    shop.pay(order.checkout_url)
    [intent] = shop.all("payment_intents")
    shop.control("refunds", payment_intent=intent["id"], amount=1000)
    shop.tell()
    assert Order.objects.get().status == "refunded"
    assert sorted(refund["amount"] for refund in shop.all("refunds")) == [1000, 3999]


def test_late_money_closes_the_second_page_so_that_nobody_pays_twice(
    shop, order, buy, student, course
):
    Order.objects.update(status="expired")
    second = buy(student, course).json()
    shop.pay(order.checkout_url)
    shop.tell("checkout.session.completed")
    order.refresh_from_db()
    assert order.status == "paid"
    assert Order.objects.get(pk=second["order"]["id"]).status == "expired"
    assert shop.act(second["checkout_url"]).status_code == 409


# --- Paid a second time by another page of the same order


@pytest.mark.parametrize("first", [0, 1])
def test_a_second_payment_goes_back_by_itself(shop, two_pages, student, course, first):
    shop.pay(two_pages[first])
    shop.tell()
    shop.pay(two_pages[1 - first])
    assert set(shop.tell()) == {200}

    order, second = Order.objects.order_by("pk")
    assert order.status == "paid"
    assert (second.status, second.total_amount, second.refunded_amount) == ("refunded", 4999, 4999)
    assert str(order.pk) in second.attention
    assert [refund["amount"] for refund in shop.all("refunds")] == [4999]
    [given] = Enrollment.objects.get(user=student, course=course).grants
    assert (given.order, given.active) == (order.pk, True)
    assert len(mail.outbox) == 1
    assert [audit_order(each.pk) for each in (order, second)] == [[], []]
    assert LedgerEntry.objects.filter(order=second, kind="refund").exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_payment_told_by_many_at_once_goes_back_once(shop, two_pages):
    for url in two_pages:
        shop.pay(url)
    events = shop.events("checkout.session.completed") * 4
    with ThreadPoolExecutor(8) as threads:
        assert {answer.status_code for answer in threads.map(shop.deliver, events)} == {200}
    assert sorted(Order.objects.values_list("status", flat=True)) == ["paid", "refunded"]
    assert Refund.objects.count() == len(shop.all("refunds")) == 1


def test_money_of_a_second_payment_that_the_bank_returns_is_left_to_staff(shop, two_pages):
    for url in two_pages:
        shop.pay(url)
    shop.tell()
    [refund] = shop.all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    assert set(shop.tell()) == {200}
    order, second = Order.objects.order_by("pk")
    assert (order.status, second.status) == ("paid", "needs_review")
    assert "A refund failed" in second.attention
