"""Running the sandbox: as a process of its own, or in a thread of a test."""

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
            await app(scope, receive, send)

        self.app = droppable


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

    def __init__(self, options: Options) -> None:
        """Start it at free ports; raises RuntimeError when it does not come up."""
        web, smtp = listen(0), listen(0)
        self._port = web.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}"
        self.smtp_port: int = smtp.getsockname()[1]
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(options, web, smtp), name="sandbox", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(timeout=20):
            raise RuntimeError("the sandbox did not start; its own error stands above")

    def reset(self) -> None:
        """Forget everything that was done."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=20)
        with contextlib.closing(connection):
            connection.request("POST", "/_control/reset")
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"the sandbox answered {answer.status} to a reset")

    def stop(self) -> None:
        """End it and wait until it has."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(timeout=10)

    def _run(self, options: Options, web: socket.socket, smtp: socket.socket) -> None:
        asyncio.run(serve(create_app(options), web, smtp, on_ready=self._note_ready))

    def _note_ready(self, stop: Callable[[], None]) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), stop
        self._ready.set()


def start_in_thread(**options: Any) -> Sandbox:
    """Start a sandbox for tests, by the fields of ``Options``.

    Unlike Cloudinary it takes small parts, so that a test of an upload in parts needs no large
    file.
    """
    return Sandbox(Options(**{"min_part_bytes": 64 * 1024} | options))


def listen(port: int) -> socket.socket:
    """Return a socket that listens on loopback."""
    return socket.create_server((HOST, port))


async def run(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C, and say when ready."""
    loop = asyncio.get_running_loop()
    web, smtp = listen(arguments.port), listen(arguments.smtp_port)
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
        print(f"ready http://{HOST}:{web.getsockname()[1]}", flush=True)

    await serve(app, web, smtp, on_ready=on_ready)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.server",
        description=__doc__,
        epilog="Secrets not given are those that the application reads from the environment.",
    )
    env = os.environ
    stripe_secret = env.get("STRIPE_WEBHOOK_SECRETS", "").partition(",")[0].strip()
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument("--data", type=Path, help="folder to keep everything in (default: memory)")
    parser.add_argument("--api-url", default="http://127.0.0.1:8000", help="where webhooks go")
    parser.add_argument("--webhook-secret", default=stripe_secret or Options.webhook_secret)
    parser.add_argument(
        "--cloudinary-url", default=env.get("CLOUDINARY_URL") or Options.cloudinary_url
    )
    parser.add_argument(
        "--cloudinary-token-key",
        default=env.get("CLOUDINARY_TOKEN_KEY") or None,
        help="hex; without it tokens open nothing",
    )
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
