"""The sandbox's HTTP application: every stand-in behind one address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from sandbox.control import Control
from sandbox.faults import Faults, Pausing, Unreliable
from sandbox.mail import Mailbox
from sandbox.outbox import Outbox
from sandbox.requests_log import Recording, RequestsLog
from sandbox.store import Store
from sandbox.stripe import api, checkout, pages
from sandbox.stripe.account import Account
from sandbox.stripe.idempotency import Idempotent

WEBHOOK_SECRET = "whsec_sandbox"
STRIPE_WEBHOOK = "/api/v1/payments/webhooks/stripe"
SECONDS_BETWEEN_LOOKS = 5


def create_app(
    *, data: Path | None, api_url: str | None = None, webhook_secret: str = WEBHOOK_SECRET
) -> Starlette:
    """Build the application.

    ``data`` is the folder that everything is kept in, None for memory; ``api_url`` is where the
    application under test answers, None to send no webhooks until `/_control` says where.
    """
    store = Store(data / "sandbox.sqlite3" if data else None)
    faults, log, mailbox = Faults(), RequestsLog(), Mailbox(store)
    webhooks = Outbox("webhooks", faults, store)
    account = Account(
        store,
        webhooks,
        webhook_url=api_url and api_url.rstrip("/") + STRIPE_WEBHOOK,
        webhook_secret=webhook_secret,
    )
    control = Control(store, faults, log, mailbox, account, [webhooks])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        clock = asyncio.create_task(watch_the_clock(account))
        yield
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        account.forget_timers()
        await webhooks.close()
        store.close()

    app = Starlette(
        lifespan=lifespan,
        routes=[
            Mount("/_control", routes=control.routes()),
            Mount("/c", routes=pages.routes(account)),
            Mount(
                "/v1",
                routes=api.routes(account),
                middleware=[
                    Middleware(Recording, log, "stripe"),
                    Middleware(Unreliable, faults, "stripe"),
                    Middleware(Idempotent, store),
                    Middleware(Pausing),
                ],
            ),
        ],
    )
    app.state.mailbox = mailbox
    return app


async def watch_the_clock(account: Account) -> None:
    """Expire sessions in time also when nobody looks at them."""
    while True:
        checkout.expire_overdue(account)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
