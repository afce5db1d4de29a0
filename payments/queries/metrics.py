"""What Prometheus reads about selling: bounded counts by an index, and the results of the nightly commands."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from learning.models import Enrollment
from lms.metrics import MAX_COUNTED
from payments.models import WITH_ACCESS, LedgerCheck, Order, ReconciliationRun, StripeEvent

DAY = timedelta(days=1)
GRACE = timedelta(minutes=10)
"""The age below which an order or an event may still be in progress."""
UNFINISHED = [Order.Status.PROCESSING, Order.Status.DISPUTED, Order.Status.NEEDS_REVIEW]


def read_state() -> Iterator[Metric]:
    """Read the metrics of selling: some twenty commands, none of which reads more than `MAX_COUNTED` rows."""
    now = timezone.now()
    made = GaugeMetricFamily("orders", "Orders made within a day, at most 1000", labels=["status"])
    waiting = GaugeMetricFamily(
        "orders_waiting", "Orders of any age that wait, at most 1000", labels=["status"]
    )
    for status in Order.Status:
        rows = Order.objects.filter(status=status)
        made.add_metric([status], _count(rows.filter(created_at__gte=now - DAY)))
        if status in UNFINISHED:
            waiting.add_metric([status], _count(rows))
    yield made
    yield waiting
    events = GaugeMetricFamily(
        "stripe_events_waiting", "Events not processed after ten minutes, at most 1000", labels=["status"]
    )  # fmt: skip
    for event_status in (StripeEvent.Status.RECEIVED, StripeEvent.Status.FAILED):
        late = StripeEvent.objects.filter(status=event_status, received_at__lt=now - GRACE)
        events.add_metric([event_status], _count(late))
    yield events
    paid = GaugeMetricFamily("orders_paid_not_enrolled", "Orders of a day that give no access")
    paid.add_metric([], _count_paid_not_enrolled())
    yield paid
    yield from _read_nightly()


def _read_nightly() -> Iterator[Metric]:
    """Read what the last `reconcile --report` and `ledger --check` found, and when; nothing before the first."""
    at = GaugeMetricFamily("nightly_timestamp_seconds", "When a check ended last", labels=["check"])
    if run := ReconciliationRun.objects.first():
        left = GaugeMetricFamily("reconciliation_left", "Differences from Stripe left to people")
        left.add_metric([], run.left)
        at.add_metric(["reconciliation"], run.finished_at.timestamp())
        yield left
    if check := LedgerCheck.objects.first():
        drift = GaugeMetricFamily("ledger_drift", "What the ledger disagrees with", labels=["with"])
        drift.add_metric(["orders"], check.wrong_orders)
        if check.unexplained is not None:
            drift.add_metric(["stripe"], check.unexplained)
        at.add_metric(["ledger"], check.checked_at.timestamp())
        yield drift
    yield at


def _count_paid_not_enrolled() -> int:
    """Count the newest paid orders of the last day, at most `MAX_COUNTED`, whose person has no grant of the order."""
    now = timezone.now()
    paid = Order.objects.filter(
        status__in=WITH_ACCESS, created_at__gte=now - DAY, created_at__lt=now - GRACE
    ).order_by("-created_at")
    orders = dict(paid.values_list("pk", "user_id")[:MAX_COUNTED])
    enrollments = Enrollment.objects.filter(user_id__in=set(orders.values())).only("grants")
    granted = {grant.order for enrollment in enrollments for grant in enrollment.grants}
    return len(orders.keys() - granted)


def _count(rows: QuerySet[Model]) -> int:
    return rows[:MAX_COUNTED].count()
