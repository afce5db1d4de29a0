"""What went wrong is found, repaired by looking again, and otherwise told."""

import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from courses.tests.factories import CourseFactory
from learning.models import Enrollment
from learning.queries.enrollments import is_enrolled
from learning.services.enrollment import enroll, revoke
from payments.checkout import cancel_checkout
from payments.fulfilment.sync import sync_order
from payments.ledger.audit import audit_order
from payments.models import (
    Coupon,
    Dispute,
    LedgerEntry,
    Order,
    ReconciliationRun,
    Refund,
    StripeEvent,
)
from payments.reconciliation.run import Outcome, reconcile

pytestmark = pytest.mark.django_db


def run(**options):
    return reconcile(**{"grace": timedelta(0)} | options)


def told(report):
    return [(each.check, each.problem, each.outcome) for each in report.findings]


@pytest.fixture
def order(shop, buy, student, course):
    """An order whose page is open."""
    assert buy(student, course).status_code == 201
    return Order.objects.get(user=student)


@pytest.fixture
def half(instructor):
    return Coupon.objects.create(code="HALF", owner=instructor, percent=50, max_redemptions=1)


@pytest.fixture
def lost_webhooks(shop):
    """Stripe has our webhook's address, and nothing that it sends arrives."""
    shop.control("webhook_endpoint", url="http://127.0.0.1:9/nowhere")
    shop.fault("lose", target="webhooks")


def drop(model):
    """Lose rows as no code of ours would."""
    assert connection.get_collection(model._meta.db_table).delete_many({}).deleted_count


# --- All is well ------------------------------------------------------------------------------------------------


def test_nothing_at_all_is_clean(shop):
    report = run()
    assert not report.unrepaired
    assert report.findings == []


def test_what_agrees_is_not_found(shop, bought, buy, other_student, course):
    buy(other_student, course)
    report = run()
    assert report.findings == []
    assert report.examined["waiting orders"] == 1


def test_a_second_run_finds_nothing(shop, order):
    shop.pay(order.checkout_url)
    assert run().count(Outcome.REPAIRED) == 1
    assert run().findings == []


def test_what_is_younger_than_the_grace_is_left_alone(shop, order):
    StripeEvent.objects.create(id="evt_1", type="refund.created", created_at=timezone.now())
    report = run(grace=timedelta(minutes=10))
    assert report.findings == []
    assert report.examined["waiting orders"] == report.examined["stuck events"] == 0


# --- Orders that wait -------------------------------------------------------------------------------------------


def test_a_paid_order_that_was_never_told_of_is_paid_and_enrolled(shop, order, student, course):
    shop.pay(order.checkout_url)
    [finding] = run().findings
    assert finding.problem == "pending, but the checkout is paid"
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().status == "paid"
    assert is_enrolled(student.pk, course.pk)
    assert audit_order(order.pk) == []


def test_a_dry_run_finds_it_and_changes_nothing(shop, order, student, course):
    shop.pay(order.checkout_url)
    [finding] = run(dry_run=True).findings
    assert finding.outcome == Outcome.FOUND
    assert Order.objects.get().status == "pending"
    assert not is_enrolled(student.pk, course.pk)
    assert run(dry_run=True).unrepaired


def test_an_expired_checkout_gives_its_coupon_back(shop, buy, student, course, half):
    buy(student, course, coupon="HALF")
    order = Order.objects.get()
    assert Coupon.objects.get().reserved == 1
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    [finding] = run().findings
    assert (finding.problem, finding.outcome) == (
        "pending, but the checkout is expired",
        Outcome.REPAIRED,
    )
    assert Order.objects.get().status == "expired"
    assert Coupon.objects.get().reserved == 0


def test_a_payment_under_way_waits_and_its_end_is_found(shop, order):
    shop.act(order.checkout_url, "pay_later")
    assert told(run()) == [
        ("waiting orders", "pending, but the checkout is under way", Outcome.REPAIRED)
    ]
    assert run().findings == []
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=True)
    assert told(run()) == [
        ("waiting orders", "processing, but the checkout is paid", Outcome.REPAIRED)
    ]


def test_a_payment_that_failed_later_is_found(shop, order):
    shop.act(order.checkout_url, "pay_later")
    shop.control(f"sessions/{order.checkout_session_id}/settle", succeed=False)
    run()
    assert Order.objects.get().status == "failed"
    assert run().findings == []


