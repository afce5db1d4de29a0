"""What Prometheus reads about selling: bounded, by an index, and absent rather than wrong."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from prometheus_client import REGISTRY

from learning.models import Enrollment
from lms import metrics
from payments.models import LedgerCheck, LedgerEntry, Order, ReconciliationRun, StripeEvent
from payments.queries.metrics import read_state
from payments.tests.factories import OrderFactory
from payments.tests.shop import post

pytestmark = pytest.mark.django_db


def state() -> dict[str, float]:
    """Return each value that is read: `orders{status=paid}`."""
    return {
        name + "".join(f"{{{key}={value}}}" for key, value in labels.items()): value_
        for metric in read_state()
        for name, labels, value_, *_ in metric.samples
    }


def age(rows, by: timedelta, field="created_at"):
    rows.update(**{field: timezone.now() - by})


def test_orders_are_counted_by_state(shop, bought, commands):
    OrderFactory(status="needs_review")
    age(Order.objects.filter(status="needs_review"), timedelta(days=40))
    with commands() as sent:
        read = state()
    assert read["orders{status=paid}"] == 1
    assert read["orders{status=needs_review}"] == 0  # not of this day
    assert read["orders_waiting{status=needs_review}"] == 1
    assert read["orders_paid_not_enrolled"] == 0
    assert len(sent) <= 25


def test_a_buyer_without_a_place_in_the_course_is_counted_after_ten_minutes(shop, bought):
    Enrollment.objects.update(grants=[])
    assert state()["orders_paid_not_enrolled"] == 0
    age(Order.objects.all(), timedelta(minutes=11))
    assert state()["orders_paid_not_enrolled"] == 1
    age(Order.objects.all(), timedelta(days=2))
    assert state()["orders_paid_not_enrolled"] == 0


def test_an_event_that_failed_is_counted_while_it_waits(db):
    now = timezone.now()
    StripeEvent.objects.create(id="evt_1", type="x", status="failed", created_at=now)
    assert state()["stripe_events_waiting{status=failed}"] == 0
    age(StripeEvent.objects.all(), timedelta(minutes=11), "received_at")
    assert state()["stripe_events_waiting{status=failed}"] == 1


def test_what_the_nightly_commands_found_is_read_and_not_counted_again(shop, bought):
    assert not [name for name in state() if name.startswith(("ledger", "nightly", "reconc"))]
    call_command("ledger", "--check")
    LedgerEntry.objects.all()._raw_delete("default")
    with pytest.raises(CommandError):
        call_command("ledger", "--check")
    now = timezone.now()
    ReconciliationRun.objects.create(started_at=now, finished_at=now, days=30, left=3)
    read = state()
    assert read["ledger_drift{with=orders}"] == 1
    assert read["ledger_drift{with=stripe}"] == LedgerCheck.objects.get(wrong_orders=1).unexplained
    assert read["reconciliation_left"] == 3
    assert read["nightly_timestamp_seconds{check=ledger}"] == pytest.approx(now.timestamp(), abs=60)


def test_webhooks_are_counted_by_what_became_of_them(shop, buy, student, course):
    shop.pay(buy(student, course).json()["checkout_url"])
    [paid_event] = shop.list_events("checkout.session.completed")

    def count(outcome):
        return REGISTRY.get_sample_value(
            "webhooks_total", {"provider": "stripe", "outcome": outcome}
        )

    before = [count(outcome) or 0 for outcome in ("accepted", "refused", "failed")]
    lags = REGISTRY.get_sample_value("webhook_lag_seconds_count", {"provider": "stripe"}) or 0
    body = json.dumps(paid_event).encode()
    post(body)
    post(body, "t=1,v1=forged")
    after = [count(outcome) or 0 for outcome in ("accepted", "refused", "failed")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 0]
    assert (
        REGISTRY.get_sample_value("webhook_lag_seconds_count", {"provider": "stripe"}) == lags + 1
    )


def test_a_scrape_without_the_database_has_what_was_counted(client, fail_commands):
    reading = metrics.State(read_state)
    fail_commands("count", times=100, errorCode=50)
    fail_commands("aggregate", times=100, errorCode=50)
    assert list(reading.collect()) == []
    assert client.get("/metrics").status_code == 200
