"""The backends of `django.tasks`: one that writes a row for the worker, and one for tests that runs tasks on commit."""

from functools import partial
from typing import Any

from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.backends.immediate import ImmediateBackend
from django.tasks.signals import task_enqueued
from django.utils import timezone

from lms.logs import current
from lms.models import QueuedTask
from lms.mongodb.transaction import on_commit
from lms.tasks.worker import wake


class MongoBackend(BaseTaskBackend):
    """The backend that writes a row, within the transaction of the caller if there is one."""

    supports_defer = True

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        at = timezone.now()
        row = QueuedTask(
            name=task.module_path, request_id=current().id, due_at=task.run_after or at
        )
        result = _result(self, task, str(row.pk), (args, kwargs))
        row.arguments = {"args": result.args, "kwargs": result.kwargs}
        row.save(force_insert=True)
        object.__setattr__(result, "enqueued_at", at)  # as Django's own backends do
        object.__setattr__(result, "id", str(row.pk))
        task_enqueued.send(type(self), task_result=result)
        on_commit(wake.set)
        return result


class OnCommitBackend(ImmediateBackend):
    """The backend of tests, which runs a task in the caller's thread as soon as its transaction is committed."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        result = _result(self, task, "0" * 24, (args, kwargs))
        on_commit(partial(self._execute_task, result))  # type: ignore[attr-defined]  # not in the stubs
        return result


def _result(backend: BaseTaskBackend, task: Task, id_: str, arguments: tuple) -> TaskResult:
    args, kwargs = arguments
    return TaskResult(
        task=task,
        id=id_,
        status=TaskResultStatus.READY,
        enqueued_at=None,
        started_at=None,
        last_attempted_at=None,
        finished_at=None,
        args=args,
        kwargs=kwargs,
        backend=backend.alias,
        errors=[],
        worker_ids=[],
    )
