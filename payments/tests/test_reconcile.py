"""A run of the reconciler, its report and its command."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from courses.tests.factories import CourseFactory
from learning.queries.enrollments import is_enrolled
from payments.models import (
    Order,
    ReconciliationRun,
    StripeEvent,
)
from payments.reconciliation.run import Outcome
from payments.tests.reconciliation import run

pytestmark = pytest.mark.django_db


def test_without_orders_there_are_no_findings(shop):
    report = run()
    assert not report.unrepaired
    assert report.findings == []


def test_orders_that_agree_are_no_findings(shop, bought, buy, other_student, course):
    buy(other_student, course)
    report = run()
    assert report.findings == []
    assert report.examined["waiting orders"] == 1


def test_a_second_run_finds_nothing(shop, order):
    shop.pay(order.checkout_url)
    assert run().count(Outcome.REPAIRED) == 1
    assert run().findings == []


def test_what_is_younger_than_the_grace_is_ignored(shop, order):
    StripeEvent.objects.create(id="evt_1", type="refund.created", created_at=timezone.now())
    report = run(grace=timedelta(minutes=10))
    assert report.findings == []
    assert report.examined["waiting orders"] == report.examined["stuck events"] == 0


def test_a_dry_run_finds_and_changes_nothing(shop, order, student, course):
    shop.pay(order.checkout_url)
    [finding] = run(dry_run=True).findings
    assert finding.outcome == Outcome.FOUND
    assert Order.objects.get().status == "pending"
    assert not is_enrolled(student.pk, course.pk)
    assert run(dry_run=True).unrepaired


def test_one_order_that_cannot_be_examined_does_not_prevent_the_repair_of_others(
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


# --- The command


def test_the_command_prints_its_findings_and_saves_the_run(shop, order, capsys):
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


def test_the_command_fails_if_a_problem_remains(shop, order):
    order.review("Odd.")
    with pytest.raises(CommandError, match="1 left"):
        call_command("reconcile", "--grace=0")
    assert ReconciliationRun.objects.count() == 0


def test_the_command_fails_if_a_dry_run_finds_a_problem(shop, order, capsys):
    shop.pay(order.checkout_url)
    with pytest.raises(CommandError, match="1 found"):
        call_command("reconcile", "--grace=0", "--dry-run")
    assert Order.objects.get().status == "pending"


def test_the_command_fails_if_stripe_is_unavailable(shop, order):
    shop.fault("status", status=500)
    with pytest.raises(CommandError, match="Stripe is unavailable"):
        call_command("reconcile", "--grace=0")
