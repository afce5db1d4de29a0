"""The jobs of the system: what runs at which time. `manage.py clock` runs them all.

Jobs are commands, named by their words, so that this package imports no app. Each may run beside live traffic and beside itself.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
"""Where all periods begin; weeks begin on Monday."""

MINUTES_2, MINUTES_10, HOUR, DAY, WEEK = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(weeks=1),
)


@dataclass(frozen=True)
class Job:
    """A command, and its times: `after` the beginning of each period of `every`, in UTC."""

    name: str
    command: str
    every: timedelta
    after: timedelta
    deadline: timedelta
    """How long it may run before it is stopped."""

    @property
    def allowance(self) -> timedelta:
        """How long after its time it may begin before it is late."""
        return min(2 * self.every, timedelta(hours=3))

    def last_due(self, now: datetime) -> datetime:
        """Return the latest of its times that is not after `now`."""
        return now - (now - MONDAY - self.after) % self.every


def _job(name: str, every: timedelta, after: str, *, command: str = "") -> Job:
    """Return a job that begins "hh:mm" after the beginning of its period."""
    hours, minutes = map(int, after.split(":"))
    deadlines = {MINUTES_2: MINUTES_10, MINUTES_10: timedelta(minutes=30), HOUR: HOUR}
    deadline = deadlines.get(every, timedelta(hours=6))
    return Job(
        name, command or name, every, timedelta(hours=hours, minutes=minutes), deadline=deadline
    )


JOBS = (
    _job("submit_attempts", MINUTES_2, "00:00"),
    _job("reconcile", MINUTES_10, "00:00", command="reconcile --days 1"),
    _job("repair_media", MINUTES_10, "00:03"),
    _job("count_students", MINUTES_10, "00:06"),
    _job("expire_uploads", HOUR, "00:11"),
    _job("finish_erasures", HOUR, "00:21"),
    _job("reconcile_month", DAY, "02:10", command="reconcile --report"),
    _job("ledger", DAY, "03:10", command="ledger --check"),
    _job("grades", DAY, "03:40", command="grades --check"),
    _job("clearsessions", DAY, "04:10"),
    _job("audit_media", WEEK, "04:30"),
)

BY_HAND = {
    "canonical_addresses": "after an upgrade, and its findings are for people",
    "count_ratings": "after an upgrade during which old and new processes ran together",
    "ensure_indexes": "after a restore",
    "import_mern": "once, to move in",
    "index_courses": "after a change of the words of an index",
    "migrate": "with an upgrade",
    "protect_videos": "once, after moving in",
}
"""Commands that change data and have no time of their own: when people run them."""


def find(name: str) -> Job | None:
    """Return the job of a name; None for one that the table has lost."""
    return next((job for job in JOBS if job.name == name), None)
