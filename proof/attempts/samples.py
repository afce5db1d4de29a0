"""Questions of every kind, with responses and what each scores: written by hand, and not with the product's own functions."""

from fractions import Fraction
from typing import Any, NamedTuple

type Place = Any
"""A response in which options are named by their places."""


class Sample(NamedTuple):
    """A question as its author sends it, and responses with the share of the points that each scores."""

    kind: str
    options: list[str]
    key: dict[str, Any]
    responses: list[tuple[Place, Fraction]]

    @property
    def prompt(self) -> str:
        """Return the prompt, by which the question is found in an attempt."""
        return " ".join([self.kind, *self.options])


ALL, NONE, HALF = Fraction(1), Fraction(0), Fraction(1, 2)
POINTS = 101
"""Hundredths; no share of a sample but all and none is a whole number of them, so each is rounded down."""

SAMPLES = [
    Sample(
        "single_choice", ["Red", "Green", "Blue"], {"option": 1}, [(1, ALL), (0, NONE), (2, NONE)]
    ),
    Sample("true_false", [], {"option": 0}, [(0, ALL), (1, NONE)]),
    Sample(
        "multiple_choice",
        ["Two", "Four", "Five", "Nine"],
        {"options": [0, 2], "scoring": "partial"},
        [
            ([0, 2], ALL),
            ([2, 0], ALL),
            ([0], HALF),
            ([0, 1, 2], HALF),
            ([0, 1, 2, 3], NONE),
            ([1], NONE),
        ],
    ),
    Sample(
        "multiple_choice",
        ["Fox", "Oak", "Elm"],
        {"options": [1, 2]},
        [([1, 2], ALL), ([1], NONE), ([0, 1, 2], NONE), ([0], NONE)],
    ),
    Sample(
        "short_text",
        [],
        {"accept": ["do commit"]},
        [("do commit", ALL), (" Do Commit ", ALL), ("do not commit", NONE), ("commit", NONE)],
    ),
    Sample(
        "numeric",
        [],
        {"value": "3.14", "tolerance": "0.01"},
        [("3.14", ALL), (" 3.150 ", ALL), ("3.1500001", NONE), ("-3.14", NONE)],
    ),
    Sample(
        "ordering",
        ["First", "Second", "Third"],
        {"options": [0, 1, 2]},
        [([0, 1, 2], ALL), ([1, 0, 2], NONE), ([2, 1, 0], NONE)],
    ),
    Sample(
        "matching",
        ["France", "Spain", "Paris", "Madrid"],
        {"pairs": [[0, 2], [1, 3]]},
        [
            ([[0, 2], [1, 3]], ALL),
            ([[0, 2]], HALF),
            ([[0, 2], [1, 2]], HALF),
            ([[0, 3], [1, 2]], NONE),
        ],
    ),
]
ESSAY = Sample("essay", [], {}, [("An essay.", NONE)])
"""It is graded by hand, so the table has no score of it."""


def by_ids(place: Place, ids: list[str]) -> Any:
    """Return a response with the ids of the options in place of their places."""
    if isinstance(place, list):
        return [by_ids(each, ids) for each in place]
    return ids[place] if isinstance(place, int) else place


def by_places(response: Any, ids: list[str]) -> Place:
    """Return a response with the places of the options in place of their ids."""
    if isinstance(response, list):
        return [by_places(each, ids) for each in response]
    return ids.index(response) if response in ids else response
