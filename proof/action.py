"""Work of the application, in which it may crash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

EXPECTED_STATUSES = frozenset({200, 201, 202, 400, 409})
OF_THE_GONE = EXPECTED_STATUSES | {401, 404}
"""The statuses of what is asked for a course or by a person that may be deleted at the same time."""
OF_STUDY = OF_THE_GONE | {403}


@dataclass
class Action:
    """One request or command."""

    kind: str
    run: Callable[[], Any]
    subject: str = ""
    """What the action is about: a batch may run actions about the same thing at the same time."""
    on_answer: Callable[[Any], object] = lambda answer: None
    """Called with the answer if one arrives."""
    statuses: frozenset[int] = EXPECTED_STATUSES
    """The statuses that the answer may have, besides a 503 that asks the client to try again."""
