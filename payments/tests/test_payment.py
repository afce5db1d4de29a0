"""From a paid checkout to access, and what may happen in between."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.utils.translation import override

from accounts.models import User
from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from lms.locales import format_day
from payments.fulfilment.sync import sync_order
from payments.models import TRANSITIONS, LedgerEntry, Order, Refund
from payments.refunds import refund_order

pytestmark = pytest.mark.django_db


def test_a_paid_order_enrolls_books_and_sends_a_receipt(shop, order, student, course):
    shop.pay(order.checkout_url)
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert order.status == "paid"
    assert order.paid_at
    assert order.payment_intent_id == shop.list_all("payment_intents")[0]["id"]
    assert order.receipt_url == shop.list_all("charges")[0]["receipt_url"]
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
def test_webhook_return_page_and_reconciler_at_once_fulfil_the_order_once(
    shop, order, student, course, client_of
):
    """All of them call `sync_order`; only the one that marks the order as paid sends the receipt."""
    shop.pay(order.checkout_url)
    [event] = shop.list_events("checkout.session.completed")
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
    assert course.student_count == 1


def test_the_return_page_replaces_a_lost_webhook(shop, order, student, course, client_of):
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
def test_events_in_any_order_and_number_have_the_same_result(shop, order, student, course, seed):
    shop.act(order.checkout_url, "decline")
    shop.pay(order.checkout_url)
    shop.control("refunds", payment_intent=shop.list_all("payment_intents")[0]["id"], amount=1000)
    events = shop.list_events() * 2
    random.Random(seed).shuffle(events)
    assert {shop.deliver(event).status_code for event in events} == {200}
    order.refresh_from_db()
    assert (order.status, order.refunded_amount) == ("partially_refunded", 1000)
    assert Refund.objects.count() == 1
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


def test_an_order_is_paid_though_the_response_with_its_page_was_lost(shop, order, student, course):
    """Stripe created the page and we never received the response: the event names our order."""
    shop.pay(order.checkout_url)
    Order.objects.update(status="created", checkout_session_id=None, checkout_url="")
    assert shop.deliver_all("checkout.session.completed") == [200]
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)


@pytest.mark.parametrize(
    ("currency", "amount", "text"),
    [
        ("jpy", 5000, "5,000 JPY"),
        ("kwd", 12340, "12.340 KWD"),
        ("isk", 500_000, "5,000 ISK"),
        ("ugx", 5_000_000, "50,000 UGX"),
    ],
)
def test_amounts_of_every_currency_are_sent_to_stripe_unchanged(
    shop, buy, student, instructor, currency, amount, text
):
    course = CourseFactory(
        instructor=instructor, published=True, price_amount=amount, currency=currency
    )
    shop.pay(buy(student, course).json()["checkout_url"])
    shop.deliver_all("checkout.session.completed")
    [charge] = shop.list_all("charges")
    assert (charge["amount"], charge["currency"]) == (amount, currency)
    assert text in mail.outbox[0].body
    order = refund_order(Order.objects.get())
    assert (order.status, order.refunded_amount) == ("refunded", amount)
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 0


# --- Delayed payments


def test_a_delayed_payment_gives_access_only_when_it_arrives(shop, order, student, course):
    shop.act(order.checkout_url, "pay_later")
    shop.deliver_all()
    order.refresh_from_db()
    assert order.status == "processing"
    assert not is_enrolled(student.pk, course.pk)
    assert LedgerEntry.objects.count() == len(mail.outbox) == 0

    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=True)
    shop.deliver_all()
    order.refresh_from_db()
    assert order.status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert len(mail.outbox) == 1


def test_after_a_failed_payment_the_course_can_be_bought_again(shop, order, buy, student, course):
    shop.act(order.checkout_url, "pay_later")
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=False)
    shop.deliver_all()
    order.refresh_from_db()
    assert order.status == "failed"
    assert order.payment_intent_id == shop.list_all("payment_intents")[0]["id"]  # staff find it
    assert not is_enrolled(student.pk, course.pk)
    assert buy(student, course).status_code == 201


def test_a_declined_card_leaves_the_page_open(shop, order, student, course):
    assert shop.act(order.checkout_url, "decline").status_code == 200
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert order.status == "pending"
    shop.pay(order.checkout_url)
    shop.deliver_all()
    order.refresh_from_db()
    assert order.status == "paid"


# --- Expired pages


def test_an_expired_page_expires_the_order(shop, order, student, course):
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    shop.deliver_all()
    order.refresh_from_db()
    assert order.status == "expired"


@pytest.mark.parametrize("end", ["expire", "pay_later"])
def test_what_happens_to_a_forgotten_page_does_not_change_the_order_of_the_present_page(
    shop, order, two_pages, end
):
    forgotten, present = two_pages
    if end == "expire":
        session = next(
            each for each in shop.list_all("checkout/sessions") if each["url"] == forgotten
        )
        shop.control(f"sessions/{session['id']}/expire")
    else:
        shop.act(forgotten, "pay_later")
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert (order.status, order.checkout_url) == ("pending", present)
    assert Order.objects.count() == 1


def test_an_expired_or_failed_page_does_not_change_a_paid_order(shop, order, buy, student, course):
    shop.pay(order.checkout_url)
    shop.deliver_all()
    session = shop.retrieve(f"checkout/sessions/{order.checkout_session_id}")
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


def test_a_paid_order_never_becomes_expired_failed_or_processing():
    for status in ["paid", "partially_refunded", "refunded", "disputed", "charged_back"]:
        assert not TRANSITIONS[status] & {"created", "pending", "expired", "failed", "processing"}


def test_a_receipt_is_in_the_language_of_the_buyer(shop, order, student, course):
    User.objects.filter(pk=student.pk).update(signup_locale="de")
    shop.pay(order.checkout_url)
    shop.deliver_all()
    [receipt] = mail.outbox
    assert receipt.subject == "Ihr Beleg für Sailing | Lectern"
    order.refresh_from_db()
    with override("de"):
        day = format_day(order.paid_at)
    assert f"Datum       {day}" in receipt.body
    assert "Summe       49,99 USD" in receipt.body
    assert '<html lang="de">' in receipt.alternatives[0].content
