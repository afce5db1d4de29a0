"""Tasks on Redis that are done without it when it is away."""

import logging
from typing import Any

from django.tasks import Task, TaskResult
from django.tasks.backends.immediate import ImmediateBackend
from django_tasks_rq import RQBackend as DjangoRQBackend
from redis.exceptions import RedisError

logger = logging.getLogger("lms.tasks")


class RQBackend(DjangoRQBackend):
    """RQ's. What a task follows from is committed when it is enqueued, so that it is never dropped."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        try:
            return super().enqueue(task, args, kwargs)
        except RedisError as error:
            logger.warning("Redis is away, and %s done at once: %s", task.name, error)
        return ImmediateBackend(self.alias, {"QUEUES": self.queues}).enqueue(task, args, kwargs)
