"""The process that runs the jobs at their times, each in a process of its own that can be stopped."""

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from pymongo.errors import PyMongoError

from lms import heartbeat
from lms.clock import JOBS, Job, find, runs
from lms.models import JobRun

logger = logging.getLogger("lms.clock")

Outcome = JobRun.Outcome

MAX_RUNNING = 3
"""How many jobs run at the same time; the next one waits."""

STOP_SECONDS = 10
TICK_SECONDS = 1.0


class Running:
    """A run, and its process."""

    def __init__(self, run: JobRun, job: Job) -> None:
        self.run, self.job = run, job
        self.output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        self.process = subprocess.Popen(  # noqa: S603 (a command of the table)
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *job.command.split()],
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
        )

    def outcome(self, now: datetime) -> JobRun.Outcome | None:
        """Return how the run ended, None while it may go on; a run after its deadline is stopped."""
        code = self.process.poll()
        if code is not None:
            return Outcome.FAILED if code else Outcome.DONE
        if now - (self.run.started_at or now) > self.job.deadline:
            self.stop()
            return Outcome.STOPPED
        return None

    def stop(self) -> None:
        """End the process; kill it if it has not ended after 10 seconds."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def end(self, outcome: JobRun.Outcome) -> None:
        """Keep the outcome, and pass the output on to the log of this process."""
        self.output.seek(0)
        shutil.copyfileobj(self.output, sys.stderr.buffer)
        self.output.seek(max(0, self.output.tell() - 2 * runs.MAX_CHARACTERS))
        text = self.output.read().decode(errors="replace")
        runs.end(self.run, outcome, text)
        self.output.close()
        log = logger.info if outcome == Outcome.DONE else logger.warning
        log("The job %s is %s", self.job.name, outcome.value)


class Clock:
    """Runs jobs until `stop` is called. Of several clocks, the first claims each time of a job."""

    def __init__(self, jobs: tuple[Job, ...] = JOBS) -> None:
        self.jobs = jobs
        self.running: list[Running] = []
        self._seen: dict[str, datetime] = {}
        self._stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Run jobs until `stop`; those that run then are ended, and repeated at their next time."""
        while not self._stopping.is_set():
            heartbeat.beat("clock")
            try:
                self.tick()
            except (DatabaseError, PyMongoError) as error:
                logger.warning("MongoDB is unavailable to the clock: %s", error)
            self._stopping.wait(TICK_SECONDS)
        for each in self.running:
            each.stop()
            each.end(Outcome.STOPPED)

    def tick(self) -> None:
        """Keep what has ended, and begin what is due: of several missed times the last one alone."""
        now = timezone.now()
        for each in list(self.running):
            if outcome := each.outcome(now):
                each.end(outcome)
                self.running.remove(each)
        for job in self.jobs:
            due = job.last_due(now)
            if self._seen.get(job.name) == due or not self._has_room(job):
                continue
            if runs.is_missed(job, due) and (run := runs.claim(job, due)):
                self.running.append(Running(run, job))
            self._seen[job.name] = due
        if self._has_room() and (run := runs.claim_requested()):
            if found := find(run.job):
                self.running.append(Running(run, found))
            else:
                runs.end(run, Outcome.FAILED, "There is no such job.")

    def _has_room(self, job: Job | None = None) -> bool:
        is_running = any(each.job == job for each in self.running)
        return len(self.running) < MAX_RUNNING and not is_running
