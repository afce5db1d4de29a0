"""Settlement: what it writes down for staff and for the trail, and that it writes nothing twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from learning.models import AccessChange, Enrollment
from learning.services.enrollment import revoke
from lms.mongodb.transaction import atomic
from payments import tasks
from payments.fulfilment import freshness
from payments.fulfilment.settlement import expected_status, settle_order
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import BalanceTransaction, DisputeSnapshot, Payment, RefundSnapshot
from payments.models import Dispute, Order, Refund
from payments.refunds import refund_order
from payments.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(shop, bought):
    """What Stripe says of a paid order."""
    return client.retrieve_payment(bought.checkout_session_id)


def settle(order: Order, payment: Payment | None) -> Order:
    """Settle what is stored of an order."""
    return atomic(settle_order)(Order.objects.get(pk=order.pk), payment)


def a_dispute(status, *amounts):
    moved = [BalanceTransaction(f"txn_{each}", each, 0, "usd") for each in amounts]
    return DisputeSnapshot("du_1", status, "fraudulent", 4999, tuple(moved))


def a_refund(status, amount=4999):
    return RefundSnapshot("re_1", status, amount, "", "requested_by_customer")


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


# --- What is written down


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        ({"total_amount": 4999}, "purchase"),
        ({"total_amount": 0, "coupon": {"id": "f" * 24}}, "coupon"),
        ({"total_amount": 0}, "free"),
    ],
    ids=str,
)
def test_a_grant_that_is_given_later_says_where_it_comes_from(student, course, facts, source):
    order = OrderFactory(user=student, course=course, status="paid", list_amount=4999, **facts)
    assert settle(order, None).version == 1
    [grant] = Enrollment.objects.get(user=student, course=course).grants
    assert (grant.source, grant.order, grant.active) == (source, order.pk, True)


def test_a_second_payment_is_written_down_as_it_was_made(bought, payment):
    intent = replace(payment.session.payment_intent, id="pi_2", receipt_url="https://pay.test/2")
    session = replace(
        payment.session, id="cs_2", livemode=True, currency="eur", subtotal=5000, discount=1000,
        tax=400, total=4400, payment_intent=intent,
    )  # fmt: skip
    second = settle(bought, Payment(session, refunds=(a_refund("succeeded", 400),)))
    assert second.pk != bought.pk
    facts = Order.objects.values().get(pk=second.pk)
    reason = f"A second payment of order {bought.pk}"
    assert (
        facts
        | {
            "user_id": bought.user_id,
            "course_id": bought.course_id,
            "status": "needs_review",
            "attention": f"{reason}: refunded automatically.",
            "livemode": True,
            "currency": "eur",
            "list_amount": 5000,
            "discount_amount": 1000,
            "tax_amount": 400,
            "total_amount": 4400,
            "checkout_session_id": "cs_2",
            "payment_intent_id": "pi_2",
            "receipt_url": "https://pay.test/2",
        }
        == facts
    )
    assert facts["paid_at"] is not None
    ours = Refund.objects.get(status="requested")
    assert (ours.order, ours.amount, ours.reason) == (second, 4000, f"{reason}.")


def test_a_page_that_cost_nothing_has_no_receipt_of_stripes(shop, order):
    session = client.retrieve_payment(order.checkout_session_id).session
    free = {"status": "complete", "payment_status": "no_payment_required", "total": 0}
    free |= {"allows_promotion_codes": True, "discount": session.subtotal}
    paid = settle(order, Payment(replace(session, **free)))
    assert (paid.status, paid.receipt_url, paid.payment_intent_id) == ("paid", "", None)
    assert paid.discount_amount == 4999


def test_an_order_keeps_where_it_was_paid(bought, payment):
    assert bought.receipt_url == payment.session.payment_intent.receipt_url != ""


def test_a_refund_made_at_stripe_says_so(bought, payment):
    order = settle(bought, replace(payment, refunds=(a_refund("succeeded", 1000),)))
    assert order.refunds.get().reason == "Made at Stripe: requested_by_customer"


def test_a_dispute_keeps_what_the_bank_says(bought, payment):
    order = settle(bought, replace(payment, disputes=(a_dispute("needs_response", -4999),)))
    row = Dispute.objects.get()
    assert (row.stripe_dispute_id, row.order, row.status) == ("du_1", order, "needs_response")
    assert (row.reason, row.amount) == ("fraudulent", 4999)
    assert order.attention == "Dispute du_1: needs_response, fraudulent."


def test_what_stripe_says_is_cut_to_what_staff_may_save_again(bought, payment):
    unknown = replace(a_dispute("x" * 400), reason="y" * 400)
    assert len(settle(bought, replace(payment, disputes=(unknown,))).attention) == 300
    Order.objects.update(attention="")
    inquiry = replace(a_dispute("warning_needs_response"), id="du_2", reason="y" * 400)
    assert len(settle(bought, replace(payment, disputes=(inquiry,))).attention) == 300


def test_the_trail_says_why_access_ended_and_came_back(shop, bought):
    refund_order(bought)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    sync_order(Order.objects.get())
    changes = AccessChange.objects.order_by("pk").values_list("action", "reason")
    assert list(changes)[1:] == [("revoked", "Refunded"), ("restored", "Paid")]


def test_a_purchase_is_kept_though_its_receipt_cannot_be_queued(shop, order, monkeypatch):
    def fail(order_id):
        raise ConnectionError

    monkeypatch.setattr(type(tasks.send_receipt), "enqueue", lambda self, *args: fail(*args))
    shop.pay(order.checkout_url)
    assert sync_order(order).status == "paid"


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


# --- How long it is fresh


def test_a_settled_order_is_fresh_for_a_while_only(bought, monkeypatch):
    freshness.sync_and_remember(bought)
    assert freshness.is_fresh(Order.objects.get())
    cache.clear()
    monkeypatch.setattr(freshness, "FRESH_SECONDS", 0)
    freshness.sync_and_remember(bought)
    assert not freshness.is_fresh(Order.objects.get())
