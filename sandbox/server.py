"""Running the sandbox: as a process of its own, or in a thread of a test."""

import argparse
import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.app import WEBHOOK_SECRET, create_app

HOST = "127.0.0.1"
# How long open requests (a fault may keep them for minutes) hold up the end.
SECONDS_TO_FINISH = 1


class Protocol(H11Protocol):
    """HTTP/1.1 whose application can close the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the way to do so into every request's scope."""
        super().connection_made(transport)
        app = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            scope["drop_connection"] = transport.close
            await app(scope, receive, send)  # type: ignore[arg-type]

        self.app = droppable  # type: ignore[assignment]


class Server(uvicorn.Server):
    """A server whose end is decided by its caller, not by its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(
    app: Starlette,
    web: socket.socket,
    smtp: socket.socket,
    *,
    on_ready: Callable[[Callable[[], None]], None],
) -> None:
    """Serve HTTP and SMTP at two listening sockets until told to stop.

    ``on_ready`` is called with the function that stops it, once both answer.
    """
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    mail = await app.state.mailbox.serve(smtp)
    task = asyncio.create_task(server.serve(sockets=[web]))
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        if server.started:
            on_ready(stop)
        await task
    finally:
        mail.close()
        await mail.wait_closed()


class Sandbox:
    """A sandbox in a thread of this process, for tests."""

    def __init__(self, web: socket.socket, smtp: socket.socket, thread: threading.Thread) -> None:
        self.url = f"http://{HOST}:{web.getsockname()[1]}"
        self.smtp_port: int = smtp.getsockname()[1]
        self._thread = thread
        self._stop: Callable[[], None] | None = None

    def stop(self) -> None:
        """End it and wait until it has."""
        if self._stop is not None:
            self._stop()
        self._thread.join(timeout=10)


def start_in_thread(
    *,
    data: Path | None = None,
    api_url: str | None = None,
    webhook_secret: str = WEBHOOK_SECRET,
    **options: Any,
) -> Sandbox:
    """Start a sandbox at free ports, in memory unless ``data`` names a folder.

    Raises RuntimeError when it does not come up.
    """
    web, smtp = listen(0), listen(0)
    ready = threading.Event()

    def on_ready(stop: Callable[[], None]) -> None:
        sandbox._stop = stop
        ready.set()

    def run() -> None:
        app = create_app(data=data, api_url=api_url, webhook_secret=webhook_secret, **options)
        asyncio.run(serve(app, web, smtp, on_ready=on_ready))

    thread = threading.Thread(target=run, name="sandbox", daemon=True)
    sandbox = Sandbox(web, smtp, thread)
    thread.start()
    if not ready.wait(timeout=20):
        raise RuntimeError("the sandbox did not start; its own error stands above")
    return sandbox


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback."""
    return socket.create_server((HOST, port))


async def run(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C, and say when ready."""
    loop = asyncio.get_running_loop()
    web, smtp = listen(arguments.port), listen(arguments.smtp_port)
    app = create_app(
        data=arguments.data, api_url=arguments.api_url, webhook_secret=arguments.webhook_secret
    )

    def on_ready(stop: Callable[[], None]) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        print(f"ready http://{HOST}:{web.getsockname()[1]}", flush=True)

    await serve(app, web, smtp, on_ready=on_ready)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--data", type=Path, help="folder to keep everything in (default: memory)")
    parser.add_argument("--api-url", default="http://127.0.0.1:8000", help="where webhooks go")
    parser.add_argument("--webhook-secret", default=WEBHOOK_SECRET)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