def test_an_order_that_never_reached_stripe_is_ended_in_time(shop, student, course, half):
    half.reserved = 1
    half.save()
    order = Order.objects.create(
        user=student,
        course=course,
        list_amount=4999,
        total_amount=2500,
        currency="usd",
        coupon={"id": str(half.pk), "code": "HALF"},
        coupon_hold="reserved",
        expires_at=timezone.now() + timedelta(hours=1),
    )
    assert run().findings == []
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert told(run()) == [
        ("waiting orders", "created, but its time to pay has passed", Outcome.REPAIRED)
    ]
    order.refresh_from_db()
    assert (order.status, order.coupon_hold) == ("expired", "released")
    assert Coupon.objects.get().reserved == 0


# --- Stripe's lists ---------------------------------------------------------------------------------------------


def test_money_that_no_order_knows_is_told(shop, order):
    shop.pay(order.checkout_url)
    drop(Order)
    [finding] = run().findings
    assert finding.subject == f"checkout {order.checkout_session_id}"
    assert finding.problem == f"paid for order {order.pk}, which does not exist"
    assert finding.outcome == Outcome.LEFT


def test_checkouts_of_others_who_use_the_account_are_none_of_ours(shop, order):
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    form = {
        "mode": "payment",
        "success_url": "http://localhost/",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "1000",
        "line_items[0][price_data][product_data][name]": "A mug",
    }
    made = shop.http.post("/v1/checkout/sessions", data=form, headers=headers).json()
    shop.pay(made["url"])
    assert run().findings == []


def test_late_money_for_an_order_given_up_is_taken(shop, order, student, course):
    shop.pay(order.checkout_url)
    Order.objects.update(status="canceled")
    assert told(run()) == [("completed checkouts", "canceled, but paid", Outcome.REPAIRED)]
    assert is_enrolled(student.pk, course.pk)


def test_a_second_payment_of_an_order_is_found_and_given_back(shop, two_pages, student, course):
    for url in two_pages:
        shop.pay(url)
    assert not run().unrepaired
    assert sorted(Order.objects.values_list("status", flat=True)) == ["paid", "refunded"]
    assert is_enrolled(student.pk, course.pk)
    assert run().findings == []


def test_a_refund_from_the_dashboard_is_imported(shop, bought, student, course):
    shop.control("refunds", payment_intent=bought.payment_intent_id)
    [finding] = run().findings
    assert finding.check == "refunds"
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().status == "refunded"
    assert not is_enrolled(student.pk, course.pk)


def test_a_refund_that_failed_is_found(shop, bought, student, course):
    shop.control("refunds", payment_intent=bought.payment_intent_id)
    sync_order(bought)
    [refund] = shop.all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    [finding] = run().findings
    assert finding.outcome == Outcome.REPAIRED
    assert is_enrolled(student.pk, course.pk)
    assert Refund.objects.get().status == "failed"


def test_a_refund_that_was_never_sent_is_sent(shop, bought):
    Refund.objects.create(order=bought, amount=1000)
    [finding] = run().findings
    assert "a refund was never sent" in finding.problem
    assert finding.outcome == Outcome.REPAIRED
    assert Order.objects.get().refunded_amount == 1000
    assert len(shop.all("refunds")) == 1


def test_a_refund_that_was_sent_but_not_written_down_is_not_sent_again(shop, bought):
    """Even when Stripe has forgotten the idempotency key, which it does after a day."""
    row = Refund.objects.create(order=bought, amount=1000)
    shop.http.post(
        "/v1/refunds",
        data={
            "payment_intent": bought.payment_intent_id,
            "amount": "1000",
            "metadata[refund]": str(row.pk),
        },
        headers={"Authorization": "Bearer sk_test_sandbox"},
    ).raise_for_status()
    assert not run().unrepaired
    assert len(shop.all("refunds")) == 1
    assert Order.objects.get().refunded_amount == 1000


def test_a_dispute_is_found_and_its_end_however_late(shop, bought, student, course):
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    assert [finding.check for finding in run().findings] == ["disputes"]
    assert Order.objects.get().status == "disputed"
    assert not is_enrolled(student.pk, course.pk)
    shop.control("disputes", payment_intent=bought.payment_intent_id, close="won")
    assert run(days=0).count(Outcome.REPAIRED) == 1
    assert Dispute.objects.get().status == "won"
    assert is_enrolled(student.pk, course.pk)


# --- Events -----------------------------------------------------------------------------------------------------


