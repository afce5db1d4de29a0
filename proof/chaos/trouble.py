"""Trouble for a running site: parts are killed or frozen at random, and Stripe and Cloudinary misbehave."""

import math
import signal
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from demo.processes import Part
from sandbox.client import SandboxClient

PAUSE_SECONDS = (0.5, 3.0)
"""How long nothing happens between two troubles, at least and at most."""
DOWN_SECONDS = (0.1, 3.0)
"""How long a killed part stays down before it is started again."""
FROZEN_SECONDS = (0.5, 8.0)
"""How long a part is frozen: a worker also for longer than its lease."""
FAULTS: tuple[dict[str, Any], ...] = (
    {"target": "stripe", "mode": "status", "count": 2},
    {"target": "stripe", "mode": "lose", "count": 2},
    {"target": "stripe", "mode": "delay", "seconds": 3, "count": 2},
    {"target": "cloudinary", "mode": "drop", "count": 2},
    {"target": "cloudinary", "mode": "lose", "count": 1},
    {"target": "webhooks", "mode": "lose", "count": 3},
    {"target": "webhooks", "mode": "duplicate", "count": 3},
    {"target": "notifications", "mode": "drop", "count": 2},
)


class Trouble:
    """Kills, freezes and mends parts in the thread that started them.

    `made` counts what happened; `errors` has a sentence for each part that ended by itself.
    """

    def __init__(self, parts: list[Part], sandbox: SandboxClient, dice: Random) -> None:
        self.parts, self.sandbox, self.dice = parts, sandbox, dice
        self.made: Counter[str] = Counter()
        self.errors: list[str] = []
        self._broken: dict[Part, tuple[float, Callable[[], None]]] = {}

    def __str__(self) -> str:
        return ", ".join(f"{what} {count}" for what, count in sorted(self.made.items()))

    def go_on(self, seconds: float) -> None:
        """Make trouble for some seconds, then mend everything."""
        now = time.monotonic()
        until, next_at = now + seconds, now
        while (now := time.monotonic()) < until:
            self._mend(now)
            self._look()
            if now >= next_at:
                self._break(now)
                next_at = now + self.dice.uniform(*PAUSE_SECONDS)
            time.sleep(0.05)
        self._mend(math.inf)
        self._look()
        for target in {fault["target"] for fault in FAULTS}:
            self.sandbox.control("faults", target=target, mode="none")

    def _mend(self, now: float) -> None:
        """Start or thaw the parts whose time is over."""
        for part, (at, mend) in list(self._broken.items()):
            if at <= now:
                mend()
                del self._broken[part]

    def _look(self) -> None:
        for part in self.parts:
            if part not in self._broken and part.has_ended:
                self.errors.append(f"{part.name} ended by itself: {part.log.read_text()[-2000:]}")
                part.start()

    def _break(self, now: float) -> None:
        how = self.dice.choices((self._kill, self._freeze, self._misbehave), (2, 2, 1))[0]
        how(now)

    def _kill(self, now: float) -> None:
        part = self._choose()
        part.kill()
        self._broken[part] = (now + self.dice.uniform(*DOWN_SECONDS), part.start)
        self.made[f"{part.name} killed"] += 1

    def _freeze(self, now: float) -> None:
        part = self._choose()
        part.signal(signal.SIGSTOP)
        thaw = now + self.dice.uniform(*FROZEN_SECONDS)
        self._broken[part] = (thaw, lambda: part.signal(signal.SIGCONT))
        self.made[f"{part.name} frozen"] += 1

    def _choose(self) -> Part:
        return self.dice.choice([part for part in self.parts if part not in self._broken])

    def _misbehave(self, _: float) -> None:
        fault = self.dice.choice(FAULTS)
        self.sandbox.control("faults", **fault)
        self.made[f"{fault['target']} {fault['mode']}"] += 1
