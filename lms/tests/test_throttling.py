"""A limit is that many in that time, counted from the first."""

from types import SimpleNamespace

import pytest

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


def test_what_is_forgiven_is_counted_from_nothing(ask):
    assert [ask() for _ in range(3)] == [True] * 3
    Three().forgive(SimpleNamespace(who="somebody"), None)
    assert ask() is True
