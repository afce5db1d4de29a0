"""The moves of a task's row: taken, held, done, tried again, failed."""

import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db.models import F, QuerySet
from django.utils import timezone

from lms.logs import without_addresses
from lms.models import QueuedTask

Status = QueuedTask.Status

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 600))
"""How long a task waits after each error. After one more it has failed, and waits for staff."""

LEASE = timedelta(seconds=60)
"""How long a worker holds a task without renewing; the task of a killed worker is taken again after this."""

MAX_STARTS = 10
"""A task that kills its worker each time, for example by its use of memory, has failed after so many starts."""

KEPT = {Status.DONE: timedelta(days=7), Status.FAILED: timedelta(days=30)}
"""How long the row of a task that ended is kept."""

CANDIDATES = 20
MAX_FAILED = 1000
"""How many failed tasks are looked through for a person; older ones are deleted after 30 days."""

ROOT = Path(__file__).resolve().parents[2]


def take() -> QueuedTask | None:
    """Take the task that has been due longest, and hold it by a lease; None if none is due."""
    due = QueuedTask.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return next((row for row in due[:CANDIDATES] if hold(row)), None)


def hold(row: QueuedTask) -> bool:
    """Take a task that is due; return False if another worker was first, or if it has killed too many workers."""
    now = timezone.now()
    seen = QueuedTask.objects.filter(pk=row.pk, due_at=row.due_at, lease=row.lease)
    if row.starts >= MAX_STARTS:
        message = "Each worker that began it ended in the middle."
        seen.update(**_ended(Status.FAILED), lease="", error="WorkerKilled", message=message)
        return False
    row.lease = uuid4().hex
    started = {"status": Status.RUNNING, "started_at": now, "starts": F("starts") + 1}
    return bool(
        seen.update(**started, lease=row.lease, due_at=now + LEASE, updated_at=now),
    )


def renew(row: QueuedTask) -> bool:
    """Hold a task for another lease; return whether it was still held."""
    return bool(_held(row).update(due_at=timezone.now() + LEASE))


def finish(row: QueuedTask) -> None:
    """Keep that a task is done, without its arguments."""
    _held(row).update(**_ended(Status.DONE), lease="", arguments={})


def fail(row: QueuedTask, error: Exception) -> None:
    """Keep the error of a task, and try it again after a pause unless it has had all its tries."""
    tried = row.errors + 1
    if tried <= len(PAUSES):
        now = timezone.now()
        after = {"status": Status.SCHEDULED, "due_at": now + PAUSES[tried - 1], "updated_at": now}
    else:
        after = _ended(Status.FAILED)
    _held(row).update(**after, **describe(error), lease="", errors=tried)


def try_again(row: QueuedTask) -> bool:
    """Queue a failed task with all its tries, a mail among them; return whether it was failed."""
    return bool(
        QueuedTask.objects.filter(pk=row.pk, status=Status.FAILED).update(
            status=Status.QUEUED,
            due_at=timezone.now(),
            lease="",
            starts=0,
            errors=0,
            mails=0,
            ended_at=None,
            expires_at=None,
            updated_at=timezone.now(),
        )
    )


def discard(row: QueuedTask) -> bool:
    """Delete a failed task; return whether it was failed."""
    return bool(QueuedTask.objects.filter(pk=row.pk, status=Status.FAILED).delete()[0])


def forget(*words: str) -> None:
    """Delete the failed tasks that have one of these among their arguments: the id or the address of an erased person."""
    QueuedTask.objects.filter(
        pk__in=[
            row.pk
            for row in QueuedTask.objects.filter(status=Status.FAILED).order_by("-pk")[:MAX_FAILED]
            if not set(words).isdisjoint(map(str, row.arguments.get("args", ())))
        ]
    ).delete()


def describe(error: Exception) -> dict[str, str]:
    """Return the class, the message and the place in our sources of an error, without e-mail addresses."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename
    ]
    place = ""
    if ours:
        place = f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno} {ours[-1].name}"
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")[
            :200
        ],
        "message": without_addresses(str(error))[:500],
        "place": place[:200],
    }


def _held(row: QueuedTask) -> QuerySet[QueuedTask]:
    return QueuedTask.objects.filter(pk=row.pk, lease=row.lease, status=Status.RUNNING)


def _ended(status: QueuedTask.Status) -> dict[str, Any]:
    now = timezone.now()
    return {
        "status": status,
        "due_at": None,
        "ended_at": now,
        "updated_at": now,
        "expires_at": now + KEPT[status],
    }
