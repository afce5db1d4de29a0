"""A batch of students who take the same quizzes at the same time."""

from collections.abc import Callable, Iterator
from itertools import chain
from random import Random

from proof.action import Action
from proof.attempts import house
from proof.attempts.history import History
from proof.attempts.invariants import inconsistencies, violations
from proof.attempts.world import World
from proof.play import Play
from proof.tally import HISTORIES_PER_BATCH
from proof.world import clear
from sandbox.client import SandboxClient


class Batch(Play):
    """Attempts in one world."""

    def __init__(self, sandbox: SandboxClient, seed: int, number: int) -> None:
        super().__init__(seed, number, HISTORIES_PER_BATCH)
        self.sandbox = sandbox
        self.world = World()
        self.histories = [
            History(Random(f"{seed}/{number}/{each}"), self.world, each)
            for each in range(HISTORIES_PER_BATCH)
        ]

    def clear(self) -> None:
        clear(self.sandbox)

    def list_inconsistencies(self) -> Iterator[str]:
        return inconsistencies(self.world)

    def play_all(self) -> None:
        """Let everybody be examined twice while the house changes, and check the end."""
        for _ in range(2):
            self.play([*self._of_all(History.comes_back), *self._of_all(History.starts)])
            self.play([*self._of_all(History.answers), *self._of_all(History.studies)])
            self.play(
                [*self._of_all(History.answers), *self._of_all(History.submits), *self._house()]
            )
            house.pass_time(self.dice, share=0.5)
            self.play(
                [
                    *self._of_all(History.looks),
                    *self._of_all(History.submits),
                    *self._of_all(History.is_found_out),
                    *house.closes(),
                ]
            )
            self.play(
                [
                    *house.grades_essays(self.world, self.dice),
                    *self._house(),
                    *house.regrades(self.world, self.dice),
                    *self._of_all(History.is_found_out),
                    *self._of_all(History.submits),
                ]
            )
        self._check_end()

    def _house(self) -> Iterator[Action]:
        if self.dice.random() < 0.7:
            yield from house.edits(self.world, self.dice)
        yield from house.allows(self.world, self.dice)

    def _of_all(self, act: Callable[[History], Iterator[Action]]) -> Iterator[Action]:
        return chain.from_iterable(act(history) for history in self.histories)

    def _check_end(self) -> None:
        """Close, grade and regrade all that is left, without a crash, and note every violation."""
        self.play(self._of_all(History.comes_back))
        house.pass_time(self.dice, share=1)
        calm = [*house.closes(), *house.grades_essays(self.world, self.dice)]
        calm += house.regrades(self.world, self.dice)
        for action in calm:
            self.judge(action, action.run())
        self.note(self.list_inconsistencies())
        self.note(violations(self.world, self.histories))
