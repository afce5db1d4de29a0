"""Work is done by a few at once, and the others wait or are refused."""

from threading import Barrier, Thread

import pytest

from lms import turns
from lms.exceptions import ServiceUnavailable
from lms.turns import Turns


class Busy(ServiceUnavailable):
    """Too many want their turn."""


def test_no_more_have_their_turn_at_once_than_may(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 0)
    few = Turns(2, places=9, refusal=Busy)
    with few.take(), few.take(), pytest.raises(Busy):
        few.take().__enter__()
    with few.take(), few.take():
        pass


def test_the_next_waits_until_a_turn_ends():
    few, seen, started = Turns(1, places=2, refusal=Busy), [], Barrier(2)

    def wait():
        started.wait()
        with few.take():
            seen.append("the next")

    with few.take():
        thread = Thread(target=wait)
        thread.start()
        started.wait()
        seen.append("the first")
    thread.join()
    assert seen == ["the first", "the next"]


def test_who_finds_no_place_does_not_wait(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 600)
    few = Turns(2, places=1, refusal=Busy)
    with few.take(), pytest.raises(Busy):
        few.take().__enter__()


def test_a_turn_ends_also_by_an_error_and_by_a_refusal(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 0)
    one = Turns(1, places=2, refusal=Busy)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), one.take():
            raise ZeroDivisionError
        with one.take(), pytest.raises(Busy):
            one.take().__enter__()
    with one.take():
        pass
