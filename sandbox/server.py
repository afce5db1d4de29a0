"""The sandbox as a process (`python -m sandbox.server`), or in a thread of a test."""

import argparse
import asyncio
import contextlib
import http.client
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.app import Options, create_app
from sandbox.loopback import ADDRESSES, listen, listen_on_localhost

HOST = ADDRESSES[socket.AF_INET]
START_SECONDS = 60
# How long the end waits for open requests; a fault may keep them open for minutes.
SHUTDOWN_SECONDS = 1


class Protocol(H11Protocol):
    """HTTP/1.1 with an application that can close the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the function that closes the connection into the scope of every request."""
        super().connection_made(transport)
        app = self.app

        async def droppable(scope: Scope, receive: Receive, send: Send) -> None:
            scope["drop_connection"] = transport.close
            await app(scope, receive, send)

        self.app = droppable


class Server(uvicorn.Server):
    """A server that its caller stops, instead of its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle no signal."""
        yield


async def serve(
    app: Starlette,
    web: list[socket.socket],
    smtp: socket.socket,
    *,
    on_ready: Callable[[Callable[[], None]], None],
) -> None:
    """Serve HTTP and SMTP at listening sockets until stopped.

    ``on_ready`` is called with the function that stops the servers, as soon as both answer.
    """
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    mail = await app.state.mailbox.serve(smtp)
    task = asyncio.create_task(server.serve(sockets=web))
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
    """A sandbox in a thread of this process, at `.url` and `.smtp_port`."""

    def __init__(self, options: Options) -> None:
        """Start it at free ports; raise RuntimeError if it does not start."""
        web, smtp = listen(0), listen(0)
        self._port = web.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}"
        self.smtp_port: int = smtp.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(options, web, smtp), name="sandbox", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise RuntimeError(
                "the sandbox did not start; its own error was printed before this one"
            )

    def reset(self) -> None:
        """Delete everything that was done."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=START_SECONDS)
        with contextlib.closing(connection):
            connection.request("POST", "/_control/reset")
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"the sandbox answered {answer.status} to a reset")

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(timeout=START_SECONDS)

    def _run(self, options: Options, web: socket.socket, smtp: socket.socket) -> None:
        asyncio.run(serve(create_app(options), [web], smtp, on_ready=self._note_ready))

    def _note_ready(self, stop: Callable[[], None]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), stop
        self._ready.set()


TEST_OPTIONS: dict[str, Any] = {
    "min_part_bytes": 64 * 1024,
    "retry_seconds": (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4),
}


def start_in_thread(**options: Any) -> Sandbox:
    """Start a sandbox for tests; ``options`` are fields of ``Options``.

    It accepts small parts, so that a test of an upload in parts needs no large file, and it retries
    soon, but often enough for an application that is down for some seconds.
    """
    return Sandbox(Options(**TEST_OPTIONS | options))


async def run(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C, and print `ready <url>` as soon as it answers."""
    loop = asyncio.get_running_loop()
    host = arguments.host
    web = [listen(arguments.port, host=host)] if host else listen_on_localhost(arguments.port)
    smtp = listen(arguments.smtp_port, host=host)
    app = create_app(
        Options(
            data=arguments.data,
            api_url=arguments.api_url,
            webhook_secret=arguments.webhook_secret,
            cloudinary_url=arguments.cloudinary_url,
            cloudinary_token_key=arguments.cloudinary_token_key,
        )
    )

    def on_ready(stop: Callable[[], None]) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        print(f"ready http://{HOST}:{web[0].getsockname()[1]}", flush=True)

    await serve(app, web, smtp, on_ready=on_ready)


def main() -> None:
    """Run the sandbox by the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.server",
        description=__doc__,
        epilog="Secrets default to those that the application reads from the environment.",
    )
    env = os.environ
    stripe_secret = env.get("STRIPE_WEBHOOK_SECRETS", "").partition(",")[0].strip()
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument(
        "--host",
        default="",
        help="an IPv4 address to listen on, such as 0.0.0.0 for containers (default: this machine alone). "
        "Who reaches it may pay, and read every mail.",
    )
    parser.add_argument(
        "--data", type=Path, help="the folder in which everything is stored (default: memory)"
    )
    parser.add_argument(
        "--api-url", default="http://127.0.0.1:8000", help="the address to which webhooks are sent"
    )
    parser.add_argument("--webhook-secret", default=stripe_secret or Options.webhook_secret)
    parser.add_argument(
        "--cloudinary-url", default=env.get("CLOUDINARY_URL") or Options.cloudinary_url
    )
    parser.add_argument(
        "--cloudinary-token-key",
        default=env.get("CLOUDINARY_TOKEN_KEY") or None,
        help="hex; without it every token is refused",
    )
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
