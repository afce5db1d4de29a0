"""What all batches have in common: four threads that play actions, crash them, and judge their answers."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import itemgetter
from random import Random
from typing import Any, ClassVar

from proof import crash_points
from proof.action import Action
from proof.crash_points import CrashPlan
from proof.tally import Tally

THREADS = 4
PAUSED_SHARE, UNHARMED_SHARE = 0.2, 0.2
"""The shares of actions that pause before their transactions, and that nothing happens to; all others may crash."""
PAUSE_SECONDS = 0.1
MAX_CRASH_POINT = 70
"""The last crash point that is tried. An action with fewer points survives."""

EXPECTED_CODES = {"contention", "payment_provider_unavailable"}
"""The codes of a 503 that asks the client to try again."""

type Event = tuple[str, Callable[[], object]]
"""Something that happens outside of the application, with what it is about."""


class Play:
    """A batch of histories; its seed and number repeat it. Subclasses say what is played, and what must hold."""

    last_points: ClassVar[dict[str, int]] = {}
    """The last crash point that is tried, by kind of action; `MAX_CRASH_POINT` for all other kinds."""

    def __init__(self, seed: int, number: int, histories: int) -> None:
        self.number = number
        self.dice = Random(f"{seed}/{number}")
        self.tally = Tally(histories=histories)
        self.planned: Counter[str] = Counter()

    def run(self) -> Tally:
        """Play everything, check the end, and empty the world."""
        try:
            with ThreadPoolExecutor(THREADS) as self.pool:
                self.play_all()
        finally:
            self.clear()
        return self.tally

    def play_all(self) -> None:
        raise NotImplementedError

    def clear(self) -> None:
        """Empty the databases for the next batch."""
        raise NotImplementedError

    def list_inconsistencies(self) -> Iterable[str]:
        """Return a sentence for every contradiction that must not be there at any moment at which nothing runs."""
        raise NotImplementedError

    def play(self, actions: Iterable[Action], events: Iterable[Event] = ()) -> None:
        """Run actions and events, four at a time in random order.

        In half of the cases, what has the same subject is run together, and so at the same time.
        """
        work: list[tuple[str, Callable[[], object]]] = [
            (action.subject, partial(self._run, action, self._plan(action.kind)))
            for action in actions
        ]
        work += events
        self.dice.shuffle(work)
        if self.dice.random() < 0.5:
            work.sort(key=itemgetter(0))
        for done in [self.pool.submit(each) for _, each in work]:
            done.result()
        self.note(self.list_inconsistencies())

    def _plan(self, kind: str) -> CrashPlan:
        """Plan the next crash point of a kind of action, or a pause, or nothing."""
        chance = self.dice.random()
        if chance < PAUSED_SHARE:
            return CrashPlan(pause_seconds=PAUSE_SECONDS)
        if chance > 1 - UNHARMED_SHARE:
            return CrashPlan()
        self.planned[kind] += 1
        turn = self.number * 13 + self.planned[kind]  # goes on where the batch before ended
        return CrashPlan(1 + turn % self.last_points.get(kind, MAX_CRASH_POINT))

    def _run(self, action: Action, plan: CrashPlan) -> None:
        self.tally.actions += 1
        try:
            answer = crash_points.run(action.run, plan)
        except Exception as error:
            self.note([f"{action.kind} raises {error!r}"])
            return
        if plan.has_crashed:
            self.tally.crashes += 1
            self.tally.crash_points.add(f"{action.kind}: {plan.point} {plan.crashed_at}")
        self.tally.pauses += plan.pauses
        self.judge(action, answer)
        if answer is not None:
            action.on_answer(answer)

    def judge(self, action: Action, answer: Any) -> None:
        """Accept a success, a refusal, and a 503 that says why and may be tried again; nothing if it was no request."""
        status = getattr(answer, "status_code", None)
        if status is None or status in action.statuses:
            return
        kind = action.kind
        code = answer.json()["errors"][0]["code"] if status == 503 else answer.content[:300]
        if code in EXPECTED_CODES:
            self.tally.unavailable[f"{kind}: {code}"] += 1
        else:
            self.note([f"{kind} answers {status}: {code!r}"])

    def note(self, sentences: Iterable[str]) -> None:
        self.tally.violations += [(self.number, sentence) for sentence in sentences]
