"""The one open transaction, and every way in which it ends."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mongoeco.wire._session_identity import wire_session_key

from sandbox.mongo.gate import Gate
from sandbox.mongo.message import Step

log = logging.getLogger(__name__)

# MongoDB's answer to a step of an unknown or ended transaction; drivers then retry the whole transaction.
NO_SUCH_TRANSACTION = {
    "ok": 0.0,
    "errmsg": "Given transaction number does not match any in-progress transactions.",
    "code": 251,
    "codeName": "NoSuchTransaction",
    "errorLabels": ["TransientTransactionError"],
}
# The interval of checks whether the client of the open transaction is still connected.
CHECK_SECONDS = 0.1


@dataclass(slots=True)
class Transaction:
    """An open transaction; `client` sent its latest command, `busy` means that a command is running."""

    session: str
    number: int
    lsid: dict[str, Any]
    client: asyncio.StreamReader
    deadline: float
    watch: asyncio.TimerHandle
    busy: bool = False

    def owns(self, step: Step) -> bool:
        """Return whether a step belongs to this transaction."""
        return self.number == step.number and self.session == wire_session_key(step.lsid)

    def reason_to_abort(self) -> str | None:
        """Return why this transaction must be aborted, or None."""
        if self.client.at_eof() or self.client.exception() is not None:
            return "its client has disconnected"
        if asyncio.get_running_loop().time() > self.deadline:
            return "it was open for too long"
        return None


class Transactions:
    """Opens a transaction through the gate, and closes it in any case, so that the gate opens again.

    `abort` aborts, in the engine, the transaction of the session with the given lsid; `close_cursors` closes the cursors of
    a session, which end with its transaction; `max_seconds` limits a transaction.
    """

    def __init__(
        self,
        gate: Gate,
        abort: Callable[[dict[str, Any]], object],
        close_cursors: Callable[[str], object],
        max_seconds: float,
    ) -> None:
        self._gate = gate
        self._abort = abort
        self._close_cursors = close_cursors
        self._max_seconds = max_seconds
        self._open: Transaction | None = None
        self._committed: dict[str, int] = {}

    async def begin(self, step: Step, client: asyncio.StreamReader) -> None:
        """Wait for the gate, and open the transaction that a step starts."""
        session = wire_session_key(step.lsid)
        if self._open is not None and self._open.session == session:
            self.abort("its session started another one")
        await self._gate.enter(alone=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._max_seconds
        watch = loop.call_later(CHECK_SECONDS, self._check)
        self._open = Transaction(session, step.number, step.lsid, client, deadline, watch)

    def current(self, step: Step) -> Transaction | None:
        """Return the open transaction if the step belongs to it."""
        return self._open if self._open is not None and self._open.owns(step) else None

    def was_committed(self, step: Step) -> bool:
        """Return whether the step's transaction is the latest that its session committed: drivers repeat a commit without answer."""
        return self._committed.get(wire_session_key(step.lsid)) == step.number

    def commit(self) -> None:
        """Note that the engine has committed the open transaction, and open the gate."""
        if self._open is not None:
            self._committed.pop(self._open.session, None)
            self._committed[self._open.session] = self._open.number
            if len(self._committed) > 1000:
                self._committed.pop(next(iter(self._committed)))
        self._close()

    def abort(self, reason: str | None = None) -> None:
        """Abort the open transaction and open the gate; log the reason if there is one."""
        if self._open is None:
            return
        if reason:
            log.warning("Transaction aborted: %s.", reason)
        try:
            self._abort(self._open.lsid)
        finally:
            self._close()

    def _check(self) -> None:
        # A running command cannot be stopped; the check after it aborts the transaction.
        if self._open is None:
            return
        reason = None if self._open.busy else self._open.reason_to_abort()
        if reason:
            self.abort(reason)
        else:
            loop = asyncio.get_running_loop()
            self._open.watch = loop.call_later(CHECK_SECONDS, self._check)

    def _close(self) -> None:
        if self._open is not None:
            self._open.watch.cancel()
            self._close_cursors(self._open.session)
            self._open = None
            self._gate.leave(alone=True)
