"""What staff read of the books, of refunds and disputes, of customers and of the reconciler's runs."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from payments.models import Dispute, LedgerEntry, ReconciliationRun, Refund, StripeCustomer

pytestmark = pytest.mark.django_db

MODELS = [Dispute, ReconciliationRun, LedgerEntry, Refund, StripeCustomer]


@pytest.fixture
def desk(staff):
    """A member of staff at Django's admin."""
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def story(shop, bought):
    """A sale with a refund and a dispute, reconciled once: there is a row of everything."""
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    shop.tell()
    call_command("reconcile", "--report")
    return bought


def listed(desk, model, **query):
    answer = desk.get(f"/admin/payments/{model._meta.model_name}/", query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("model", MODELS)
def test_rows_are_shown_and_refuse_every_change(desk, story, model):
    row = model.objects.order_by("-pk")[0]
    before = model.objects.filter(pk=row.pk).values().get()
    assert row.pk in listed(desk, model)
    url = f"/admin/payments/{model._meta.model_name}"
    shown = desk.get(f"{url}/{row.pk}/change/")
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert desk.post(f"{url}/{row.pk}/change/", {"amount": 1, "left": 99}).status_code == 403
    assert desk.post(f"{url}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{url}/add/").status_code == 403
    assert model.objects.filter(pk=row.pk).values().get() == before


def test_lines_of_the_books_are_found_by_order_and_by_account(desk, story, instructor):
    everything = listed(desk, LedgerEntry)
    assert everything == sorted(everything, reverse=True)
    assert set(listed(desk, LedgerEntry, q=str(story.pk))) == set(everything)
    theirs = listed(desk, LedgerEntry, q=f"instructor:{instructor.pk}")
    assert 0 < len(theirs) < len(everything)
    assert listed(desk, LedgerEntry, account="instructor:") == theirs
    assert listed(desk, LedgerEntry, q="instructor:nobody") == []


def test_lines_of_the_books_are_filtered_by_account_and_currency(desk, story):
    found = LedgerEntry.objects.filter(pk__in=listed(desk, LedgerEntry, account="stripe_balance"))
    assert {line.account for line in found} == {"stripe_balance"}
    assert listed(desk, LedgerEntry, currency="usd") == listed(desk, LedgerEntry)
    assert listed(desk, LedgerEntry, currency="eur") == []


def test_amounts_are_written_for_people(desk, story):
    assert "49.99 USD" in desk.get("/admin/payments/ledgerentry/").content.decode()
    assert "10.00 USD" in desk.get("/admin/payments/refund/").content.decode()


def test_refunds_disputes_and_customers_are_found_by_what_stripe_calls_them(desk, story, student):
    for model, field in [(Refund, "stripe_refund_id"), (Dispute, "stripe_dispute_id")]:
        row = model.objects.get()
        assert listed(desk, model, q=getattr(row, field)) == [row.pk]
        assert listed(desk, model, q=str(story.pk)) == [row.pk]
        assert listed(desk, model, q="nothing") == []
    customer = StripeCustomer.objects.get()
    for term in [customer.customer_id, student.email.upper()]:
        assert listed(desk, StripeCustomer, q=term) == [customer.pk]


def test_the_reconcilers_last_run_comes_first(desk, story):
    call_command("reconcile", "--report")
    newest = ReconciliationRun.objects.order_by("-started_at")[0]
    assert listed(desk, ReconciliationRun)[0] == newest.pk


def test_what_the_reconciler_found_is_told_row_by_row(desk):
    now = timezone.now()
    finding = {"check": "x", "subject": "order 1", "problem": "<paid>", "outcome": "left"}
    for findings in ([finding], []):
        ReconciliationRun.objects.create(started_at=now, finished_at=now, days=1, findings=findings)
    found, nothing = ReconciliationRun.objects.order_by("pk")
    url = "/admin/payments/reconciliationrun/{}/change/"
    row = "<tr><td>left</td><td>order 1</td><td>&lt;paid&gt;</td></tr>"
    assert row in desk.get(url.format(found.pk)).content.decode()
    assert "Nothing." in desk.get(url.format(nothing.pk)).content.decode()
