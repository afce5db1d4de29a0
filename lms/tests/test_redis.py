"""Counting requests in Redis, and what still works while Redis is unavailable."""

import json
import pickle
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import rq
from django.core.cache import cache
from django.tasks import TaskResultStatus, task
from fakeredis import FakeStrictRedis, TcpFakeServer
from redis import Connection
from redis.exceptions import ConnectionError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError
from rq.serializers import resolve_serializer

from lms.tasks import METRICS, Job
from lms.throttling import AddressThrottle

NOBODY = "redis://127.0.0.1:1"
done: list[str] = []


def planted(*args: object) -> None:
    done.append("planted")


class Planted:
    """An object whose pickle runs code when it is read."""

    def __reduce__(self) -> tuple:
        return planted, ()


PICKLE = pickle.dumps(Planted())


@task
def note(what: str) -> None:
    done.append(what)


@task
def fail() -> None:
    raise OSError("The mail server is down.")


@contextmanager
def redis() -> Iterator[str]:
    """Serve Redis' protocol from this process; gives the URL."""
    server = TcpFakeServer(("127.0.0.1", 0))
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def at(settings):
    """Count and enqueue at a URL."""

    def move(url: str) -> None:
        settings.CACHES = {"default": {"BACKEND": "lms.cache.RedisCache", "LOCATION": url}}
        settings.TASKS = {"default": {"BACKEND": "lms.tasks.RQBackend", "QUEUES": ["default"]}}
        settings.RQ_QUEUES = {"default": {"URL": url}}

    return move


@pytest.fixture
def queue(settings) -> Queue:
    """A queue in a Redis of its own."""
    settings.RQ_QUEUES = {"default": {"URL": NOBODY}}  # a job asks for its queue's name only
    return Queue("default", connection=FakeStrictRedis(), job_class=Job)


def enqueue(queue: Queue, task: Any, *args: str) -> Job:
    """Enqueue as `RQBackend` does."""
    meta = {"backend_name": "default"}
    return queue.enqueue_job(queue.create_job(task.module_path, args=args, meta=meta))


def run(queue: Queue) -> None:
    """Work until the queue is empty, with the serializer that `manage.py rqworker` names."""
    default = "rq.serializers.DefaultSerializer"
    worker = SimpleWorker([queue], connection=queue.connection, job_class=Job, serializer=default)
    worker.work(burst=True)


def ask(scope: str, rate: str, settings) -> Response:
    """Make one request of an endpoint that is limited."""

    class Limited(AddressThrottle):
        pass

    class View(APIView):
        authentication_classes = permission_classes = ()
        throttle_classes = (Limited,)

        def get(self, request: Request) -> Response:
            return Response()

    Limited.scope = scope
    settings.THROTTLE_RATES = {scope: rate}
    return View.as_view()(APIRequestFactory().get("/")).render()


def test_requests_are_counted_within_the_window(at, settings):
    with redis() as url:
        at(url)
        statuses = [ask("signin", "3/h", settings).status_code for _ in range(5)]
        [kept] = cache._cache.get_client().keys("*throttle:signin:*")
        assert 3590 < cache._cache.get_client().ttl(kept) <= 3600
    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("shared", [True, False])
def test_a_counter_begins_its_window_with_the_first_and_is_read_without_counting(at, shared):
    with redis() as url:
        if shared:
            at(url)
        assert cache.count("number", 60, by=0) == (0, pytest.approx(60, abs=0.1))
        assert cache.count("number", 60) == (1, pytest.approx(60, abs=5))
        assert cache.count("number", 3600, by=2) == (3, pytest.approx(60, abs=5))
        assert cache.count("number", 3600, by=0) == (3, pytest.approx(60, abs=5))


