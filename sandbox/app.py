"""The sandbox's HTTP application: every stand-in at one address."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from sandbox import cloudinary
from sandbox.cloudinary.cloud import Cloud
from sandbox.control import Control
from sandbox.faults import Faults, Pausing, Unreliable
from sandbox.mail import Mailbox
from sandbox.outbox import Outbox
from sandbox.requests_log import Recording, RequestsLog
from sandbox.store import Store
from sandbox.stripe import api, checkout, pages
from sandbox.stripe.account import Account
from sandbox.stripe.idempotency import Idempotent

STRIPE_WEBHOOK = "/api/v1/payments/webhooks/stripe"
CLOUDINARY_WEBHOOK = "/api/v1/media/webhooks/cloudinary"
EXPIRY_CHECK_SECONDS = 5


@dataclass(frozen=True)
class Options:
    """What the sandbox and the application must agree on, and how long things take.

    ``data`` is the folder in which everything is stored, None for memory. ``api_url`` is the address
    of the application; if it is None, no webhooks are sent until `/_control` sets an endpoint.
    ``retry_seconds`` are the pauses before the second and each later attempt to deliver a message,
    ``refund_seconds`` is how long a refund to a bank account stays pending.
    """

    data: Path | None = None
    api_url: str | None = None
    webhook_secret: str = "whsec_sandbox"
    cloudinary_url: str = "cloudinary://100000000000000:sandbox-secret@sandbox"
    cloudinary_token_key: str | None = None
    min_part_bytes: int = 5 * 1024 * 1024
    retry_seconds: tuple[float, ...] = (1, 2, 4, 8)
    refund_seconds: float = 2.0


def create_app(options: Options) -> Starlette:
    """Return the application; its lifespan closes what it opens."""
    scratch = tempfile.TemporaryDirectory(prefix="sandbox-")
    data = options.data
    store = Store(data / "sandbox.sqlite3" if data else None)
    faults, log, mailbox = Faults(), RequestsLog(), Mailbox(store)
    webhooks = Outbox("webhooks", faults, store, retry_seconds=options.retry_seconds)
    notifications = Outbox("notifications", faults, store, retry_seconds=options.retry_seconds)
    account = Account(
        store,
        webhooks,
        webhook_url=options.api_url and options.api_url.rstrip("/") + STRIPE_WEBHOOK,
        webhook_secret=options.webhook_secret,
        refund_seconds=options.refund_seconds,
    )
    cloud = cloud_of(options, data / "files" if data else Path(scratch.name))
    control = Control(
        store=store,
        faults=faults,
        log=log,
        mailbox=mailbox,
        account=account,
        outboxes=(webhooks, notifications),
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(expire_sessions(account))
        yield
        clock.cancel()
        account.reset()
        await webhooks.close()
        await notifications.close()
        store.close()
        scratch.cleanup()

    def with_faults(target: str, *inside: Middleware) -> list[Middleware]:
        recording = Middleware(Recording, log, target)
        unreliable = Middleware(Unreliable, faults, target)
        return [recording, unreliable, *inside, Middleware(Pausing)]

    idempotent = Middleware(Idempotent, store)
    app = Starlette(
        lifespan=lifespan,
        routes=[
            *cloudinary.routes(cloud, store, notifications, with_faults("cloudinary")),
            Mount("/_control", routes=control.routes()),
            Mount("/c", routes=pages.routes(account)),
            Mount("/v1", routes=api.routes(account), middleware=with_faults("stripe", idempotent)),
        ],
    )
    app.state.mailbox = mailbox
    return app


def cloud_of(options: Options, files: Path) -> Cloud:
    """Return the cloud that the application's `CLOUDINARY_URL` names."""
    parts = urlsplit(options.cloudinary_url)
    return Cloud(
        name=parts.hostname or "",
        api_key=parts.username or "",
        api_secret=parts.password or "",
        files=files,
        notification_url=options.api_url and options.api_url.rstrip("/") + CLOUDINARY_WEBHOOK,
        auth_token_key=options.cloudinary_token_key,
        min_part_bytes=options.min_part_bytes,
    )


async def expire_sessions(account: Account) -> None:
    """Expire sessions in time, also while no request comes."""
    while True:
        checkout.expire_overdue(account)
        await asyncio.sleep(EXPIRY_CHECK_SECONDS)
