"""A limit is that many in that time, counted from the first."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from rest_framework.response import Response
from rest_framework.views import APIView

from lms import throttling
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
    monkeypatch.setattr(throttling, "time", lambda: just_before_the_minute)
    assert [ask() for _ in range(3)] == [True] * 3
    monkeypatch.setattr(throttling, "time", lambda: just_before_the_minute + 1)
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
