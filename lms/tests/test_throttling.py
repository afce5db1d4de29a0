"""A limit is that many in that time, counted from the first; answers tell of the one that is nearest to its end."""

import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.tests.clients import PASSWORD, limits
from lms.throttling import Throttle


class Three(Throttle):
    scope = "three"

    def key(self, request, view):
        return request.who


@pytest.fixture
def ask(settings):
    settings.THROTTLE_RATES = {"three": "3/min"}

    def asked(who="somebody"):
        throttle = Three()
        allowed = throttle.allow_request(SimpleNamespace(who=who), None)
        return allowed or throttle.wait()

    return asked


def test_one_more_than_the_limit_waits_for_the_rest_of_the_window(ask):
    assert [ask() for _ in range(3)] == [True] * 3
    assert 55 < ask() <= 60


def test_everybody_is_counted_apart_and_nobody_without_a_key(ask):
    assert [ask(who) for who in ["a", "b", "c", "d"] * 3] == [True] * 12
    assert [ask(None) for _ in range(5)] == [True] * 5


def test_the_window_begins_with_the_first_request_not_with_the_clocks_minute(ask, monkeypatch):
    just_before_the_minute = 1_800_000_000 // 60 * 60 + 59.9
    monkeypatch.setattr(time, "time", lambda: just_before_the_minute)
    assert [ask() for _ in range(3)] == [True] * 3
    monkeypatch.setattr(time, "time", lambda: just_before_the_minute + 1)
    assert ask() == pytest.approx(59)


def test_many_invented_keys_do_not_wipe_the_counter_of_another(ask):
    assert [ask() for _ in range(3)] == [True] * 3
    for number in range(400):
        ask(f"invented {number}")
    assert ask() is not True


class FourOfAll(Throttle):
    scope = "four"

    def key(self, request, view):
        return "everybody"


def test_a_request_that_one_limit_refuses_makes_no_key_for_the_next(rf, settings):
    settings.THROTTLE_RATES = {"four": "4/min", "three": "3/min"}

    class View(APIView):
        authentication_classes = permission_classes = ()
        throttle_classes = (FourOfAll, Three)

        def get(self, request):
            return Response()

    def ask(who):
        request = rf.get("/")
        request.who = who  # DRF's request looks it up in Django's
        return View.as_view()(request).status_code

    assert [ask(str(number)) for number in range(4)] == [200] * 4
    kept = len(cache._cache)
    assert [ask(f"late {number}") for number in range(4)] == [429] * 4
    assert len(cache._cache) == kept


def test_what_is_forgiven_is_counted_from_nothing(ask):
    assert [ask() for _ in range(3)] == [True] * 3
    Three().forgive(SimpleNamespace(who="somebody"), None)
    assert ask() is True


def told(answer):
    return answer["RateLimit"], answer["RateLimit-Policy"]


def test_an_answer_tells_of_the_limit_with_the_fewest_requests_left(client_of, student):
    client = client_of(student)
    with limits(user="1000/min", uploads="3/h", anon="1/h"):
        assert told(client.get("/api/v1/users/me")) == ('"user";r=999;t=60', '"user";q=1000;w=60')
        form = {"headline": "New"}
        answers = [client.patch("/api/v1/users/me", form, format="multipart") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [told(answer)[0] for answer in answers] == [
        f'"uploads";r={left};t=3600' for left in (2, 1, 0, 0)
    ]
    assert told(answers[-1])[1] == '"uploads";q=3;w=3600'
    assert answers[-1]["Retry-After"] == "3600"


def test_a_refusal_tells_of_the_limit_that_refused(client, db):
    wrong = {"email": "nobody@example.test", "password": PASSWORD}
    with limits(signin="2/h", signin_email="1/min", signin_failed="50/h"):
        answers = [client.post("/api/v1/auth/signin", wrong, "application/json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]
    assert [told(answer)[0] for answer in answers] == ['"signin_email";r=0;t=60'] * 2
    assert answers[-1]["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/health/live"),
        ("post", "/api/v1/payments/webhooks/stripe"),
        ("post", "/api/v1/media/webhooks/cloudinary"),
        ("post", "/admin/login/"),
        ("get", "/api/v1/nothing"),
    ],
)
def test_what_has_no_limit_tells_of_none(client, db, method, path):
    answer = getattr(client, method)(path)
    assert "RateLimit" not in answer
    assert "RateLimit-Policy" not in answer
