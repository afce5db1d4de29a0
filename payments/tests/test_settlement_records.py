"""Settlement writes down what staff, the trail of access and the books need."""

from dataclasses import replace

import pytest

from learning.models import AccessChange, Enrollment
from lms.models import Event
from payments.fulfilment.sync import sync_order
from payments.gateway import client
from payments.gateway.snapshots import (
    Payment,
)
from payments.ledger.audit import audit_order
from payments.models import Dispute, Order, Refund
from payments.refunds import refund_order
from payments.tests.factories import OrderFactory
from payments.tests.settlement import a_dispute, a_refund, settle

pytestmark = pytest.mark.django_db


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


def test_staff_read_in_what_a_payment_differs(shop, order):
    shop.pay(order.checkout_url)
    payment = client.retrieve_payment(order.checkout_session_id)
    Order.objects.update(list_amount=5999, livemode=True)
    assert settle(order, payment).attention == (
        "Stripe's checkout differs: livemode is False, expected True; subtotal is 4999, expected 5999"
    )


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


def test_a_refund_that_fails_after_the_course_was_bought_again_is_not_counted(bought, payment):
    settle(bought, replace(payment, refunds=(a_refund("succeeded"),)))
    OrderFactory(user=bought.user, course=bought.course, status="paid")
    order = settle(bought, replace(payment, refunds=(a_refund("failed"),)))
    assert (order.status, order.refunded_amount) == ("needs_review", 0)
    assert order.attention == "A refund failed after the course was bought again."
    assert audit_order(order.pk) == []


def test_a_dispute_that_is_won_after_all_says_so(bought, payment):
    settle(bought, replace(payment, disputes=(a_dispute("lost", -4999),)))
    order = settle(bought, replace(payment, disputes=(a_dispute("won", -4999, 4999),)))
    assert order.attention == "A lost dispute was won after all: it is paid again."


def test_the_trail_says_why_access_ended_and_came_back(shop, bought):
    refund_order(bought)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    sync_order(Order.objects.get())
    changes = AccessChange.objects.order_by("pk").values_list("action", "reason")
    assert list(changes)[1:] == [("revoked", "Refunded"), ("restored", "Paid")]


def test_a_receipt_is_queued_in_the_transaction_of_the_purchase(shop, order, settings, commands):
    settings.TASKS = {"default": {"BACKEND": "lms.tasks.backend.MongoBackend"}}
    shop.pay(order.checkout_url)
    with commands() as sent:
        assert sync_order(order).status == "paid"
    [task] = [each for each in sent if each.command.get("insert") == "lms_queuedtask"]
    assert "txnNumber" in task.command


def test_money_that_arrives_or_goes_back_leaves_one_event_each(shop, bought):
    def read(type):
        rows = Event.objects.filter(object_id=bought.pk, type=type).order_by("number")
        return [row.data["amount"] for row in rows]

    refund_order(bought, amount=1000)
    sync_order(Order.objects.get())
    refund_order(bought)
    shop.control("refunds", refund=shop.list_all("refunds")[0]["id"], fail=True)
    sync_order(Order.objects.get())
    assert read("order.paid") == [4999]
    assert read("order.refunded")[:2] == [1000, 4999]
    assert read("order.refunded")[-1] == Order.objects.get().refunded_amount < 4999
