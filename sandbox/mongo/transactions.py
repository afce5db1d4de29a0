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
# How often, in seconds, to look whether an open transaction's client is still there.
LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Transaction:
    """An open transaction; `client` is where its latest command came from, `busy` that one is running."""

    session: str
    number: int
    lsid: dict[str, Any]
    client: asyncio.StreamReader
    deadline: float
    watch: asyncio.TimerHandle
    busy: bool = False

    def owns(self, step: Step) -> bool:
        """Say whether a step belongs to this transaction."""
        return self.number == step.number and self.session == wire_session_key(step.lsid)

    def reason_to_abort(self) -> str | None:
        """Say why nobody should wait for this transaction any more, if so."""
        if self.client.at_eof() or self.client.exception() is not None:
            return "its client has gone"
        if asyncio.get_running_loop().time() > self.deadline:
            return "it was open for too long"
        return None


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

    async def begin(self, step: Step, client: asyncio.StreamReader) -> None:
        """Wait for the gate and open the transaction that a step starts."""
        session = wire_session_key(step.lsid)
        if self._open is not None and self._open.session == session:
            self.abort("its session began another one")
        await self._gate.enter(alone=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limit
        watch = loop.call_later(LOOK_SECONDS, self._look)
        self._open = Transaction(session, step.number, step.lsid, client, deadline, watch)

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

    def _look(self) -> None:
        # A command cannot be stopped; the look after it ends the transaction.
        if self._open is None:
            return
        reason = None if self._open.busy else self._open.reason_to_abort()
        if reason:
            self.abort(reason)
        else:
            loop = asyncio.get_running_loop()
            self._open.watch = loop.call_later(LOOK_SECONDS, self._look)

    def _close(self) -> None:
        if self._open is not None:
            self._open.watch.cancel()
            self._open = None
            self._gate.leave(alone=True)
