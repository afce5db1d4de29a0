"""The rows of runs: claimed once, ended, and what they say of each job."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from lms.clock import JOBS, Job
from lms.logs import without_addresses
from lms.models import JobRun

Outcome = JobRun.Outcome

KEPT = timedelta(days=90)
MAX_LINES = 20
MAX_CHARACTERS = 4000
SECRETS = re.compile(r"(?<=://)[^/\s@]+(?=@)|\b(?:[sr]k_(?:live|test)|whsec)_\w+")
"""The user and password of a URL, and Stripe's keys."""


@dataclass(frozen=True)
class State:
    """How a job stands: its last run, whether it is late, and whether that run failed."""

    job: Job
    last: JobRun | None
    is_late: bool
    has_failed: bool


def claim(job: Job, due_at: datetime) -> JobRun | None:
    """Begin the run of a job at one of its times; None if it was begun before, by whatever process."""
    now = timezone.now()
    try:
        return JobRun.objects.create(
            job=job.name, due_at=due_at, started_at=now, expires_at=now + KEPT
        )
    except IntegrityError:
        return None


def request(run: JobRun) -> None:
    """Save a new row that asks the clock to run its job as soon as it can."""
    run.due_at, run.outcome = timezone.now(), Outcome.REQUESTED
    run.expires_at = run.due_at + KEPT
    run.save(force_insert=True)


def claim_requested() -> JobRun | None:
    """Begin a run that staff asked for, the oldest first."""
    for run in JobRun.objects.filter(outcome=Outcome.REQUESTED).order_by("pk")[:10]:
        asked = JobRun.objects.filter(pk=run.pk, outcome=Outcome.REQUESTED)
        run.outcome, run.started_at = Outcome.RUNNING, timezone.now()
        if asked.update(outcome=run.outcome, started_at=run.started_at):
            return run
    return None


def end(run: JobRun, outcome: Outcome, output: str) -> None:
    """Keep how a run ended, with the last lines that it printed."""
    now = timezone.now()
    duration = now - (run.started_at or now)
    lines = without_addresses(SECRETS.sub("[secret]", output)).strip().splitlines()
    JobRun.objects.filter(pk=run.pk).update(
        outcome=outcome,
        ended_at=now,
        duration_ms=duration // timedelta(milliseconds=1),
        output="\n".join(lines[-MAX_LINES:])[-MAX_CHARACTERS:],
    )


def is_missed(job: Job, due: datetime) -> bool:
    """Return whether a job has not run since one of its times."""
    return _counted_since(_last(job)) < due


def states() -> list[State]:
    """Return how each job of the table stands, by one read of an index for each."""
    return [_state(job) for job in JOBS]


def troubles() -> list[State]:
    """Return the jobs that are late, or whose last run failed."""
    return [state for state in states() if state.is_late or state.has_failed]


def succeeded_at(job: Job) -> datetime | None:
    """Return when a job succeeded last."""
    done = JobRun.objects.filter(job=job.name, outcome=Outcome.DONE).order_by("-pk")
    return done.values_list("ended_at", flat=True).first()


def _state(job: Job) -> State:
    now, last = timezone.now(), _last(job)
    return State(
        job,
        last,
        is_late=_counted_since(last) < job.last_due(now - job.allowance),
        has_failed=last is not None and _has_failed(job, last, now),
    )


def _last(job: Job) -> JobRun | None:
    runs = JobRun.objects.filter(job=job.name).exclude(outcome=Outcome.REQUESTED)
    return runs.order_by("-pk").first()


def _counted_since(last: JobRun | None) -> datetime:
    """Return after which moment the times of a job count: its last run, or the last migration for a job that never ran.

    So nothing is late, and nothing is made up for, on the day of the first start, or when a new version brings a new job.
    """
    return last.due_at if last else migrated_at()


def migrated_at() -> datetime:
    """Return when the last migration was applied: since then the code and the database are what they are."""
    newest = MigrationRecorder.Migration.objects.order_by("-pk")
    applied: datetime = newest.values_list("applied", flat=True)[0]
    return applied


def _has_failed(job: Job, run: JobRun, now: datetime) -> bool:
    """Return whether a run ended badly, or its process was killed in the middle."""
    if run.outcome == Outcome.RUNNING and run.started_at:
        return now - run.started_at > job.deadline + timedelta(minutes=1)
    return run.outcome in {Outcome.FAILED, Outcome.STOPPED}
