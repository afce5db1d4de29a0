"""Metrics that several apps count, and those that are read from the database when Prometheus asks.

What a process counts (`Counter`, `Histogram`) is added up over the worker processes if PROMETHEUS_MULTIPROC_DIR is set. What is the
same in every process (`STATE`) is read, not counted: also the worker and the clock change it, which nobody asks for metrics.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock

import pymongo
from django.db import DatabaseError
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

logger = logging.getLogger("lms.metrics")

LAGS = (1, 2, 5, 10, 30, 60, 300, 1800, 3600, 21600, 86400)
WEBHOOKS = Counter("webhooks_total", "Webhooks received", ["provider", "outcome"])
WEBHOOK_LAG = Histogram(
    "webhook_lag_seconds", "From the provider's clock to our answer", ["provider"], buckets=LAGS
)

# From the start, or the first refusal would be no increase.
for _provider in ("stripe", "cloudinary"):
    for _outcome in ("accepted", "refused", "failed"):
        WEBHOOKS.labels(_provider, _outcome)

STATE = CollectorRegistry()
"""What is read. Apps register a `State` in `AppConfig.ready()`."""
FRESH_SECONDS = 60
MAX_SECONDS = 2
"""How long the database may take for one reading."""
MAX_COUNTED = 1000
"""Where counting ends: an alert needs no more, and the time of a reading stays bounded."""


class State(Collector):
    """Metrics that a function reads, once a minute in each process; absent while the database is unavailable."""

    def __init__(
        self, read: Callable[[], Iterable[Metric]], seconds: float = FRESH_SECONDS
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = Lock()
        self._until = 0.0
        self._metrics: list[Metric] = []

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._metrics = self._read_or_nothing()
                self._until = time.monotonic() + self._seconds
            return iter(self._metrics)

    def _read_or_nothing(self) -> list[Metric]:
        try:
            with pymongo.timeout(MAX_SECONDS):
                return list(self._read())
        except (PyMongoError, DatabaseError, RedisError, OSError) as error:
            logger.warning("Metrics cannot be read: %s", type(error).__name__)
            return []
