"""Counting requests in Redis, and what still works while Redis is unavailable."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.core.cache import cache
from fakeredis import TcpFakeServer
from redis import Connection
from redis.exceptions import ConnectionError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

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
    """Count at a URL."""

    def move(url: str) -> None:
        settings.CACHES = {"default": {"BACKEND": "lms.cache.RedisCache", "LOCATION": url}}

    return move


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


def test_without_redis_nobody_guesses_a_password_of_the_staff_either(at, client):
    at(NOBODY)
    answer = client.post("/admin/login/", {"username": "staff@example.test", "password": "guess"})
    assert answer.status_code == 503


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