def test_events_that_did_not_arrive_are_processed(lost_webhooks, shop, order, student, course):
    shop.pay(order.checkout_url)
    report = run()
    assert not report.unrepaired
    assert {finding.check for finding in report.findings} == {"undelivered events"}
    assert is_enrolled(student.pk, course.pk)
    assert StripeEvent.objects.get(type="checkout.session.completed").status == "processed"
    assert run().findings == []


def test_events_that_nobody_waits_for_are_not_counted(lost_webhooks, shop, order):
    shop.act(order.checkout_url, "decline")
    found = {each.problem for each in run().findings}
    assert found == {"payment_intent.payment_failed was not delivered"}


def test_a_stuck_event_is_processed(shop, order):
    shop.pay(order.checkout_url)
    [event] = shop.events("checkout.session.completed")
    shop.fault("status", status=500)
    assert shop.deliver(event).status_code == 503
    shop.fault()
    report = run()
    assert ("stuck events", Outcome.REPAIRED) in [
        (each.check, each.outcome) for each in report.findings
    ]
    assert StripeEvent.objects.get().status == "processed"


# --- Paid orders ------------------------------------------------------------------------------------------------


def test_who_paid_and_is_not_enrolled_is_enrolled(shop, bought, student, course):
    drop(Enrollment)
    assert told(run()) == [("paid orders", "paid, but not enrolled", Outcome.REPAIRED)]
    assert is_enrolled(student.pk, course.pk)


def test_who_got_a_free_course_and_is_not_enrolled_is_enrolled(shop, buy, student, instructor):
    free = CourseFactory(instructor=instructor, published=True, price_amount=0)
    assert buy(student, free).status_code == 201
    drop(Enrollment)
    assert told(run()) == [("paid orders", "paid, but not enrolled", Outcome.REPAIRED)]
    assert Enrollment.objects.get().grants[0].source == "free"


def test_access_that_staff_ended_is_not_given_again(shop, bought, student, course, staff):
    revoke(student.pk, course.pk, order=bought.pk, reason="Cheated.", by=staff.pk)
    assert run().findings == []
    sync_order(bought)
    assert not is_enrolled(student.pk, course.pk)


def test_access_that_nobody_ended_is_told(shop, bought, student, course):
    revoke(student.pk, course.pk, order=bought.pk)
    assert told(run()) == [("paid orders", "paid, but access has ended", Outcome.LEFT)]


def test_access_without_money_is_told(shop, order, student, course):
    cancel_checkout(order)
    enroll(student.pk, course.pk, source="purchase", order=order.pk)
    assert told(run()) == [("ended orders", "canceled, but enrolled", Outcome.LEFT)]


def test_a_paid_order_without_a_payment_is_told(shop, order):
    Order.objects.update(status="paid", paid_at=timezone.now())
    [finding] = run().findings
    assert "paid, but the checkout is open" in finding.problem
    assert finding.outcome == Outcome.LEFT


@pytest.mark.parametrize("session", [None, "cs_test_gone"])
def test_a_paid_order_without_a_checkout_is_told(shop, order, session):
    Order.objects.update(status="paid", paid_at=timezone.now(), checkout_session_id=session)
    [finding] = run().findings
    assert "paid, but Stripe has no payment" in finding.problem
    assert finding.outcome == Outcome.LEFT


def test_a_payment_under_way_without_a_checkout_is_told(shop, order):
    Order.objects.update(status="processing", checkout_session_id="cs_test_gone")
    [finding] = run().findings
    assert finding.problem == "processing, but Stripe has no payment"


def test_an_open_checkout_that_stripe_does_not_know_ends_in_its_time(
    shop, order, buy, student, course
):
    """As after the change from test keys to live ones: who was about to buy must not be locked out."""
    Order.objects.update(checkout_session_id="cs_test_gone")
    assert run().findings == []
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert told(run()) == [
        ("waiting orders", "pending, but its time to pay has passed", Outcome.REPAIRED)
    ]
    assert Order.objects.get().status == "expired"
    assert buy(student, course).status_code == 201


def test_books_that_were_lost_are_written_again(shop, bought):
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    sync_order(bought)
    drop(LedgerEntry)
    [finding] = run().findings
    assert "paid, but its sale is not booked" in finding.problem
    assert finding.outcome == Outcome.REPAIRED
    assert audit_order(bought.pk) == []


