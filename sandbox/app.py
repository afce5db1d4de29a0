"""The sandbox's HTTP application: every stand-in behind one address."""

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
SECONDS_BETWEEN_LOOKS = 5


@dataclass(frozen=True)
class Options:
    """What the sandbox and the application under test must agree on.

    ``data`` is the folder that everything is kept in, None for memory. ``api_url`` is where the
    application answers, None to send no webhooks until `/_control` says where.
    """

    data: Path | None = None
    api_url: str | None = None
    webhook_secret: str = "whsec_sandbox"
    cloudinary_url: str = "cloudinary://100000000000000:sandbox-secret@sandbox"
    cloudinary_token_key: str | None = None
    min_part_bytes: int = 5 * 1024 * 1024


def create_app(options: Options) -> Starlette:
    """Build the application; its lifespan closes what it opens."""
    scratch = tempfile.TemporaryDirectory(prefix="sandbox-")
    data = options.data
    store = Store(data / "sandbox.sqlite3" if data else None)
    faults, log, mailbox = Faults(), RequestsLog(), Mailbox(store)
    webhooks = Outbox("webhooks", faults, store)
    notifications = Outbox("notifications", faults, store)
    account = Account(
        store,
        webhooks,
        webhook_url=options.api_url and options.api_url.rstrip("/") + STRIPE_WEBHOOK,
        webhook_secret=options.webhook_secret,
    )
    cloud = cloud_of(options, data / "files" if data else Path(scratch.name))
    control = Control(store, faults, log, mailbox, account, [webhooks, notifications])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(watch_the_clock(account))
        yield
        clock.cancel()
        account.reset()
        await webhooks.close()
        await notifications.close()
        store.close()
        scratch.cleanup()

    def troubled(target: str, *inside: Middleware) -> list[Middleware]:
        recording = Middleware(Recording, log, target)
        unreliable = Middleware(Unreliable, faults, target)
        return [recording, unreliable, *inside, Middleware(Pausing)]

    idempotent = Middleware(Idempotent, store)
    app = Starlette(
        lifespan=lifespan,
        routes=[
            *cloudinary.routes(cloud, store, notifications, troubled("cloudinary")),
            Mount("/_control", routes=control.routes()),
            Mount("/c", routes=pages.routes(account)),
            Mount("/v1", routes=api.routes(account), middleware=troubled("stripe", idempotent)),
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


async def watch_the_clock(account: Account) -> None:
    """Expire sessions in time also when nobody looks at them."""
    while True:
        checkout.expire_overdue(account)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
