"""Metrics of MongoDB's commands: how many, and how long they take."""

from functools import cache

from prometheus_client import Counter, Histogram
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from lms.logs import count_command

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
SECONDS = Histogram(
    "mongodb_command_duration_seconds", "Time that MongoDB took", ["command"], buckets=BUCKETS
)
FAILURES = Counter("mongodb_command_failures_total", "Commands that failed", ["command"])

_seconds_of = cache(SECONDS.labels)  # which takes a lock


class CommandMetrics(CommandListener):
    """A listener that measures per command: `aggregate`, `find`, `insert`, `commitTransaction` and so on."""

    def started(self, event: CommandStartedEvent) -> None:
        pass

    def succeeded(self, event: CommandSucceededEvent) -> None:
        seconds = event.duration_micros / 1_000_000
        _seconds_of(event.command_name).observe(seconds)
        count_command(seconds)

    def failed(self, event: CommandFailedEvent) -> None:
        FAILURES.labels(event.command_name).inc()
        count_command(event.duration_micros / 1_000_000)