def test_a_fee_that_came_late_is_booked(shop, buy, student, course):
    shop.control("late_fees", seconds=0.3)
    buy(student, course)
    order = Order.objects.get()
    shop.pay(order.checkout_url)
    sync_order(order)
    assert not LedgerEntry.objects.filter(kind="fee").exists()
    while not shop.all("balance_transactions"):
        time.sleep(0.05)
    assert told(run()) == [("paid orders", "Stripe's fee is not booked", Outcome.REPAIRED)]
    assert LedgerEntry.objects.filter(kind="fee").count() == 2


def test_an_order_that_needs_review_is_told_until_somebody_looks(shop, order):
    order.review("Stripe's checkout differs.")
    [finding] = run().findings
    assert "needs review: Stripe's checkout differs." in finding.problem
    assert finding.outcome == Outcome.LEFT


# --- Coupons ----------------------------------------------------------------------------------------------------


def test_a_coupon_that_an_ended_order_still_holds_is_given_back(shop, buy, student, course, half):
    buy(student, course, coupon="HALF")
    order = Order.objects.get()
    shop.control(f"sessions/{order.checkout_session_id}/expire")
    Order.objects.update(status="expired")
    assert told(run()) == [("ended orders", "expired, but holds its coupon", Outcome.REPAIRED)]
    assert Coupon.objects.get().reserved == 0


@pytest.mark.parametrize("counted", [0, 5])
def test_reservations_are_counted_again(shop, buy, student, course, half, counted):
    buy(student, course, coupon="HALF")
    Coupon.objects.update(reserved=counted)
    problem = f"counts {counted} reservations, 1 are held"
    assert told(run()) == [("coupons", problem, Outcome.REPAIRED)]
    assert Coupon.objects.get().reserved == 1


# --- Trouble ----------------------------------------------------------------------------------------------------


def test_one_order_that_cannot_be_looked_at_does_not_keep_the_others(
    shop, order, buy, other_student, course
):
    Order.objects.update(checkout_session_id="cs_test/nowhere")
    buy(other_student, course)
    other = Order.objects.get(user=other_student)
    shop.pay(other.checkout_url)
    report = run()
    outcomes = {each.subject: each.outcome for each in report.findings}
    assert outcomes == {
        f"order {order.pk}": Outcome.LEFT,
        f"order {other.pk}": Outcome.REPAIRED,
    }


def test_pages_miss_nothing_and_repeat_nothing(monkeypatch, shop, student, instructor):
    monkeypatch.setattr("payments.reconciliation.candidates.candidate.PAGE_SIZE", 2)
    now = timezone.now()
    for index in range(5):
        course = CourseFactory(instructor=instructor)
        order = Order.objects.create(
            user=student, course=course, list_amount=1, total_amount=1, currency="usd",
            expires_at=now - timedelta(hours=1),
        )  # fmt: skip
        Order.objects.filter(pk=order.pk).update(created_at=now - timedelta(minutes=index // 3))
    report = run()
    assert report.examined["waiting orders"] == report.count(Outcome.REPAIRED) == 5


# --- The command ------------------------------------------------------------------------------------------------


def test_the_command_prints_what_it_found_and_keeps_a_report(shop, order, capsys):
    shop.pay(order.checkout_url)
    call_command("reconcile", "--grace=0", "--report")
    printed = capsys.readouterr().out
    assert f"repaired: order {order.pk}: pending, but the checkout is paid" in printed
    assert ["waiting", "orders", "1", "1", "1", "0"] in [
        line.split() for line in printed.splitlines()
    ]
    report = ReconciliationRun.objects.get()
    assert (report.found, report.repaired, report.left, report.dry_run) == (1, 1, 0, False)
    assert report.findings[0]["outcome"] == "repaired"


def test_the_command_fails_when_something_is_left(shop, order):
    order.review("Odd.")
    with pytest.raises(CommandError, match="1 left"):
        call_command("reconcile", "--grace=0")
    assert ReconciliationRun.objects.count() == 0


def test_a_dry_run_that_finds_something_fails_and_repairs_nothing(shop, order, capsys):
    shop.pay(order.checkout_url)
    with pytest.raises(CommandError, match="1 found"):
        call_command("reconcile", "--grace=0", "--dry-run")
    assert Order.objects.get().status == "pending"


def test_the_command_says_when_stripe_does_not_answer(shop, order):
    shop.fault("status", status=500)
    with pytest.raises(CommandError, match="Stripe is unavailable"):
        call_command("reconcile", "--grace=0")
