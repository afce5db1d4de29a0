"""Delivery of signed webhooks as the real providers do it: at least once, in any order."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.faults import Fault, Faults
from sandbox.store import Store

type MakeRequest = Callable[[], tuple[bytes, dict[str, str]]]

# The application may take long, and a message may wait for a free connection.
TIMEOUT = httpx.Timeout(20.0, pool=None)
MAX_CONNECTIONS = 100
NO_FAULT = Fault("none", status=0, seconds=0)


class Outbox:
    """The messages of one target, sent in the background, and the result of each attempt.

    Everything runs on the event loop of the server, so that an application can send requests to the
    sandbox while it handles a webhook.
    """

    def __init__(
        self, target: str, faults: Faults, store: Store, *, retry_seconds: Sequence[float]
    ) -> None:
        """`retry_seconds` are the pauses before the second and each later attempt."""
        self.target = target
        self._retry_seconds = retry_seconds
        self._faults = faults
        self._store = store
        self._messages: dict[str, tuple[str, MakeRequest]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[tuple[asyncio.Event, asyncio.Event]] = []
        self._client: httpx.AsyncClient | None = None

    def send(self, id: str, url: str, make_request: MakeRequest) -> None:
        """Deliver a message in the background, and retry until it is answered 2xx."""
        self.register(id, url, make_request)
        self._in_background(self._deliver(id))

    def register(self, id: str, url: str, make_request: MakeRequest) -> None:
        """Store a message without sending it; ``make_request`` signs it at each attempt."""
        self._messages[id] = (url, make_request)

    def messages(self) -> list[dict[str, Any]]:
        """Return the messages as they would be sent now, newest first: `headers` and `body`."""
        requests = [make_request() for _, make_request in self._messages.values()]
        return [{"headers": headers, "body": body.decode()} for body, headers in reversed(requests)]

    def deliveries(self, id: str) -> list[dict[str, Any]]:
        """Return the attempts, oldest first: `at`, and `status`, which is None if no answer came."""
        document = self._store.get(self._kind, id)
        return list(document["attempts"]) if document else []

    async def deliver_now(self, id: str, *, times: int = 1, parallel: bool = False) -> list[int]:
        """Send a message again, ignoring faults; return the statuses, 0 for no answer.

        Raises KeyError if the message is unknown.
        """
        if parallel:
            return list(await asyncio.gather(*(self._attempt(id) for _ in range(times))))
        return [await self._attempt(id) for _ in range(times)]

    def clear(self) -> None:
        """Cancel everything that waits to be sent."""
        for task in self._tasks:
            task.cancel()
        self._messages.clear()
        self._held.clear()

    async def close(self) -> None:
        """Cancel everything and close the connections."""
        self.clear()
        if self._client is not None:
            await self._client.aclose()

    @property
    def _kind(self) -> str:
        return f"{self.target}.deliveries"

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, id: str) -> None:
        for seconds in self._retry_seconds:
            if await self._try(id):
                return
            await asyncio.sleep(seconds)
        await self._try(id)

    async def _try(self, id: str) -> bool:
        """Make one attempt, as its fault permits; return whether it is the last one."""
        fault = self._faults.take(self.target) or NO_FAULT
        match fault.mode:
            case "lose":
                self._record(id, None)
                return True
            case "drop":
                self._record(id, None)
                return False
            case "status":
                # The application has handled the message, but its answer is replaced.
                return is_success(await self._attempt(id, seen_as=fault.status))
            case "duplicate":
                return any(map(is_success, await self.deliver_now(id, times=2, parallel=True)))
            case "reverse":
                return is_success(await self._attempt_in_reverse(id, fault.seconds))
            case _:
                await asyncio.sleep(fault.seconds)
                return is_success(await self._attempt(id))

    async def _attempt_in_reverse(self, id: str, seconds: float) -> int:
        """Wait for the messages that are sent within some seconds, and let the later ones go first."""
        turn, done = asyncio.Event(), asyncio.Event()
        self._held.append((turn, done))
        if len(self._held) == 1:
            self._in_background(self._release(seconds))
        await turn.wait()
        try:
            return await self._attempt(id)
        finally:
            done.set()

    async def _release(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        held, self._held = self._held, []
        for turn, done in reversed(held):
            turn.set()
            await done.wait()

    async def _attempt(self, id: str, seen_as: int | None = None) -> int:
        url, make_request = self._messages[id]
        body, headers = make_request()
        try:
            response = await self._connections().post(url, content=body, headers=headers)
            status = seen_as or response.status_code
        except httpx.HTTPError:
            status = 0
        self._record(id, status or None)
        return status

    def _record(self, id: str, status: int | None) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        attempts = [*self.deliveries(id), {"at": at, "status": status}]
        self._store.put(self._kind, id, {"id": id, "attempts": attempts})

    def _connections(self) -> httpx.AsyncClient:
        if self._client is None:
            # No proxies of the environment, and no connection is kept: the application may restart
            # between two messages.
            limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=0)
            self._client = httpx.AsyncClient(timeout=TIMEOUT, limits=limits, trust_env=False)
        return self._client


def is_success(status: int) -> bool:
    """Return whether a provider regards a message as delivered."""
    return 200 <= status < 300
