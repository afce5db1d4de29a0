"""A gate that admits commands in parallel, or one transaction alone.

mongoeco's engines allow one transaction at a time and do not isolate it: in memory, a commit discards what others have
written since its start; SQLite returns errors to them. So while a transaction is open, all other commands wait.
"""

import asyncio
from collections import deque


class Gate:
    """Admits commands together and a transaction alone, in the order of arrival."""

    def __init__(self) -> None:
        self._inside = 0
        self._taken = False
        self._queue: deque[tuple[bool, asyncio.Future[None]]] = deque()

    async def enter(self, *, alone: bool = False) -> None:
        """Return once admitted; the caller then calls `leave` once, with the same `alone`."""
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
            else:  # admitted and cancelled at the same time
                self.leave(alone=alone)
            raise

    def leave(self, *, alone: bool = False) -> None:
        """End what `enter` admitted."""
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
