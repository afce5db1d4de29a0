"""Metrics of tasks: how many wait, run, and have failed."""

from collections.abc import Iterator
from contextlib import suppress

from django.db import DatabaseError
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pymongo.errors import PyMongoError

from lms.models import QueuedTask

MAX_COUNT = 1000
MEASURED = (
    QueuedTask.Status.QUEUED,
    QueuedTask.Status.SCHEDULED,
    QueuedTask.Status.RUNNING,
    QueuedTask.Status.FAILED,
)


def count(status: QueuedTask.Status) -> int:
    """Count the tasks of a status, to a thousand."""
    rows = QueuedTask.objects.filter(status=status)
    return len(rows.values_list("status", flat=True)[:MAX_COUNT])


class Tasks(Collector):
    """The number of tasks by status; nothing while MongoDB is unavailable."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        tasks = GaugeMetricFamily(
            "tasks", "Tasks that are not done, or failed; a thousand at most", labels=["status"]
        )
        with suppress(DatabaseError, PyMongoError):
            for status in MEASURED:
                tasks.add_metric([status.value], count(status))
        yield tasks


METRICS = CollectorRegistry()
METRICS.register(Tasks())
