"""The one open transaction: who has it, and every way in which it ends."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mongoeco.wire._session_identity import wire_session_key

from sandbox.mongo.gate import Gate
from sandbox.mongo.message import Step

log = logging.getLogger(__name__)

# What MongoDB answers to a step of a transaction that it does not know (any more); drivers then begin the block again.
NO_SUCH_TRANSACTION = {
    "ok": 0.0,
    "errmsg": "Given transaction number does not match any in-progress transactions.",
    "code": 251,
    "codeName": "NoSuchTransaction",
    "errorLabels": ["TransientTransactionError"],
}


@dataclass(slots=True)
class Transaction:
    """An open transaction."""

    session: str
    number: int
    lsid: dict[str, Any]
    connection: object
    timer: asyncio.TimerHandle
    busy: bool = False
    overdue: bool = False

    def owns(self, step: Step) -> bool:
        """Say whether a step belongs to this transaction."""
        return self.number == step.number and self.session == wire_session_key(step.lsid)


class Transactions:
    """Open a transaction through the gate and see to it that the gate opens again.

    `abort` undoes, in the engine, what the session of the given lsid has open; `limit` is in seconds.
    """

    def __init__(self, gate: Gate, abort: Callable[[dict[str, Any]], object], limit: float) -> None:
        self._gate = gate
        self._abort = abort
        self._limit = limit
        self._open: Transaction | None = None
        self._committed: dict[str, int] = {}

    async def begin(self, step: Step, connection: object) -> None:
        """Wait for the gate and open the transaction that a step starts."""
        session = wire_session_key(step.lsid)
        if self._open is not None and self._open.session == session:
            self.abort("its session began another one")
        await self._gate.enter(alone=True)
        timer = asyncio.get_running_loop().call_later(self._limit, self._expire)
        self._open = Transaction(session, step.number, step.lsid, connection, timer)

    def current(self, step: Step) -> Transaction | None:
        """Return the open transaction if the step belongs to it."""
        return self._open if self._open is not None and self._open.owns(step) else None

    def was_committed(self, step: Step) -> bool:
        """Say whether the step's transaction is its session's latest commit: drivers repeat a commit unanswered."""
        return self._committed.get(wire_session_key(step.lsid)) == step.number

    def commit(self) -> None:
        """Note that the engine has committed the open transaction, and let the others in."""
        if self._open is not None:
            self._committed.pop(self._open.session, None)
            self._committed[self._open.session] = self._open.number
            if len(self._committed) > 1000:
                self._committed.pop(next(iter(self._committed)))
        self._close()

    def abort(self, reason: str | None = None) -> None:
        """Undo the open transaction and let the others in; a reason is logged."""
        if self._open is None:
            return
        if reason:
            log.warning("Transaction aborted: %s.", reason)
        try:
            self._abort(self._open.lsid)
        finally:
            self._close()

    def disconnect(self, connection: object) -> None:
        """Abort the open transaction if its last command came through a connection now closed."""
        if self._open is not None and self._open.connection is connection:
            self.abort("its client has gone")

    def _expire(self) -> None:
        if self._open is None:
            return
        self._open.overdue = True
        if not self._open.busy:  # else it ends when the command running in it does
            self.abort(f"it was open for {self._limit:g} seconds")

    def _close(self) -> None:
        if self._open is not None:
            self._open.timer.cancel()
            self._open = None
            self._gate.leave(alone=True)
