"""Admit commands side by side, or one transaction alone.

mongoeco's engines hold one transaction at a time and do not isolate it: a commit in memory throws away what
others wrote meanwhile, and SQLite answers errors to them. So while a transaction is open, everyone else waits.
"""

import asyncio
from collections import deque


class Gate:
    """Let commands in together and a transaction alone, in the order in which they came."""

    def __init__(self) -> None:
        self._inside = 0
        self._taken = False
        self._queue: deque[tuple[bool, asyncio.Future[None]]] = deque()

    async def enter(self, *, alone: bool = False) -> None:
        """Return once admitted; every return is paired with one `leave` of the same kind."""
        if not self._queue and self._has_room(alone=alone):
            self._admit(alone=alone)
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append((alone, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._admit_waiting()
            else:  # admitted and cancelled at once
                self.leave(alone=alone)
            raise

    def leave(self, *, alone: bool = False) -> None:
        """Give up the place that `enter` gave."""
        if alone:
            self._taken = False
        else:
            self._inside -= 1
        self._admit_waiting()

    def _has_room(self, *, alone: bool) -> bool:
        return not self._taken and not (alone and self._inside)

    def _admit(self, *, alone: bool) -> None:
        if alone:
            self._taken = True
        else:
            self._inside += 1

    def _admit_waiting(self) -> None:
        while self._queue:
            alone, turn = self._queue[0]
            if not turn.cancelled():
                if not self._has_room(alone=alone):
                    return
                self._admit(alone=alone)
                turn.set_result(None)
            self._queue.popleft()
