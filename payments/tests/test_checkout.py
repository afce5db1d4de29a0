"""From the buy button to the payment page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from courses.models import Course
from courses.tests.factories import CourseFactory
from learning.queries.enrollments import is_enrolled
from payments.models import Order, StripeCustomer
from sandbox.client import AUTHORIZATION

pytestmark = pytest.mark.django_db

SESSIONS = "/v1/checkout/sessions"


def codes(answer):
    return [error["code"] for error in answer.json()["errors"]]


# --- A new page


def test_a_checkout_returns_stripes_page(shop, buy, student, course):
    answer = buy(student, course)
    assert answer.status_code == 201
    order, url = answer.json()["order"], answer.json()["checkout_url"]
    assert order["status"] == "pending"
    assert order["total_amount"] == {"amount": 4999, "currency": "usd"}
    assert order["course"] == {
        "id": str(course.pk),
        "slug": course.slug,
        "title": "Sailing",
        "thumbnail": None,
    }
    assert "49.99" in shop.http.get(url).text


def test_price_currency_and_user_are_read_from_the_database_only(
    shop, buy, student, other_student, course
):
    answer = buy(
        student,
        course,
        price=1,
        amount=1,
        total_amount={"amount": 1, "currency": "jpy"},
        currency="jpy",
        user=str(other_student.pk),
        status="paid",
    )
    order = Order.objects.get()
    assert (order.user, order.total_amount, order.currency) == (student, 4999, "usd")
    [session] = shop.list_all("checkout/sessions")
    assert (session["amount_total"], session["currency"]) == (4999, "usd")
    assert answer.json()["order"]["status"] == "pending"


def test_the_order_is_committed_before_stripe_is_called_and_stripe_keeps_its_id(
    shop, buy, student, course
):
    shop.fault("status", status=500)
    assert buy(student, course).status_code == 503
    order = Order.objects.get()
    assert (order.status, order.checkout_session_id) == ("created", None)

    shop.fault("none")
    shop.pay(buy(student, course).json()["checkout_url"])
    [session] = shop.list_all("checkout/sessions")
    [intent] = shop.list_all("payment_intents")
    assert session["client_reference_id"] == str(order.pk)
    assert session["metadata"] == intent["metadata"] == {"order": str(order.pk), "attempt": "1"}


def test_the_page_returns_with_the_order_and_the_session(shop, buy, student, course, settings):
    settings.CHECKOUT_SUCCESS_URL = "https://x.test/ok?o={ORDER_ID}&s={CHECKOUT_SESSION_ID}"
    settings.CHECKOUT_CANCEL_URL = "https://x.test/no?o={ORDER_ID}"
    answer = buy(student, course).json()
    order = Order.objects.get()
    away = shop.act(answer["checkout_url"], "cancel").headers["location"]
    assert away == f"https://x.test/no?o={order.pk}"
    back = shop.act(answer["checkout_url"]).headers["location"]
    assert back == f"https://x.test/ok?o={order.pk}&s={order.checkout_session_id}"


def test_a_person_has_one_customer_at_stripe(shop, buy, student, course, instructor):
    buy(student, course)
    buy(student, CourseFactory(instructor=instructor, published=True))
    [customer] = shop.list_all("customers")
    assert customer["email"] == student.email
    assert {session["customer"] for session in shop.list_all("checkout/sessions")} == {
        customer["id"]
    }


def test_a_customer_that_was_deleted_at_stripe_is_created_again(
    shop, buy, student, course, instructor
):
    buy(student, course)
    gone = StripeCustomer.objects.get().customer_id
    shop.http.delete(f"/v1/customers/{gone}", headers=AUTHORIZATION)
    other = CourseFactory(instructor=instructor, published=True)
    assert buy(student, other).status_code == 201
    assert StripeCustomer.objects.get().customer_id != gone


def test_a_new_email_address_is_sent_to_stripe(shop, buy, student, course, instructor):
    buy(student, course)
    student.email = "new@example.test"
    student.save()
    buy(student, CourseFactory(instructor=instructor, published=True))
    [customer] = shop.list_all("customers")
    assert customer["email"] == StripeCustomer.objects.get().email == "new@example.test"


def test_an_address_that_changes_between_two_requests_does_not_block_the_customer(
    shop, buy, student, course
):
    shop.fault("lose", count=3)
    assert buy(student, course).status_code == 503
    student.email = "new@example.test"
    student.save()
    assert buy(student, course).status_code == 201
    assert StripeCustomer.objects.get().email == "new@example.test"


def test_settings_enable_tax_and_promotion_codes(
    shop, buy, student, other_student, course, settings
):
    buy(student, course)
    settings.STRIPE_AUTOMATIC_TAX = settings.STRIPE_PROMOTION_CODES = True
    url = buy(other_student, course).json()["checkout_url"]
    with_both, without = shop.list_all("checkout/sessions")
    assert with_both["automatic_tax"]["enabled"]
    assert with_both["allow_promotion_codes"]
    assert not without["automatic_tax"]["enabled"]
    assert not without["allow_promotion_codes"]

    shop.pay(url)
    shop.deliver_all("checkout.session.completed")
    order = Order.objects.get(user=other_student)
    assert (order.status, order.tax_amount, order.total_amount) == ("paid", 500, 5499)


# --- A free course


def test_a_free_course_is_given_at_once_without_stripe(shop, buy, student, instructor):
    free = CourseFactory(instructor=instructor, published=True, price_amount=0)
    answer = buy(student, free)
    assert answer.status_code == 201
    assert answer.json()["checkout_url"] is None
    assert answer.json()["order"]["status"] == "paid"
    assert is_enrolled(student.pk, free.pk)
    assert shop.list_requests(SESSIONS) == []
    assert len(mail.outbox) == 1
    assert codes(buy(student, free)) == ["already_enrolled"]


# --- A repeated checkout


def test_an_open_page_is_returned_again(shop, buy, student, course):
    first, again = buy(student, course), buy(student, course)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["checkout_url"] == again.json()["checkout_url"]
    assert Order.objects.count() == len(shop.list_all("checkout/sessions")) == 1


def test_the_idempotency_key_is_the_order_and_attempt_also_when_repeated(
    shop, buy, student, course
):
    shop.fault("status", status=502)
    assert codes(buy(student, course)) == ["payment_provider_unavailable"]
    shop.fault("none")
    keys = {each["headers"]["idempotency-key"] for each in shop.list_requests("/v1/customers")}
    assert len(keys) == 1
    assert keys.pop().startswith(f"customer-{student.pk}-")

    shop.fault("lose", count=3)  # customer and session are created, but the responses are lost
    assert buy(student, course).status_code == 503
    shop.fault("none")
    assert buy(student, course).status_code == 201
    buy(student, course)
    order = Order.objects.get()
    keys = {each["headers"]["idempotency-key"] for each in shop.list_requests(SESSIONS)}
    assert keys == {f"order-{order.pk}-1"}
    assert len(shop.list_all("checkout/sessions")) == len(shop.list_all("customers")) == 1


def test_a_changed_price_closes_the_old_page_and_begins_a_new_attempt(shop, buy, student, course):
    old = buy(student, course).json()
    Course.objects.filter(pk=course.pk).update(price_amount=2000)
    new = buy(student, course)
    assert new.status_code == 201
    assert new.json()["order"]["id"] == old["order"]["id"]
    assert new.json()["order"]["total_amount"]["amount"] == 2000
    latest, before = shop.list_all("checkout/sessions")
    assert (before["status"], latest["status"]) == ("expired", "open")
    asked = [each["path"] for each in shop.list_requests(SESSIONS)]
    assert len(asked) == 2
    order = Order.objects.get()
    assert order.attempt == 2
    assert shop.act(old["checkout_url"]).status_code == 409

    shop.pay(new.json()["checkout_url"])
    assert set(shop.deliver_all()) == {200}  # including the expiry of the old page
    order.refresh_from_db()
    assert (order.status, order.total_amount) == ("paid", 2000)


def test_a_page_that_is_unknown_to_stripe_is_replaced(shop, buy, student, course):
    buy(student, course)
    Order.objects.update(checkout_session_id="cs_test_gone")
    Course.objects.filter(pk=course.pk).update(price_amount=2000)
    assert buy(student, course).status_code == 201
    assert Order.objects.get().attempt == 2


def test_a_course_whose_page_was_just_paid_is_not_sold_again(shop, buy, student, course):
    shop.pay(buy(student, course).json()["checkout_url"])
    Course.objects.filter(pk=course.pk).update(price_amount=2000)
    assert codes(buy(student, course)) == ["already_enrolled"]
    assert is_enrolled(student.pk, course.pk)
    assert Order.objects.get().total_amount == 4999


def test_after_a_page_has_expired_a_new_order_begins(shop, buy, student, course):
    buy(student, course)
    old = Order.objects.get()
    shop.control(f"sessions/{old.checkout_session_id}/expire")
    answer = buy(student, course)
    assert answer.status_code == 201
    old.refresh_from_db()
    assert old.status == "expired"
    assert Order.objects.live(student.pk, course.pk).count() == 1
    assert answer.json()["order"]["id"] != str(old.pk)


def test_a_title_that_changes_between_two_requests_does_not_block_the_order(
    shop, buy, student, course
):
    buy(student, course)
    order = Order.objects.get()
    Order.objects.filter(pk=order.pk).update(
        status="created", checkout_session_id=None, checkout_url=""
    )
    Course.objects.filter(pk=course.pk).update(title="Sailing for all")
    assert buy(student, course).status_code == 201
    order.refresh_from_db()
    assert (order.status, order.attempt) == ("pending", 2)


def test_an_order_without_a_page_receives_one_with_enough_time(shop, buy, student, course):
    shop.fault("status")
    buy(student, course)
    shop.fault("none")
    Order.objects.update(expires_at=timezone.now() + timedelta(minutes=20))
    assert buy(student, course).status_code == 201
    order = Order.objects.get()
    assert order.attempt == 2
    assert order.expires_at > timezone.now() + timedelta(minutes=50)


@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_create_one_order_and_one_page(shop, buy, student, course):
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: buy(student, course), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["checkout_url"] for answer in answers}) == 1
    assert Order.objects.count() == len(shop.list_all("checkout/sessions")) == 1
    assert StripeCustomer.objects.count() == len(shop.list_all("customers")) == 1
