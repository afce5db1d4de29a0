"""Serve the API, and say on a port of its own whether the worker processes are alive: `python -m lms.server`.

granian supervises the workers; docs/decisions/0030-a-server-that-outlives-its-workers.md has what this adds and why.
"""

import argparse
import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler
from multiprocessing import Pipe, set_start_method
from multiprocessing.connection import Connection
from socketserver import ThreadingTCPServer
from typing import Any

from granian import Granian
from granian.constants import Interfaces

SIGN_SECONDS = 1
MAX_SILENCE, MAX_START = 30, 120
"""How many seconds a worker may give no sign: once it serves, and while it starts."""
STOP_SECONDS = 25
"""How long requests in flight may take after a signal to stop; a container has 30 seconds."""


def load(signs: Connection) -> Any:
    """Return the application in a worker, which gives a sign each second from then on."""
    # What is imported stays. Without this it is searched for garbage again and again: a quarter of the import.
    gc.disable()
    from lms.wsgi import application

    gc.freeze()
    gc.enable()
    threading.Thread(target=give_signs, args=(signs,), daemon=True).start()
    return application


def give_signs(signs: Connection) -> None:
    """Send the process id each second; stop the worker when nobody reads it, because the server was killed."""
    try:
        while True:
            signs.send(os.getpid())
            time.sleep(SIGN_SECONDS)
    except OSError:
        os.kill(os.getpid(), signal.SIGTERM)


class Watch:
    """When each worker gave its last sign."""

    def __init__(self, server: Any, signs: Connection) -> None:
        self.server, self.signs = server, signs
        self.heard: dict[int, float] = {}

    def run(self) -> None:
        """Note each sign, and kill a worker that hangs: granian starts another in its place."""
        with suppress(EOFError):  # the server has ended
            while True:
                if self.signs.poll(SIGN_SECONDS):
                    self.heard[self.signs.recv()] = time.monotonic()
                    # Before the first sign a worker that ends, ends the server: no other would start either.
                    self.server.respawn_failed_workers = True
                for worker in self.silent():
                    worker.inner.kill()

    def silent(self) -> list[Any]:
        """Return the workers that gave no sign for too long."""
        return [worker for worker in list(self.server.wrks) if self.is_silent(worker)]

    def is_silent(self, worker: Any) -> bool:
        heard = self.heard.get(worker.inner.pid, 0)
        since, limit = (heard, MAX_SILENCE) if heard > worker.birth else (worker.birth, MAX_START)
        return time.monotonic() - since > limit

    def is_alive(self) -> bool:
        return bool(self.server.wrks) and not self.silent()


class Liveness(BaseHTTPRequestHandler):
    """Answers 200 while every worker gives signs, else 503, whatever the path."""

    timeout = 5

    def __init__(self, is_alive: Callable[[], bool], *connection: Any) -> None:
        self.is_alive = is_alive
        super().__init__(*connection)

    def do_GET(self) -> None:
        alive = self.is_alive()
        self.send_response(200 if alive else 503)
        self.end_headers()
        self.wfile.write(b"alive\n" if alive else b"a worker hangs\n")

    def log_message(self, *_: Any) -> None:
        """Write no line for each probe."""


class Listener(ThreadingTCPServer):
    """A server with a thread for each probe."""

    allow_reuse_address = True
    daemon_threads = True


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lms.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 in a container")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--live-port", type=int, help="where to say whether the workers are alive")
    parser.add_argument("--workers", type=int, default=1, help="processes; each uses one core")
    parser.add_argument("--threads", type=int, default=64, help="requests at once, per worker")
    parser.add_argument("--max-megabytes", type=int, help="replace a worker that takes more")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Serve until a signal to stop; exit with 1 if the start was refused."""
    options = parse(arguments)
    # A forked worker inherits the server's handler of SIGTERM, which only sets a flag that the worker never reads: a signal during
    # its start would be lost.
    set_start_method("spawn")
    signs, signs_of_workers = Pipe(duplex=False)
    server = Granian(
        "lms.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        websockets=False,
        workers_kill_timeout=STOP_SECONDS,
        workers_max_rss=options.max_megabytes,
    )
    watch = Watch(server, signs)
    threading.Thread(target=watch.run, daemon=True).start()
    if options.live_port:
        answer = partial(Liveness, watch.is_alive)
        listener = Listener((options.host, options.live_port), answer)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
    server.serve(target_loader=partial(load, signs_of_workers), wrap_loader=False)


if __name__ == "__main__":
    main()
