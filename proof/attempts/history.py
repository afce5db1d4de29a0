"""What one student does in the quizzes of a course, drawn from a seed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from learning.services.enrollment import restore, revoke
from proof import api
from proof.action import Action
from proof.attempts.samples import ESSAY, SAMPLES, by_ids
from proof.attempts.world import World

STATUSES = frozenset({200, 201, 409})
OF_ENDED = STATUSES | {403}
"""The statuses of what a student asks while their access may end."""


@dataclass
class Sent:
    """A response that was sent, and whether an answer said that it was saved before the attempt was submitted."""

    response: Any
    is_saved: bool = False


@dataclass
class History:
    """A student of the course. Each part draws from `dice` alone, so that a seed repeats it."""

    dice: Random
    world: World
    number: int
    attempts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The attempts that answers have shown, by id."""
    sent: dict[tuple[str, str], list[Sent]] = field(default_factory=dict)
    """What was sent, by attempt and question, in the order of sending."""
    frozen: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the first answer to a submission said, by attempt."""
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user, self.client = self.world.create_student(self.number)

    def studies(self) -> Iterator[Action]:
        """Complete all that needs no quiz."""
        path = f"courses/{self.world.course.pk}/progress/complete"
        yield Action("studies", partial(api.post, self.client, path), statuses=OF_ENDED)

    def starts(self) -> Iterator[Action]:
        """Start an attempt at some quizzes, each in one tab or several at once."""
        for name, lecture in self.world.quizzes.items():
            if self.dice.random() < 0.6:
                start = partial(api.post, self.client, f"lectures/{lecture.pk}/attempts")
                action = Action("start", start, self._subject(name), self._remember, OF_ENDED)
                yield from [action] * self.dice.choice([1, 1, 2, 3])

    def answers(self) -> Iterator[Action]:
        """Answer some questions of each known attempt, some of them twice or from another tab."""
        for pk, attempt in self.attempts.items():
            for question in attempt["questions"]:
                for _ in range(self.dice.choice([0, 1, 1, 1, 2])):
                    yield self._respond_to(pk, question)

    def submits(self) -> Iterator[Action]:
        """Submit some of the known attempts, once or several times, some with responses in the same request."""
        for pk, attempt in self.attempts.items():
            if self.dice.random() < 0.6:
                body = {}
                if self.dice.random() < 0.4:
                    chosen = self.dice.sample(attempt["questions"], 2)
                    body = {"responses": {each["id"]: self._choose(each) for each in chosen}}
                    for each in chosen:
                        sent = Sent(body["responses"][each["id"]])
                        self.sent.setdefault((pk, each["id"]), []).append(sent)
                submit = partial(api.post, self.client, f"attempts/{pk}/submit", **body)
                action = Action("submit", submit, pk, partial(self._freeze, pk), OF_ENDED)
                yield from [action] * self.dice.choice([1, 1, 2])

    def looks(self) -> Iterator[Action]:
        """Read some of the known attempts: the first look closes one that is over time."""
        for pk in self.attempts:
            if self.dice.random() < 0.3:
                yield Action("look", partial(self.client.get, f"/api/v1/attempts/{pk}"), pk)

    def is_found_out(self) -> Iterator[Action]:
        """Let staff end the access."""
        if self.dice.random() < 0.15:
            yield self._change_access("access ends", revoke)

    def comes_back(self) -> Iterator[Action]:
        """Let staff give the access again, if they have ended it."""
        if self.dice.random() < 0.5:
            yield self._change_access("access is back", restore)

    def _change_access(self, kind: str, change: Callable[..., bool]) -> Action:
        grant = {"source": "free", "reason": "Cheated or not.", "by": self.world.staff.pk}
        act = partial(change, self.user.pk, self.world.course.pk, **grant)
        return Action(kind, act, self._subject("whole"), partial(self._note_access, kind))

    def _respond_to(self, pk: str, question: dict[str, Any]) -> Action:
        response = None if self.dice.random() < 0.1 else self._choose(question)
        sent = Sent(response)
        self.sent.setdefault((pk, question["id"]), []).append(sent)
        path = f"attempts/{pk}/responses/{question['id']}"
        save = partial(api.send, self.client, "PUT", path, response=response)
        return Action("answer", save, pk, partial(self._save, sent), OF_ENDED)

    def _choose(self, question: dict[str, Any]) -> Any:
        """Choose one of the responses that the table has for a question."""
        sample = sample_of(question)
        if sample is ESSAY:
            return f"An essay of student {self.number}."
        ids = ids_of(question)
        return by_ids(self.dice.choice(sample.responses)[0], ids)

    def _remember(self, answer: Any) -> None:
        self.log.append(f"start: {answer.status_code}")
        if answer.status_code in {200, 201}:
            body = answer.json()
            self.attempts.setdefault(body["id"], body)

    def _save(self, sent: Sent, answer: Any) -> None:
        sent.is_saved = answer.status_code == 200

    def _freeze(self, pk: str, answer: Any) -> None:
        self.log.append(f"submit: {answer.status_code}")
        if answer.status_code == 200:
            self.frozen.setdefault(pk, answer.json())

    def _note_access(self, kind: str, has_changed: object) -> None:
        self.log.append(f"{kind}: {has_changed}")

    def _subject(self, name: str) -> str:
        return f"{self.number} {name}"


def sample_of(question: dict[str, Any]) -> Any:
    """Return the sample that a question of an attempt is, by its prompt."""
    return next((each for each in SAMPLES if f">{each.prompt}<" in question["prompt_html"]), ESSAY)


def ids_of(question: dict[str, Any]) -> list[str]:
    """Return the ids of a question's options in the order of the sample, whatever order the attempt shows."""
    texts = sample_of(question).options or ["True", "False"]
    ids = {each["text_html"]: each["id"] for each in question["options"]}
    return [next((pk for html, pk in ids.items() if f">{text}<" in html), "") for text in texts]
