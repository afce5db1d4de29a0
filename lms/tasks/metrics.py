"""Metrics of tasks: how many wait, run, and have failed, and how those of the last hour ended."""

from collections.abc import Iterator
from datetime import timedelta

from bson import ObjectId
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily

from lms.metrics import MAX_COUNTED
from lms.models import QueuedTask

Status = QueuedTask.Status

ALIVE = (Status.QUEUED, Status.SCHEDULED, Status.RUNNING, Status.FAILED)
HOUR = timedelta(hours=1)


def read_state() -> Iterator[GaugeMetricFamily]:
    """Read the tasks by status, and those that were made within an hour by how they ended; a thousand each at most."""
    tasks = GaugeMetricFamily(
        "tasks", "Tasks that are not done, or failed; a thousand at most", labels=["status"]
    )
    for status in ALIVE:
        tasks.add_metric([status.value], count(status))
    yield tasks
    ended = GaugeMetricFamily(
        "tasks_ended", "Tasks of the last hour that ended, a thousand at most", labels=["outcome"]
    )
    hour_ago = ObjectId.from_datetime(timezone.now() - HOUR)
    for status in (Status.DONE, Status.FAILED):
        ended.add_metric([status.value], count(status, after=hour_ago))
    yield ended


def count(status: QueuedTask.Status, *, after: ObjectId | None = None) -> int:
    """Count the tasks of a status, and newer than an id if one is named, to a thousand."""
    rows = QueuedTask.objects.filter(status=status)
    if after:
        rows = rows.filter(pk__gt=after)
    return len(rows.values_list("status", flat=True)[:MAX_COUNTED])
