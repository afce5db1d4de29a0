"""What the instructor, the clock and time do while students are examined."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from io import StringIO
from random import Random

from django.core.management import call_command

from assessments.models import Attempt
from learning.models import Enrollment
from proof import api
from proof.action import Action
from proof.attempts.history import STATUSES
from proof.attempts.samples import POINTS, SAMPLES
from proof.attempts.world import World

EDITED = SAMPLES[0]
"""The question whose key changes."""
CODES = STATUSES | {204}
OVER_TIME = timedelta(minutes=20)
"""Longer than the time limit of every quiz."""


def edits(world: World, dice: Random) -> Iterator[Action]:
    """Change the key of a question."""
    path = f"questions/{world.questions[EDITED.prompt]['id']}"
    key = {"option": dice.choice([0, 1, 2])}
    yield Action("question edited", partial(api.send, world.instructor, "PATCH", path, key=key))


def regrades(world: World, dice: Random) -> Iterator[Action]:
    """Grade all attempts again with the newest key, after a dry run or not."""
    path = f"questions/{world.questions[EDITED.prompt]['id']}/regrade"
    body = {"reason": "The key was wrong.", "revoke": dice.random() < 0.3}
    regrade = partial(api.post, world.instructor, path)
    if dice.random() < 0.5:
        yield Action("dry run", partial(regrade, **body, dry_run=True))
    yield from [Action("regrade", partial(regrade, **body))] * dice.choice([1, 2])


def grades_essays(world: World, dice: Random) -> Iterator[Action]:
    """Grade the essays that wait, some of them by two teachers at once."""
    essay = world.essay["id"]
    for attempt in Attempt.objects.filter(needs_grading=True).order_by("pk"):
        path = f"attempts/{attempt.pk}/grades/{essay}"
        for _ in range(dice.choice([0, 1, 1, 2])):
            body = {"score": dice.randint(0, POINTS), "feedback": "Read.", "reason": "Read again."}
            grade = partial(api.send, world.instructor, "PUT", path, **body)
            yield Action("essay graded", grade, str(attempt.pk))


def allows(world: World, dice: Random) -> Iterator[Action]:
    """Give some students another attempt and more time at a quiz, or take that away."""
    lecture = world.quizzes["whole"].pk
    for enrollment in Enrollment.objects.filter(course=world.course).order_by("pk"):
        if dice.random() < 0.3:
            path = f"lectures/{lecture}/quiz/allowances/{enrollment.pk}"
            body = {"extra_attempts": 1, "extra_seconds": 300, "reason": "Ill."}
            verb = dice.choice(["PUT", "PUT", "DELETE"])
            send = partial(api.send, world.instructor, verb, path, **body)
            yield Action("allowance", send, str(enrollment.user_id), statuses=CODES | {404})


def closes() -> Iterator[Action]:
    """Run the clock's job that submits what is over time."""
    yield Action("clock", partial(call_command, "submit_attempts", stdout=StringIO()))


def pass_time(dice: Random, *, share: float) -> None:
    """Let the time limit of a share of the open attempts pass."""
    for attempt in Attempt.objects.filter(status="open").order_by("pk"):
        if attempt.expires_at and dice.random() < share:
            Attempt.objects.filter(pk=attempt.pk, status="open").update(
                started_at=attempt.started_at - OVER_TIME,
                expires_at=attempt.expires_at - OVER_TIME,
            )
