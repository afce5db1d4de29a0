"""Tasks in MongoDB: not lost with a worker, tried again, and their mails sent at most twice."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.tasks import task
from django.utils import timezone

from accounts.models import MailToken
from accounts.personal_data import erase
from accounts.tasks import send_reset
from accounts.tests.clients import link_in
from lms import mails
from lms.heartbeat import is_alive
from lms.logs import current, working
from lms.models import QueuedTask
from lms.mongodb.transaction import atomic
from lms.tasks import queue, worker
from lms.tasks.mailing import running
from lms.tasks.metrics import read_state

Status = QueuedTask.Status
done: list[str] = []


@task
def note(what: str) -> None:
    done.append(f"{what} {current().id}")


@task
def fail() -> None:
    raise OSError("The server refused <ada@example.test>.")


@task
def write(email: str) -> None:
    context = {"text": "Hello."}
    mails.send(email, "en", subject="Hello", template="accounts/mails/message", context=context)


@pytest.fixture(autouse=True)
def _queue(db, settings):
    settings.TASKS = {"default": {"BACKEND": "lms.tasks.backend.MongoBackend"}}
    done.clear()


def only() -> QueuedTask:
    return QueuedTask.objects.get()


def make_due() -> None:
    """Let the time pass until the task is due: a pause, or the lease of a worker that was killed."""
    QueuedTask.objects.update(due_at=timezone.now())


class Killed(BaseException):
    """The process ends here."""


def die(*_):
    raise Killed


def run_killed(monkeypatch, place, name, end):
    """Run the next task in a worker that is killed where `end` stands in for a function; then its lease ends."""
    with monkeypatch.context() as patched:
        patched.setattr(place, name, end)
        with pytest.raises(Killed):
            worker.run_next()
    make_due()


def test_a_task_is_there_if_and_only_if_its_transaction_is_committed():
    @atomic
    def change(error: Exception | None) -> None:
        note.enqueue("by a worker")
        if error:
            raise error

    with pytest.raises(ZeroDivisionError):
        change(ZeroDivisionError())
    assert not worker.run_next()
    with working("a-request"):
        change(None)
    assert done == []
    assert worker.run_next()
    assert done == ["by a worker a-request"]
    assert (only().status, only().arguments, only().due_at) == (Status.DONE, {}, None)
    assert not worker.run_next()


def test_a_task_is_tried_four_times_then_waits_for_staff_without_addresses():
    fail.enqueue()
    for pause in queue.PAUSES:
        before = timezone.now()
        assert worker.run_next()
        assert only().status == Status.SCHEDULED
        assert timedelta(0) <= only().due_at - before - pause < timedelta(seconds=10)
        assert not worker.run_next()
        make_due()
    assert worker.run_next()
    row = only()
    assert (row.status, row.starts, row.error) == (Status.FAILED, 4, "OSError")
    assert row.message == "The server refused <[address]>."
    assert row.place.startswith("lms/tests/test_tasks.py:")
    assert row.expires_at > timezone.now() + timedelta(days=29)
    waiting, ended = read_state()
    counts = {each.labels["status"]: each.value for each in waiting.samples}
    assert counts == {"queued": 0, "scheduled": 0, "running": 0, "failed": 1}
    assert {each.labels["outcome"]: each.value for each in ended.samples} == {
        "done": 0,
        "failed": 1,
    }
    assert queue.try_again(row)
    assert (only().status, only().errors) == (Status.QUEUED, 0)
    assert not queue.discard(row)


def test_the_task_of_a_killed_worker_is_taken_again_when_its_lease_ends():
    note.enqueue("late")
    lost = queue.take()
    assert lost.name.endswith("test_tasks.note")
    assert queue.take() is None
    make_due()
    assert worker.run_next()
    assert [each.split()[0] for each in done] == ["late"]
    assert not queue.renew(lost)
    queue.fail(lost, OSError())  # the old worker was only frozen: what it writes comes too late
    assert only().status == Status.DONE


def test_a_task_that_kills_every_worker_fails_in_the_end():
    note.enqueue("poison")
    for _ in range(queue.MAX_STARTS):
        assert queue.take()
        make_due()
    assert queue.take() is None
    assert (only().status, only().error) == (Status.FAILED, "WorkerKilled")


def test_two_workers_never_hold_one_task():
    note.enqueue("one")
    first, second = QueuedTask.objects.get(), QueuedTask.objects.get()
    assert queue.hold(first)
    assert not queue.hold(second)


def test_a_name_runs_only_what_is_a_task():
    QueuedTask.objects.create(
        name="os.getcwd", arguments={"args": [], "kwargs": {}}, due_at=timezone.now()
    )
    worker.run_next()
    assert (only().error, only().message) == ("TypeError", "os.getcwd is not a task.")


def test_a_mail_is_sent_at_most_twice_however_often_its_worker_is_killed(monkeypatch):
    sent = []

    def send_and_die(self, messages):
        sent.extend(message.message()["Message-ID"] for message in messages)
        raise Killed

    monkeypatch.setattr(EmailBackend, "send_messages", send_and_die)
    write.enqueue("ada@example.test")
    for _ in range(2):
        with pytest.raises(Killed):
            worker.run_next()
        make_due()
    worker.run_next()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert (only().status, only().error) == (Status.FAILED, "lms.tasks.mailing.SentPerhaps")


def test_a_mail_that_was_sent_is_not_sent_again_and_one_that_was_refused_is(
    monkeypatch, mailoutbox
):
    write.enqueue("ada@example.test")
    accept = EmailBackend.send_messages
    for _ in range(3):

        def refuse(self, messages):
            raise smtplib.SMTPServerDisconnected("Try later.")

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
        worker.run_next()
        make_due()
    monkeypatch.setattr(EmailBackend, "send_messages", accept)
    run_killed(monkeypatch, queue, "finish", die)
    worker.run_next()
    assert only().status == Status.DONE
    assert len(mailoutbox) == 1


def test_the_links_in_a_mail_work_however_often_its_worker_was_killed(
    monkeypatch, mailoutbox, student
):
    accept = EmailBackend.send_messages

    def accept_and_die(self, messages):
        accept(self, messages)
        raise Killed

    send_reset.enqueue(student.email)
    for place, name, end in (
        (EmailBackend, "send_messages", accept_and_die),
        (queue, "finish", die),
    ):
        run_killed(monkeypatch, place, name, end)
    worker.run_next()
    assert only().status == Status.DONE
    assert len(mailoutbox) == 2
    for mail in mailoutbox:
        token = link_in(mail)[1]["token"]
        assert MailToken.objects.find(MailToken.Purpose.RESET, token)


def test_a_worker_ends_when_it_is_stopped_and_shows_that_it_lives(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert not is_alive("worker")
    mine = worker.Worker()
    stop = task(stop_worker)
    monkeypatch.setitem(globals(), "stop_worker", stop)
    STOP.append(mine.stop)
    stop.enqueue()
    mine.run()
    assert is_alive("worker")
    assert only().status == Status.DONE
    assert running.get() is None


STOP: list = []


def stop_worker() -> None:
    STOP.pop()()


def test_staff_read_failed_tasks_without_addresses_and_try_them_again(staff, office, student):
    fail.enqueue("ada@example.test")
    row = only()
    QueuedTask.objects.update(status=Status.FAILED, error="OSError", due_at=None)
    page = office.get(f"/admin/lms/queuedtask/{row.pk}/change/")
    assert "OSError" in page.content.decode()
    assert "ada@example.test" not in page.content.decode()
    chosen = {"_selected_action": [str(row.pk)]}
    office.post("/admin/lms/queuedtask/", {"action": "try_again", **chosen})
    assert only().status == Status.QUEUED
    office.post("/admin/lms/queuedtask/", {"action": "discard", **chosen})
    assert only().status == Status.QUEUED  # it has not failed
    QueuedTask.objects.update(status=Status.FAILED)
    office.post("/admin/lms/queuedtask/", {"action": "discard", **chosen})
    assert not QueuedTask.objects.exists()


def test_the_failed_tasks_about_an_erased_person_go_with_them(student, other_student):
    for person in (student, other_student):
        fail.enqueue(person.email)
    QueuedTask.objects.update(status=Status.FAILED, due_at=None)
    erase(student)
    assert only().arguments["args"] == [other_student.email]


def test_the_tasks_are_closed_to_staff_without_permission(office, staff):
    type(staff).objects.filter(pk=staff.pk).update(is_superuser=False)
    assert office.get("/admin/lms/queuedtask/").status_code == 403
