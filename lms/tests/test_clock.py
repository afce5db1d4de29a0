"""The clock: every repairing command has a time, each time is run once, and what is late or failed is seen."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands
from django.utils import timezone

from lms import clock
from lms.clock import DAY, HOUR, JOBS, Job, runs
from lms.clock.metrics import read_state
from lms.clock.process import Clock
from lms.models import JobRun

Outcome = JobRun.Outcome
NO_REPAIR = {"clock", "error_catalogue", "messages", "worker"}
NOON = datetime(2026, 11, 29, 12, 34, 56, tzinfo=UTC)
# `manage.py` is a file of the test, which does what its argument names.
PROGRAM = """
import sys, time
print("mongodb://user:pass@host ada@example.test", sys.argv[1], flush=True)
{"ok": lambda: None, "bad": lambda: sys.exit("It failed."), "hang": lambda: time.sleep(60)}[sys.argv[1]]()
"""


@pytest.fixture
def old(db, monkeypatch):
    """Let the database be migrated a month ago, so that every time of a job counts."""
    monkeypatch.setattr(runs, "migrated_at", lambda: timezone.now() - timedelta(days=30))


@pytest.fixture
def program(old, tmp_path, settings):
    (tmp_path / "manage.py").write_text(PROGRAM)
    settings.BASE_DIR = tmp_path


def a_job(command: str, every: timedelta = HOUR, deadline: timedelta = HOUR) -> Job:
    return Job(command, command, every, timedelta(0), deadline)


def finish(mine: Clock) -> None:
    """Let the processes of a clock end, and let it see that."""
    for each in mine.running:
        if each.job.command != "hang":
            each.process.wait()
    mine.tick()


def test_every_command_that_changes_data_is_a_job_or_is_named_as_by_hand():
    ours = {name.name for name in apps.get_app_configs() if "site-packages" not in name.path}
    commands = {name for name, app in get_commands().items() if app in ours}
    timed = {job.command.split()[0] for job in JOBS}
    assert timed - {"clearsessions"} <= commands
    assert commands - NO_REPAIR == (timed - {"clearsessions"}) | clock.BY_HAND.keys()
    assert len({job.name for job in JOBS}) == len(JOBS)


@pytest.mark.parametrize(
    ("job", "due"),
    [
        ("repair_media", "2026-11-29 12:33"),
        ("finish_erasures", "2026-11-29 12:21"),
        ("ledger", "2026-11-29 03:10"),
        ("audit_media", "2026-11-23 04:30"),  # a Monday
    ],
)
def test_a_job_is_due_at_its_times(job, due):
    assert f"{clock.find(job).last_due(NOON):%Y-%m-%d %H:%M}" == due


def test_a_missed_time_is_run_once_by_one_of_two_clocks(program):
    job = a_job("ok")
    first, second = Clock((job,)), Clock((job,))
    for each in (first, second, first):
        each.tick()
    assert JobRun.objects.count() == 1
    finish(first)
    run = JobRun.objects.get()
    assert (run.outcome, run.due_at) == (Outcome.DONE, job.last_due(timezone.now()))
    assert run.output == "mongodb://[secret]@host [address] ok"
    assert run.duration_ms is not None
    first.tick()
    assert (JobRun.objects.count(), first.running) == (1, [])


def test_a_job_that_fails_or_hangs_is_kept_as_such(program):
    jobs = (a_job("bad"), a_job("hang", deadline=timedelta(0)))
    mine = Clock(jobs)
    mine.tick()
    finish(mine)
    outcomes = dict(JobRun.objects.values_list("job", "outcome"))
    assert outcomes == {"bad": Outcome.FAILED, "hang": Outcome.STOPPED}
    assert "It failed." in JobRun.objects.get(job="bad").output


def test_a_clock_that_is_stopped_ends_what_it_runs(program):
    mine = Clock((a_job("hang"),))
    mine.tick()
    mine.stop()
    mine.run()
    assert JobRun.objects.get().outcome == Outcome.STOPPED
    assert mine.running[0].process.poll() is not None


def all_done(ago: timedelta = timedelta(0)) -> None:
    now = timezone.now()
    for job in JOBS:
        run = runs.claim(job, job.last_due(now) - ago)
        runs.end(run, Outcome.DONE, "")


def test_on_the_day_of_a_first_start_nothing_is_late_and_nothing_is_made_up_for(
    program, monkeypatch
):
    now = timezone.now()
    assert len(runs.troubles()) == len(JOBS)
    monkeypatch.undo()
    assert runs.migrated_at() < now
    monkeypatch.setattr(runs, "migrated_at", lambda: now)
    assert runs.troubles() == []
    mine = Clock((a_job("ok"),))
    mine.tick()
    assert mine.running == []
    # An hour later, and no clock has run since.
    monkeypatch.setattr(runs, "migrated_at", lambda: now - HOUR)
    late = {state.job.name for state in runs.troubles()}
    assert late == {"submit_attempts", "reconcile", "repair_media", "count_students"}
    mine = Clock((a_job("ok"),))
    mine.tick()
    finish(mine)
    assert JobRun.objects.count() == 1


def test_staff_see_that_a_job_is_late_or_failed_and_which(old, office):
    label, url = "Jobs that are late or failed", "/admin/lms/jobrun/"
    all_done()
    assert label not in office.get("/admin/").content.decode()
    assert "missed its time" not in office.get(url).content.decode()
    JobRun.objects.filter(job="ledger").update(outcome=Outcome.FAILED)
    JobRun.objects.filter(job="audit_media").delete()
    page = office.get("/admin/").content.decode()
    assert label in page
    assert f'href="{url}"' in page
    text = office.get(url).content.decode().partition("<table")[0]
    assert text.index("ledger") < text.index("its last run failed") < text.index("audit_media")
    assert text.index("audit_media") < text.index("it has missed its time")


def test_late_and_failed_jobs_are_seen_by_the_check_and_the_metrics(old):
    with pytest.raises(CommandError, match="reconcile, repair_media"):
        call_command("clock", "--check", stdout=sys.stderr)
    all_done()
    call_command("clock", "--check", stdout=sys.stderr)
    ledger = JobRun.objects.filter(job="ledger")
    ledger.update(outcome=Outcome.RUNNING, started_at=timezone.now() - DAY)  # killed in the middle
    with pytest.raises(CommandError, match=r"Late or failed: ledger\."):
        call_command("clock", "--check", stdout=sys.stderr)
    succeeded, late, failed = read_state()
    assert len(succeeded.samples) == len(JOBS) - 1
    assert (late.samples[0].value, failed.samples[0].value) == (0, 1)
    ledger.update(outcome=Outcome.DONE, due_at=timezone.now() - 3 * DAY)
    assert [(state.job.name, state.is_late) for state in runs.troubles()] == [("ledger", True)]


def test_staff_run_a_job_at_once_and_read_its_outcome(program, office, monkeypatch):
    job = replace(clock.find("ledger"), command="ok")
    monkeypatch.setattr(clock, "JOBS", (job,))
    assert office.post("/admin/lms/jobrun/add/", {"job": "ledger"}).status_code == 302
    mine = Clock(())
    mine.tick()
    finish(mine)
    run = JobRun.objects.get()
    assert (run.job, run.outcome) == ("ledger", Outcome.DONE)
    assert "[address] ok" in office.get("/admin/lms/jobrun/").content.decode()
    assert office.get(f"/admin/lms/jobrun/{run.pk}/change/").status_code == 200


def test_a_requested_job_that_the_table_has_lost_fails(db):
    runs.request(JobRun(job="gone"))
    Clock(()).tick()
    assert JobRun.objects.get().outcome == Outcome.FAILED


def test_the_runs_are_closed_to_staff_without_permission(office, staff):
    type(staff).objects.filter(pk=staff.pk).update(is_superuser=False)
    assert office.get("/admin/lms/jobrun/").status_code == 403
    assert office.post("/admin/lms/jobrun/add/", {"job": "ledger"}).status_code == 403
