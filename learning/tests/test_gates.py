"""Which lectures are locked, decided without a database."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from learning import kinds
from learning.gates import find_locks
from learning.queries.progress import in_order
from lms.registry import Registry

NOW = datetime(2026, 6, 1, tzinfo=UTC)
IDS = [ObjectId(f"{n:024x}") for n in range(1, 5)]
A, B, C, D = IDS
FREE, ORDER = "free", "in_order"


@pytest.fixture(autouse=True)
def _quizzes_are_passed(monkeypatch):
    registry: Registry[str] = Registry()
    registry.register("quiz")
    monkeypatch.setattr(kinds, "passed_kinds", registry)


def locks(*, pacing=FREE, opens=None, completing=(), author=False, without=(), **fields):
    """Return the locks of four lectures in one section as `(reason, opens_at, lectures)`, without those that are open.

    Columns of the lectures are given by their id: `requires={C: [A]}`, and so are those of the enrollment.
    """
    columns = {name: fields.pop(name, {}) for name in ("requires", "kind", "is_preview")}
    lectures = [
        {
            "_id": pk,
            "section_id": 1,
            "position": place,
            "kind": columns["kind"].get(pk, "article"),
            "duration_seconds": 0,
            "is_preview": columns["is_preview"].get(pk, False),
            "requires": columns["requires"].get(pk, []),
        }
        for place, pk in enumerate(IDS)
        if pk not in without
    ]
    sections = [{"_id": 1, "position": 0, "opens": opens}]
    outline = {
        "course": {"pacing": pacing},
        "sections": sections,
        "lectures": in_order(lectures, sections),
        "is_author": author,
    }
    studied = {"enrolled_at": NOW.replace(tzinfo=None) - timedelta(days=3), **fields}
    found = find_locks(outline, studied, NOW, completing=completing)
    assert found.keys() == {each["_id"] for each in lectures}
    return {
        pk: (str(lock.reason), lock.opens_at, list(lock.lectures))
        for pk, lock in found.items()
        if lock
    }


def test_nothing_is_locked_in_a_course_without_gates():
    assert locks() == {}


def test_in_order_each_lecture_waits_for_all_before_it_and_names_the_next():
    assert locks(pacing=ORDER) == {pk: ("complete_first", None, [A]) for pk in (B, C, D)}
    assert locks(pacing=ORDER, completed_lectures=[A, C]) == {D: ("complete_first", None, [B])}
    assert locks(pacing=ORDER, without=[A, B]) == {D: ("complete_first", None, [C])}


def test_a_lecture_waits_for_those_that_it_requires_unless_they_are_hidden():
    requires = {A: [D, C], B: [A]}
    assert locks(requires=requires) == {
        A: ("complete_first", None, [D, C]),
        B: ("complete_first", None, [A]),
    }
    assert locks(requires=requires, completed_lectures=[D])[A][2] == [C]
    assert locks(requires=requires, without=[C, D]) == {B: ("complete_first", None, [A])}
    # In order, a lecture that is required although it comes later would lock both for good.
    assert locks(requires=requires, pacing=ORDER, completed_lectures=[A, B]) == {
        D: ("complete_first", None, [C])
    }


def test_only_quizzes_are_passed_first():
    kind = {B: "quiz", C: "quiz"}
    assert locks(requires={D: [B, C]}, kind=kind) == {D: ("pass_first", None, [B, C])}
    assert locks(requires={D: [A, B]}, kind=kind) == {D: ("complete_first", None, [A, B])}
    in_order = locks(pacing=ORDER, kind={B: "quiz"}, completed_lectures=[A])
    assert in_order == {C: ("pass_first", None, [B]), D: ("complete_first", None, [B])}


def test_a_section_opens_at_a_time_or_days_after_enrolling_and_that_comes_first():
    later = NOW + timedelta(seconds=1)
    lock = ("opens_at", later, [])
    assert locks(opens={"at": later, "days": None}, pacing=ORDER) == dict.fromkeys(IDS, lock)
    as_stored = {"at": later.replace(tzinfo=None)}
    assert locks(opens=as_stored) == dict.fromkeys(IDS, lock)
    assert locks(opens={"at": NOW, "days": None}) == {}
    assert locks(opens={"at": None, "days": 3}) == {}
    waiting = ("opens_at", NOW + timedelta(days=1), [])
    assert locks(opens={"days": 4}, completed_lectures=[B]) == dict.fromkeys((A, C, D), waiting)


def test_what_was_completed_previews_authors_and_the_unlocked_are_never_locked():
    gates = {"pacing": ORDER, "opens": {"at": NOW + timedelta(days=1)}}
    assert locks(**gates, completed_lectures=[C]).keys() == {A, B, D}
    assert locks(**gates, ever_completed=[C]).keys() == {A, B, D}  # also if it was undone since
    handed_out = locks(**gates, consumed_lectures=[C, D], kind={C: "file", D: "file"})
    assert handed_out.keys() == set(IDS)
    assert locks(**gates, is_preview={A: True, D: True}).keys() == {B, C}
    assert locks(**gates, author=True) == {}
    assert locks(**gates, unlocked_at=NOW) == {}


def test_completing_opens_lectures_as_far_as_it_may():
    everything = set(IDS)
    assert locks(pacing=ORDER, completing=everything) == {}
    assert locks(pacing=ORDER, completing=everything - {B}) == {
        pk: ("complete_first", None, [B]) for pk in (C, D)
    }
    chain = {A: [B], B: [C], C: [D]}
    assert locks(requires=chain, completing=everything) == {}
    left = locks(requires=chain, completing=everything - {C}, kind={C: "quiz"})
    assert left == {A: ("complete_first", None, [B]), B: ("pass_first", None, [C])}


def test_every_course_is_completed_by_taking_open_lectures_and_none_of_them_locks_again():
    for seed in range(100):
        dice = random.Random(seed)
        rank = dice.sample(IDS, len(IDS))  # what is required stands before: so no circle
        requires = {
            pk: dice.sample(rank[:place], dice.randint(0, place)) for place, pk in enumerate(rank)
        }
        course = {
            "pacing": dice.choice([FREE, ORDER]),
            "requires": requires,
            "without": dice.sample(IDS, dice.randint(0, 2)),
            "is_preview": {pk: dice.random() < 0.2 for pk in IDS},
        }
        left = set(IDS) - set(course["without"])
        done, open_before = [], set()
        assert locks(**course, completing=left) == {}
        while left:
            locked = locks(**course, completed_lectures=done)
            opened = left - locked.keys()
            assert open_before & left <= opened
            assert opened
            open_before = opened
            taken = dice.choice(sorted(opened))
            done.append(taken)
            left.discard(taken)
