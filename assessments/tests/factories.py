"""Factories for questions, quizzes, attempts and assignments."""

from typing import Any

from accounts.models import User
from assessments.models import Question
from assessments.models.question import Kind
from assessments.services import questions

KEYS: dict[str, dict[str, Any]] = {
    Kind.SINGLE_CHOICE: {"options": ["Paris", "Rome", "Madrid"], "key": {"option": 0}},
    Kind.TRUE_FALSE: {"key": {"option": 0}},
    Kind.MULTIPLE_CHOICE: {"options": ["2", "3", "4", "5"], "key": {"options": [0, 1, 3]}},
    Kind.SHORT_TEXT: {"key": {"accept": ["do not commit"]}},
    Kind.NUMERIC: {"key": {"value": "9.81", "tolerance": "0.05", "unit": "m/s²"}},
    Kind.ORDERING: {"options": ["second", "first", "third"], "key": {"options": [1, 0, 2]}},
    Kind.MATCHING: {
        "options": ["France", "Italy", "Spain", "Paris", "Rome", "Madrid", "Bern"],
        "key": {"pairs": [[0, 3], [1, 4], [2, 5]]},
    },
    Kind.ESSAY: {},
}
"""The options and the key of a question of each kind, as `POST /questions` takes them."""


def ask(owner: User, kind: str = Kind.SINGLE_CHOICE, **fields: Any) -> Question:
    """Store a question of a kind in a bank; `fields` are those of `POST /questions`."""
    given = {"prompt": f"What of {kind}?", **KEYS[kind], **fields}
    question = questions.build(owner, kind=kind, **given)
    questions.store(owner, [question])
    return question
