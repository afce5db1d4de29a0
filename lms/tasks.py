"""Tasks on Redis: retried when they fail, and run at once if Redis is unavailable.

A task and its result are JSON. RQ writes pickles by default, which run code when they are read: somebody who could write into Redis
could run anything in the worker and in the staff's pages about tasks.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import django_rq
import django_tasks_rq
from django.tasks.backends.immediate import ImmediateBackend
from django_tasks_rq.backend import failed_callback, success_callback
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError
from rq.serializers import DefaultSerializer, JSONSerializer

logger = logging.getLogger("lms.tasks")

# Several places in RQ and its pages name no serializer, or this one: a setting would not reach them.
DefaultSerializer.dumps = JSONSerializer.dumps
DefaultSerializer.loads = JSONSerializer.loads

PAUSES = [10, 60, 600]
"""Seconds before each retry; a task that still fails waits for `rq requeue`."""


class Job(django_tasks_rq.Job):
    """A job that is retried: `manage.py rqworker --job-class lms.tasks.Job --with-scheduler` runs it.

    RQ would call any function that the job names in Redis when it ends. Here only the backend's own are called.
    """

    success_callback = property(lambda self: success_callback)
    failure_callback = property(lambda self: failed_callback)
    stopped_callback = property(lambda self: None)

    def perform(self) -> Any:
        if self.retries_left is None:
            self.retries_left, self.retry_intervals = len(PAUSES), PAUSES
        return super().perform()


class RQBackend(django_tasks_rq.RQBackend):
    """RQ's backend, which never drops a task: what it follows from is committed when it is enqueued.

    The types are those of a backport of Django's tasks.
    """

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        try:
            return super().enqueue(task, args, kwargs)
        except RedisError as error:
            logger.warning("Redis is unavailable; running %s at once: %s", task.name, error)
        return ImmediateBackend(self.alias, {"QUEUES": self.queues}).enqueue(task, args, kwargs)


class Tasks(Collector):
    """Metrics of tasks: queued, scheduled for a retry, failed."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        tasks = GaugeMetricFamily("tasks", "Tasks that are not done, or failed", labels=["status"])
        queue = django_rq.get_queue()
        with suppress(RedisError):
            tasks.add_metric(["queued"], queue.count)
            tasks.add_metric(["scheduled"], queue.scheduled_job_registry.count)
            tasks.add_metric(["failed"], queue.failed_job_registry.count)
        yield tasks


METRICS = CollectorRegistry()
METRICS.register(Tasks())
