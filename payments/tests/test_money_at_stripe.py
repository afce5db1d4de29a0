"""Money at Stripe that no order explains is found by `reconcile` and by `ledger --check`."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments.gateway import client
from payments.ledger.balance import find_unexplained
from payments.models import LedgerEntry, Order, Refund
from payments.refunds import refund_order
from payments.tests.reconciliation import drop, findings, run

pytestmark = pytest.mark.django_db

MUG = {
    "mode": "payment",
    "success_url": "http://localhost/",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "1000",
    "line_items[0][price_data][product_data][name]": "A mug",
}


def charge_of(shop) -> str:
    [charge] = shop.list_all("charges")
    return charge["id"]


def problems() -> list[str]:
    """Return what is unexplained, of whatever age."""
    since, now = timezone.now() - timedelta(days=1), timezone.now()
    return [found.problem for found in find_unexplained(client.list_movements(since), now)]


def check() -> str:
    """Return the error with which the command ends."""
    with pytest.raises(CommandError) as failed:
        call_command("ledger", "--check")
    return str(failed.value)


def test_a_payment_for_an_order_that_does_not_exist(shop, order, capsys):
    shop.pay(order.checkout_url)
    drop(Order)
    problem = f"49.99 USD by charge {charge_of(shop)} is for order {order.pk}, which does not exist"
    assert findings(run()) == [("money", problem, "left")]
    assert "does not explain 1 of the movements" in check()
    assert problem in capsys.readouterr().out


def test_a_payment_without_metadata(shop):
    shop.pay(shop.create("checkout/sessions", **MUG)["url"])
    problem = f"10.00 USD by charge {charge_of(shop)} is about no order of ours"
    assert findings(run()) == [("money", problem, "left")]
    assert "does not explain 1 of the movements" in check()


@pytest.mark.parametrize("status", ["paid", "canceled"])
def test_a_payment_by_another_program_that_names_an_order(shop, bought, status):
    metadata = {"payment_intent_data[metadata][order]": str(bought.pk)}
    shop.pay(shop.create("checkout/sessions", **MUG, **metadata)["url"])
    [finding] = run().findings
    assert finding.problem.endswith(f"is for order {bought.pk}, which has no such payment")
    assert finding.outcome == "left"


def test_a_refund_of_an_unknown_payment(shop):
    shop.pay(shop.create("checkout/sessions", **MUG)["url"])
    [intent] = shop.list_all("payment_intents")
    shop.control("refunds", payment_intent=intent["id"])
    assert any(problem.startswith("-10.00 USD by refund re_") for problem in problems())


def test_a_payment_that_is_not_settled_yet_is_a_finding_of_its_order_only(shop, order):
    shop.pay(order.checkout_url)
    call_command("ledger", "--check")
    [finding] = run(dry_run=True).findings
    assert finding.subject == f"order {order.pk}"
    assert findings(run()) == [("waiting orders", "pending, but the checkout is paid", "repaired")]


def test_whatever_moved_for_an_order_is_booked(shop, bought, capsys):
    refund_order(bought, amount=500)
    [refund] = shop.list_all("refunds")
    shop.control("refunds", refund=refund["id"], fail=True)
    shop.control("disputes", payment_intent=bought.payment_intent_id, close="won")
    shop.deliver_all()
    assert problems() == []
    call_command("ledger", "--check")
    assert "explains the balance at Stripe of the last 30 days" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["sale", "fee", "refund", "dispute"])
def test_what_is_not_booked_is_found(shop, bought, kind):
    refund_order(bought, amount=500)
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    shop.deliver_all()
    LedgerEntry.objects.filter(kind=kind)._raw_delete(using="default")
    [problem] = problems()
    assert f"of order {bought.pk} is not booked" in problem


def test_another_amount_is_found(shop, bought):
    Refund.objects.all().delete()
    rows = LedgerEntry.objects.filter(kind="sale", account="stripe_balance")
    line = rows.get()
    rows._raw_delete(using="default")
    LedgerEntry.objects.create(
        order=bought, course=line.course, source=line.source, kind="sale",
        account="stripe_balance", amount=4000, currency="usd",
    )  # fmt: skip
    [problem] = problems()
    assert problem.endswith("is booked with another amount")


# --- Stripe refuses, or is unavailable


def test_a_list_that_stripe_refuses_is_a_finding_and_the_other_checks_run(shop, order):
    shop.pay(order.checkout_url)
    shop.fault("status", status=400, count=1)
    first, second = run().findings
    assert (first.check, first.subject, first.outcome) == (
        "undelivered events", "the list of undelivered events", "left",
    )  # fmt: skip
    assert first.problem.startswith("Stripe refuses it")
    assert (second.subject, second.outcome) == (f"order {order.pk}", "repaired")


def test_the_command_reconcile_says_that_a_list_is_refused(shop, capsys):
    shop.fault("status", status=400)
    with pytest.raises(CommandError, match="left"):
        call_command("reconcile", "--grace=0")
    assert "the list of refunds: Stripe refuses it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "sentence"), [(400, "Stripe refuses"), (500, "Stripe is unavailable")]
)
def test_the_books_are_not_said_to_agree_if_stripe_was_not_compared(shop, bought, status, sentence):
    shop.fault("status", status=status)
    assert sentence in check()


def test_a_refund_that_failed_before_we_knew_of_it_moved_nothing_in_the_end(shop, bought):
    refund = shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000).json()
    shop.control("refunds", refund=refund["id"], fail=True)
    shop.deliver_all()
    assert Refund.objects.get().status == "failed"
    assert problems() == []