def test_every_request_costs_one_round_trip_to_redis(at, settings, monkeypatch):
    sent = []
    with redis() as url:
        at(url)
        send = Connection.send_command
        cache.set("connected", 1)
        monkeypatch.setattr(
            Connection,
            "send_command",
            lambda self, *args: sent.append(args[0]) or send(self, *args),
        )
        statuses = [ask("signin", "2/h", settings).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert sent == ["EVAL"] * 3


@pytest.mark.parametrize("scope", ["user", "anon", "checkout", "uploads"])
def test_without_redis_limits_that_spare_the_machine_are_not_kept(at, settings, scope):
    at(NOBODY)
    assert [ask(scope, "1/h", settings).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.parametrize("scope", ["signin", "signin_email", "signup", "forgot", "password", "new"])
def test_without_redis_nobody_may_guess(at, settings, scope):
    at(NOBODY)
    answer = ask(scope, "10/h", settings)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer.data["errors"][0]["code"] == "service_unavailable"


def test_a_cache_that_was_away_is_not_asked_again_at_once(at):
    at(NOBODY)
    with pytest.raises(ConnectionError, match="Connection refused"):
        cache.count("number", 60)
    with pytest.raises(ConnectionError, match="a moment ago"):
        cache.count("number", 60)


def test_without_redis_a_task_is_done_at_once(at):
    at(NOBODY)
    done.clear()
    result = note.enqueue("without one")
    assert result.status == TaskResultStatus.SUCCESSFUL
    assert done == ["without one"]


def test_without_redis_nobody_guesses_a_password_of_the_staff_either(at, client):
    at(NOBODY)
    answer = client.post("/admin/login/", {"username": "staff@example.test", "password": "guess"})
    assert answer.status_code == 503


def test_a_task_that_fails_is_tried_again_later(queue):
    job = enqueue(queue, fail)
    begun = datetime.now(UTC)
    run(queue)
    [waiting] = queue.scheduled_job_registry.get_job_ids()
    assert waiting == job.id
    assert queue.failed_job_registry.count == 0
    again = queue.scheduled_job_registry.get_scheduled_time(job)
    assert timedelta(seconds=9) < again - begun < timedelta(seconds=60)  # the next pause is 60


def test_a_task_is_written_as_json_and_done_by_the_worker(queue):
    done.clear()
    job = enqueue(queue, note, "by a worker")
    data = zlib.decompress(queue.connection.hget(job.key, "data"))
    assert json.loads(data) == [note.module_path, None, ["by a worker"], {}]
    run(queue)
    assert done == ["by a worker"]
    assert job.task_result.status == TaskResultStatus.SUCCESSFUL


@pytest.mark.parametrize("field", ["data", "meta", "result"])
def test_a_pickle_that_was_written_into_redis_is_not_run(queue, field):
    done.clear()
    job = enqueue(queue, note, "real")
    queue.connection.hset(job.key, field, PICKLE)
    run(queue)
    for job_class in (rq.job.Job, Job):  # of the staff's pages, and ours
        with suppress(UnicodeDecodeError, DeserializationError):
            found = job_class.fetch(job.id, connection=queue.connection)
            assert found.return_value() is None
            assert found.args == ["real"]
    assert "planted" not in done


@pytest.mark.parametrize("serializer", [None, "pickle", "rq.serializers.DefaultSerializer"])
def test_no_serializer_of_rq_reads_a_pickle(serializer):
    done.clear()
    with pytest.raises(UnicodeDecodeError):
        resolve_serializer(serializer).loads(PICKLE)
    assert done == []


@pytest.mark.parametrize(("task", "end"), [(note, "success"), (fail, "failure")])
def test_a_function_that_was_written_into_redis_is_not_called(queue, task, end):
    done.clear()
    job = enqueue(queue, task, *["real"] * (task is note))
    queue.connection.hset(job.key, f"{end}_callback_name", f"{__name__}.planted")
    run(queue)
    assert done == ["real"] * (task is note)


def test_a_pickle_in_the_cache_is_not_run(at):
    done.clear()
    with redis() as url:
        at(url)
        cache.set("kept", {"a": [1, 1.5, "x", None]}, timeout=60)
        assert cache.get("kept") == {"a": [1, 1.5, "x", None]}
        cache._cache.get_client().set(cache.make_key("planted"), PICKLE)
        with pytest.raises(ValueError, match="UTF-8"):
            cache.get("planted")
    assert done == []


def test_tasks_are_measured_and_not_known_without_redis(at):
    with redis() as url:
        at(url)
        [tasks] = METRICS.collect()
        assert {each.labels["status"]: each.value for each in tasks.samples} == {
            "queued": 0,
            "scheduled": 0,
            "failed": 0,
        }
    at(NOBODY)
    [tasks] = METRICS.collect()
    assert tasks.samples == []
