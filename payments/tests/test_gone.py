"""Money for what is gone goes back by itself: the course was deleted, or the account was closed."""

from dataclasses import replace

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from accounts.services.erasure import erase_account
from courses.models import Course
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from lms.mongodb.transaction import atomic
from payments.fulfilment.references import find_gone
from payments.fulfilment.settlement import settle_order
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.ledger.audit import audit_order
from payments.models import LedgerEntry, Order
from payments.refunds import refund_order
from payments.tasks import send_receipt
from payments.tests.factories import CouponFactory
from payments.tests.reconciliation import findings, run

pytestmark = pytest.mark.django_db


def delete_course(order: Order) -> None:
    """Delete the course of an order as another database would: no rule of ours is asked."""
    rows = connection.get_collection(Course._meta.db_table)
    assert rows.delete_one({"_id": order.course_id}).deleted_count


def close_account(order: Order) -> None:
    assert User.objects.filter(pk=order.user_id).update(is_active=False)


GONE = pytest.mark.parametrize(
    ("lose", "reason"),
    [
        (delete_course, "the course was deleted"),
        (close_account, "the person's account was closed"),
    ],
)


@GONE
@pytest.mark.parametrize("status", ["pending", "expired", "canceled"])
def test_a_payment_for_what_is_gone_is_booked_and_refunded(
    shop, order, instructor, lose, reason, status
):
    shop.pay(order.checkout_url)
    Order.objects.update(status=status)
    lose(order)
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert (order.status, order.total_amount, order.refunded_amount) == ("refunded", 4999, 4999)
    assert reason in order.attention
    assert "refunded automatically" in order.attention
    assert [refund["amount"] for refund in shop.list_all("refunds")] == [4999]
    assert not Enrollment.objects.exists()
    assert mail.outbox == []
    kinds = set(LedgerEntry.objects.values_list("kind", flat=True))
    assert kinds == {"sale", "fee", "refund"}
    assert audit_order(order.pk) == []
    assert findings(run()) == []
    call_command("ledger", "--check")


@GONE
def test_a_refund_of_what_is_gone_that_fails_is_left_to_staff(shop, order, lose, reason):
    shop.pay(order.checkout_url)
    lose(order)
    shop.control("refunds", payment_intent=shop.list_all("payment_intents")[0]["id"], amount=1000)
    shop.deliver_all()
    refunds = {refund["amount"]: refund["id"] for refund in shop.list_all("refunds")}
    assert set(refunds) == {1000, 3999}
    shop.control("refunds", refund=refunds[1000], fail=True)
    assert set(shop.deliver_all()) == {200}
    order.refresh_from_db()
    assert (order.status, order.refunded_amount) == ("needs_review", 3999)
    assert order.attention == f"A refund failed after {reason}."
    assert not Enrollment.objects.exists()
    assert audit_order(order.pk) == []
    assert refund_order(order).status == "refunded"  # once staff try again


def test_a_refund_that_fails_after_the_account_was_closed_gives_no_access(shop, bought, student):
    refund_order(bought)
    close_account(bought)
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    assert set(shop.deliver_all()) == {200}
    bought.refresh_from_db()
    assert bought.status == "needs_review"
    assert not is_enrolled(student.pk, bought.course_id)


@GONE
def test_a_payment_for_what_is_gone_releases_its_coupon(shop, buy, student, course, lose, reason):
    coupon = CouponFactory(owner=course.instructor)
    shop.pay(buy(student, course, coupon=coupon.code).json()["checkout_url"])
    lose(Order.objects.get())
    shop.deliver_all()
    coupon.refresh_from_db()
    assert (coupon.reserved, coupon.redeemed) == (0, 0)


@GONE
def test_a_delayed_payment_for_what_is_gone_is_refunded_when_it_arrives(shop, order, lose, reason):
    shop.act(order.checkout_url, "pay_later")
    shop.deliver_all()
    lose(order)
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=True)
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "refunded"


@GONE
def test_a_page_that_cost_nothing_gives_nothing_to_who_is_gone(shop, order, lose, reason):
    payment = client.retrieve_payment(order.checkout_session_id)
    free = {"status": "complete", "payment_status": "no_payment_required", "total": 0}
    free |= {"allows_promotion_codes": True, "discount": payment.session.subtotal}
    lose(order)
    payment = replace(payment, session=replace(payment.session, **free))
    settled = atomic(settle_order)(order, payment)
    assert settled.status == "canceled"
    assert reason in settled.attention
    assert not Enrollment.objects.exists()


@GONE
def test_the_open_page_of_what_is_gone_is_expired(shop, order, lose, reason):
    lose(order)
    assert findings(run()) == [("waiting orders", f"pending, but {reason}", "repaired")]
    assert Order.objects.get().status == "expired"
    assert shop.act(order.checkout_url).status_code == 409
    assert findings(run()) == []


@GONE
def test_an_order_without_a_page_ends_if_what_it_is_for_is_gone(shop, order, lose, reason):
    Order.objects.update(status="created", checkout_session_id=None)
    lose(order)
    assert sync_order(Order.objects.get()).status == "expired"


@GONE
def test_a_receipt_for_what_is_gone_is_not_sent(bought, lose, reason):
    mail.outbox.clear()
    lose(bought)
    send_receipt.call(str(bought.pk))
    assert mail.outbox == []


def test_a_paid_order_whose_course_is_gone_is_left_to_people(shop, bought):
    delete_course(bought)
    [finding] = run().findings
    assert finding.problem == "paid, but the course was deleted"
    assert finding.outcome == "left"


def test_an_erased_buyer_keeps_nothing_but_the_books(shop, bought, student):
    erase_account(student)
    assert findings(run()) == []
    call_command("ledger", "--check")


def test_a_payment_on_earlier_terms_is_refunded_and_the_order_goes_on(shop, two_pages):
    Order.objects.update(list_amount=5999, total_amount=5999)
    shop.pay(two_pages[0])
    assert set(shop.deliver_all()) == {200}
    order, other = Order.objects.order_by("pk")
    assert (order.status, order.total_amount) == ("pending", 5999)
    assert (other.status, other.total_amount, other.refunded_amount) == ("refunded", 4999, 4999)
    assert f"earlier terms of order {order.pk}" in other.attention
    assert audit_order(other.pk) == []
    assert mail.outbox == []
    assert findings(run()) == []


def test_staff_refund_a_paid_order_whose_course_is_gone(shop, bought, student):
    delete_course(bought)
    assert refund_order(bought).status == "refunded"
    assert not is_enrolled(student.pk, bought.course_id)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    assert set(shop.deliver_all()) == {200}
    assert Order.objects.get().status == "needs_review"
    assert [finding.outcome for finding in run().findings] == ["left"]


def test_an_instructor_sees_earnings_of_a_course_that_is_gone(shop, bought, instructor, client_of):
    delete_course(bought)
    response = client_of(instructor).get("/api/v1/payments/earnings")
    assert response.status_code == 200
    assert response.json()["balance"]["amount"] == 3499


def test_staff_open_the_page_of_an_order_whose_course_is_gone(shop, bought, office):
    delete_course(bought)
    for path in ("", f"{bought.pk}/change/"):
        assert office.get(f"/admin/payments/order/{path}").status_code == 200
    assert office.get("/admin/").status_code == 200


def test_only_the_course_and_the_person_of_the_order_are_looked_for(order, commands):
    with commands() as sent:
        assert find_gone(order) == ""
    course, person = (str(event.command) for event in sent)
    assert str(order.course_id) in course
    assert str(order.user_id) in person
