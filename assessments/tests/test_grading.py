"""Keys, responses and grades of every kind: pure functions, tested without a database."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.exceptions import InvalidKey, InvalidResponse
from assessments.grading import grade, must_be_read
from assessments.keys import clean_key, find_lefts
from assessments.models.attempt import FrozenQuestion
from assessments.models.question import Kind
from assessments.responses import clean

A, B, C, D = IDS = [digit * 24 for digit in "abcd"]
FOREIGN = "e" * 24
OPTIONS = {
    Kind.SINGLE_CHOICE: 4,
    Kind.TRUE_FALSE: 2,
    Kind.MULTIPLE_CHOICE: 4,
    Kind.ORDERING: 4,
    Kind.MATCHING: 4,
}
KEYS: dict[Kind, Any] = {
    Kind.SINGLE_CHOICE: {"option": 1},
    Kind.TRUE_FALSE: {"option": 0},
    Kind.MULTIPLE_CHOICE: {"options": [0, 2]},
    Kind.SHORT_TEXT: {"accept": ["do not commit"]},
    Kind.NUMERIC: {"value": "0.3", "tolerance": "0.01"},
    Kind.ORDERING: {"options": [2, 0, 3, 1]},
    Kind.MATCHING: {"pairs": [[0, 2], [1, 2]]},
    Kind.ESSAY: None,
}


def ask(kind: str, key: Any = ..., points: int = 100) -> FrozenQuestion:
    """Return a question with a key that calls options by their place."""
    ids = IDS[: OPTIONS.get(Kind(kind), 0)]
    cleaned = clean_key(kind, KEYS[Kind(kind)] if key is ... else key, dict(enumerate(ids)))
    lefts = find_lefts(cleaned) if kind == Kind.MATCHING else set()
    options = [{"id": each, "text_html": ""} for each in ids]
    if kind == Kind.MATCHING:
        options = [each | {"side": "left" if each["id"] in lefts else "right"} for each in options]
    return FrozenQuestion(
        id="0" * 24,
        revision=1,
        kind=kind,
        prompt_html="",
        options=options,  # type: ignore[typeddict-item]
        points=points,
        key=cleaned,
        explanation_html="",
    )


def score(question: FrozenQuestion, response: Any) -> int:
    return grade(question, clean(question, response))


RIGHT: dict[Kind, Any] = {
    Kind.SINGLE_CHOICE: B,
    Kind.TRUE_FALSE: A,
    Kind.MULTIPLE_CHOICE: [C, A],
    Kind.SHORT_TEXT: " Do NOT commit ",
    Kind.NUMERIC: " +.31 ",
    Kind.ORDERING: [C, A, D, B],
    Kind.MATCHING: [[B, C], [A, C]],
}


@pytest.mark.parametrize("kind", Kind)
def test_the_right_response_gets_all_points_and_none_gets_nothing(kind):
    question = ask(kind)
    assert score(question, None) == 0
    if kind != Kind.ESSAY:
        assert score(question, RIGHT[kind]) == 100


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        (Kind.SINGLE_CHOICE, A),
        (Kind.TRUE_FALSE, B),
        (Kind.MULTIPLE_CHOICE, IDS),
        (Kind.MULTIPLE_CHOICE, [A]),
        (Kind.MULTIPLE_CHOICE, []),
        (Kind.SHORT_TEXT, "do commit"),
        (Kind.SHORT_TEXT, "do  not commit"),
        (Kind.SHORT_TEXT, "do not commit."),
        (Kind.SHORT_TEXT, "\n"),
        (Kind.NUMERIC, "0.3100000000000000000000000001"),
        (Kind.NUMERIC, "-0.3"),
        (Kind.ORDERING, IDS),
        (Kind.MATCHING, []),
        (Kind.MATCHING, [[A, D], [B, D]]),
        (Kind.ESSAY, "I do."),
    ],
)
def test_a_wrong_response_gets_nothing(kind, response):
    assert score(ask(kind), response) == 0


def test_partial_scoring_takes_for_a_wrong_option_what_a_right_one_gives():
    question = ask(Kind.MULTIPLE_CHOICE, {"options": [0, 1, 2], "scoring": "partial"})
    chosen = [[A], [A, B], [A, B, C], [A, B, D], [A, D], [D], IDS, []]
    assert [score(question, each) for each in chosen] == [33, 66, 100, 33, 0, 0, 66, 0]


def test_pairs_give_their_share_rounded_down_once():
    question = ask(Kind.MATCHING, {"pairs": [[0, 3], [1, 3], [2, 3]]}, points=101)
    assert score(question, [[A, D]]) == 33
    assert score(question, [[A, D], [B, D]]) == 67
    assert score(question, [[C, D], [A, D], [B, D]]) == 101


def test_texts_are_compared_in_one_unicode_form_and_with_their_case_if_it_counts():
    decomposed = "Cafe\N{COMBINING ACUTE ACCENT}"
    assert score(ask(Kind.SHORT_TEXT, {"accept": ["tea", "CAFÉ"]}), decomposed) == 100
    exact = ask(Kind.SHORT_TEXT, {"accept": ["Café"], "case_sensitive": True})
    assert (score(exact, decomposed), score(exact, "café"), score(exact, "Cafe")) == (100, 0, 0)


@given(*[st.decimals(-(10**12), 10**12, places=9)] * 2, st.decimals(0, 10**12, places=9))
def test_numbers_are_compared_exactly(value, response, tolerance):
    key = {"value": f"{value:f}", "tolerance": f"{tolerance:f}"}
    is_near = abs(Fraction(value) - Fraction(response)) <= Fraction(tolerance)
    assert score(ask(Kind.NUMERIC, key), f"{response:f}") == (100 if is_near else 0)


def test_a_tenth_and_two_tenths_are_three_tenths_and_thirty_digits_all_count():
    exact = ask(Kind.NUMERIC, {"value": "9" * 29 + ".", "tolerance": "0"})
    assert (score(exact, "9" * 29), score(exact, "9" * 28 + "8")) == (100, 0)
    edge = ask(Kind.NUMERIC, {"value": "0.1", "tolerance": "0.2"})
    assert (score(edge, "0.3"), score(edge, "-0.1"), score(edge, "0.30000000000000001")) == (
        100,
        100,
        0,
    )


@given(st.sets(st.integers(0, 3), min_size=1), st.lists(st.sampled_from(IDS), unique=True))
def test_all_points_are_for_exactly_the_right_boxes_and_never_more_or_less(right, chosen):
    for scoring in ("all", "partial"):
        question = ask(
            Kind.MULTIPLE_CHOICE, {"options": sorted(right), "scoring": scoring}, points=7
        )
        result = score(question, chosen)
        assert (result == 7) == ({IDS.index(each) for each in chosen} == right)
        assert 0 <= result <= 7


HOSTILE = [
    True, 1, 0.5, 10**400, {}, {"option": A}, [None], [[A]], [[[A, B]]], [[A, B, C]], [1], [True],
    [A] * 100_000, [[A, C]] * 100_000, "\0", "\ud800", "x" * 1_000_000, FOREIGN, [FOREIGN], [A, A],
    [[A, FOREIGN]], [[C, A]], [[A, A]], [[A, C], [A, D]],
]  # fmt: skip
ALLOWED = [
    (Kind.SHORT_TEXT, FOREIGN), (Kind.ESSAY, FOREIGN),
]  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_a_response_of_another_shape_is_refused(kind):
    question = ask(kind)
    for response in HOSTILE:
        if (kind, response) not in ALLOWED:
            with pytest.raises(InvalidResponse):
                clean(question, response)


@pytest.mark.parametrize(
    ("kind", "response"),
    [
        *[(Kind.NUMERIC, each) for each in ("", "NaN", "inf", "1e3", "1e400", "0x1", "1,5", "1_0", "٣", ".", "+", "1/2", "--1", "1" * 31)],
        (Kind.ORDERING, []), (Kind.ORDERING, [A, B, C]), (Kind.SINGLE_CHOICE, ""), (Kind.SINGLE_CHOICE, A.upper()),
        (Kind.SHORT_TEXT, "x" * 201), (Kind.ESSAY, "x" * 20_001),
    ],
)  # fmt: skip
def test_what_is_nearly_a_response_is_refused(kind, response):
    with pytest.raises(InvalidResponse):
        clean(ask(kind), response)


def test_blank_texts_and_empty_lists_are_no_response():
    for kind in (Kind.SHORT_TEXT, Kind.ESSAY):
        assert clean(ask(kind), " \n ") is None
    for kind in (Kind.MULTIPLE_CHOICE, Kind.MATCHING):
        assert clean(ask(kind), []) is None
    assert clean(ask(Kind.NUMERIC), "0") == "0"


def test_only_an_essay_that_was_answered_waits_for_a_person():
    essay, choice = ask(Kind.ESSAY), ask(Kind.SINGLE_CHOICE)
    waits = [must_be_read(essay, "I do."), must_be_read(essay, None), must_be_read(choice, A)]
    assert waits == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (Kind.SINGLE_CHOICE, [None, {}, {"option": 4}, {"option": -1}, {"option": True}, {"option": 1.0}, {"option": "1"}, {"option": [1]}, {"option": A}, {"option": 1, "options": [1]}, [1], 1]),
        (Kind.TRUE_FALSE, [{"option": 2}]),
        (Kind.MULTIPLE_CHOICE, [{"options": []}, {"options": [0, 0]}, {"options": [0, 9]}, {"options": 0}, {"options": [0], "scoring": "some"}, {"options": [0], "scoring": []}, {"options": [0] * 100_000}]),
        (Kind.SHORT_TEXT, [{"accept": []}, {"accept": "x"}, {"accept": [" "]}, {"accept": [1]}, {"accept": ["x" * 201]}, {"accept": ["\0"]}, {"accept": ["x"], "case_sensitive": 1}, {"accept": ["x"] * 51}]),
        (Kind.NUMERIC, [{"value": "1"}, {"value": 1, "tolerance": "0"}, {"value": "1", "tolerance": "-0.1"}, {"value": "NaN", "tolerance": "0"}, {"value": "1", "tolerance": "inf"}, {"value": "1e400", "tolerance": "0"}, {"value": "1", "tolerance": "0", "unit": 5}, {"value": "1", "tolerance": "0", "unit": "m" * 31}]),
        (Kind.ORDERING, [{"options": [0, 1, 2]}, {"options": [0, 1, 2, 2]}, {"options": []}]),
        (Kind.MATCHING, [{"pairs": []}, {"pairs": [[0, 0]]}, {"pairs": [[0, 2], [0, 3]]}, {"pairs": [[0, 1], [1, 2]]}, {"pairs": [[0]]}, {"pairs": [[0, 1, 2]]}, {"pairs": [0, 1]}, {"pairs": [[0, 4]]}, {"pairs": [[0, 1]] * 100_000}]),
        (Kind.ESSAY, [{"accept": ["x"]}, []]),
    ],
)  # fmt: skip
def test_a_key_that_does_not_fit_is_refused(kind, keys):
    for key in keys:
        with pytest.raises(InvalidKey):
            ask(kind, key)


def test_keys_have_their_defaults_and_options_by_their_ids():
    assert ask(Kind.MULTIPLE_CHOICE)["key"] == {"options": [A, C], "scoring": "all"}
    assert ask(Kind.MATCHING)["key"] == {"pairs": [[A, C], [B, C]]}
    assert ask(Kind.SHORT_TEXT)["key"]["case_sensitive"] is False
    assert "unit" not in ask(Kind.NUMERIC)["key"]
    assert ask(Kind.ESSAY)["key"] == {}


@pytest.mark.parametrize("kind", Kind)
def test_a_key_goes_from_places_to_ids_and_back(kind):
    question = ask(kind)
    ids = [each["id"] for each in question["options"]]
    places = clean_key(kind, question["key"], {each: place for place, each in enumerate(ids)})
    assert clean_key(kind, places, dict(enumerate(ids))) == question["key"]
    assert places.items() >= (KEYS[kind] or {}).items()
