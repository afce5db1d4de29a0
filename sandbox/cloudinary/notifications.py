"""The notifications that Cloudinary sends after a change."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool

from sandbox.cloudinary.answers import Answer
from sandbox.cloudinary.cloud import Cloud
from sandbox.cloudinary.errors import NotFound
from sandbox.cloudinary.signatures import notification_signature
from sandbox.outbox import Outbox

OMITTED = {"signature", "api_key", "eager", "done", "batch_id"}


class Notifications:
    """Signed notifications, sent to the URL of the request or else to the global one."""

    def __init__(self, cloud: Cloud, outbox: Outbox) -> None:
        self._cloud = cloud
        self._outbox = outbox
        self._tasks: set[asyncio.Task[None]] = set()

    def uploaded(self, answer: Answer, url: str) -> None:
        """Notify of an upload, with the fields of its answer."""
        self._send("upload", {k: v for k, v in answer.items() if k not in OMITTED}, url)

    def deleted(self, resources: list[Answer], url: str) -> None:
        """Notify of deleted resources."""
        if resources:
            self._send("delete", {"resources": resources}, url)

    def renamed(self, answer: Answer, from_public_id: str, url: str) -> None:
        """Notify of a renamed resource."""
        names = {"from_public_id": from_public_id, "to_public_id": answer["public_id"]}
        kept = ("asset_id", "resource_type", "type")
        self._send("rename", {k: answer[k] for k in kept} | names, url)

    def derive_later(
        self, identity: Answer, batch_id: str, derive: Callable[[], list[Answer]], url: str
    ) -> None:
        """Derive files a little later, then notify of the result (``eager_async``)."""

        async def work() -> None:
            await asyncio.sleep(self._cloud.eager_seconds)
            try:
                eager = await run_in_threadpool(derive)
            except NotFound:
                return  # deleted since: Cloudinary sends no notification
            self._send("eager", identity | {"batch_id": batch_id, "eager": eager}, url)

        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _send(self, notification_type: str, content: dict[str, Any], url: str) -> None:
        """Give a notification to the outbox; must run on the event loop."""
        url = url or self._cloud.notification_url or ""
        request_id = uuid.uuid4().hex
        now = datetime.now(UTC)
        notification = {
            "notification_type": notification_type,
            "timestamp": now.isoformat(timespec="seconds"),
            "request_id": request_id,
            **content,
            "signature_key": self._cloud.api_key,
            "notification_context": {
                "triggered_at": now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "triggered_by": {"source": "api", "id": self._cloud.api_key},
            },
        }
        body = json.dumps(notification, separators=(",", ":")).encode()

        def make_request() -> tuple[bytes, dict[str, str]]:
            timestamp = int(time.time())
            return body, {
                "Content-Type": "application/json",
                "X-Cld-Timestamp": str(timestamp),
                "X-Cld-Signature": notification_signature(self._cloud, body, timestamp),
            }

        post = self._outbox.send if url else self._outbox.register
        post(request_id, url, make_request)
