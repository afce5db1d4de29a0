"""The read-only pages: the ledger, refunds, disputes, customers and the runs of the reconciliation."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from payments.models import Dispute, LedgerEntry, ReconciliationRun, Refund, StripeCustomer

pytestmark = pytest.mark.django_db

MODELS = (Dispute, ReconciliationRun, LedgerEntry, Refund, StripeCustomer)


@pytest.fixture
def order(shop, bought):
    """A paid order with a refund and a dispute, after one run of the reconciliation: a row of every model."""
    shop.control("refunds", payment_intent=bought.payment_intent_id, amount=1000)
    shop.control("disputes", payment_intent=bought.payment_intent_id)
    shop.deliver_all()
    call_command("reconcile", "--report")
    return bought


def list_page(office, model, **query):
    """Return the ids on the first page of a model's list."""
    answer = office.get(f"/admin/payments/{model._meta.model_name}/", query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def test_rows_are_shown_and_cannot_be_changed(office, order):
    for model in MODELS:
        row = model.objects.order_by("-pk")[0]
        before = model.objects.filter(pk=row.pk).values().get()
        assert row.pk in list_page(office, model)
        url = f"/admin/payments/{model._meta.model_name}"
        answer = office.get(f"{url}/{row.pk}/change/")
        assert answer.status_code == 200
        assert 'name="_save"' not in answer.content.decode()
        assert office.post(f"{url}/{row.pk}/change/", {"amount": 1, "left": 99}).status_code == 403
        assert office.post(f"{url}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
        assert office.get(f"{url}/add/").status_code == 403
        assert model.objects.filter(pk=row.pk).values().get() == before


def test_ledger_entries_are_found_by_order_and_by_account(office, order, instructor):
    everything = list_page(office, LedgerEntry)
    assert everything == sorted(everything, reverse=True)
    assert set(list_page(office, LedgerEntry, q=str(order.pk))) == set(everything)
    theirs = list_page(office, LedgerEntry, q=f"instructor:{instructor.pk}")
    assert 0 < len(theirs) < len(everything)
    assert list_page(office, LedgerEntry, q="instructor:nobody") == []


def test_ledger_entries_are_filtered_by_account(office, order):
    found = LedgerEntry.objects.filter(
        pk__in=list_page(office, LedgerEntry, account="stripe_balance")
    )
    assert {line.account for line in found} == {"stripe_balance"}


def test_amounts_are_written_in_whole_units_with_their_currency(office, order):
    assert "49.99 USD" in office.get("/admin/payments/ledgerentry/").content.decode()
    assert "10.00 USD" in office.get("/admin/payments/refund/").content.decode()


def test_refunds_disputes_and_customers_are_found_by_their_ids_at_stripe(office, order, student):
    for model, field in ((Refund, "stripe_refund_id"), (Dispute, "stripe_dispute_id")):
        row = model.objects.get()
        assert list_page(office, model, q=getattr(row, field)) == [row.pk]
        assert list_page(office, model, q=str(order.pk)) == [row.pk]
        assert list_page(office, model, q="nothing") == []
    customer = StripeCustomer.objects.get()
    for term in (customer.customer_id, student.email.upper()):
        assert list_page(office, StripeCustomer, q=term) == [customer.pk]


def test_the_latest_run_of_the_reconciliation_comes_first(office, order):
    call_command("reconcile", "--report")
    newest = ReconciliationRun.objects.order_by("-started_at")[0]
    assert list_page(office, ReconciliationRun)[0] == newest.pk


def test_a_run_shows_one_finding_per_row(office):
    now = timezone.now()
    finding = {"check": "x", "subject": "order 1", "problem": "<paid>", "outcome": "left"}
    for findings in ([finding], []):
        ReconciliationRun.objects.create(started_at=now, finished_at=now, days=1, findings=findings)
    found, nothing = ReconciliationRun.objects.order_by("pk")
    url = "/admin/payments/reconciliationrun/{}/change/"
    row = "<tr><td>left</td><td>order 1</td><td>&lt;paid&gt;</td></tr>"
    assert row in office.get(url.format(found.pk)).content.decode()
    assert "Nothing." in office.get(url.format(nothing.pk)).content.decode()
