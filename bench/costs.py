"""Measure what requests cost, in database commands and in CPU of the API: `python -m bench.costs`.

Starts the sandbox and an embedded MongoDB in memory, creates the demo's sample data and calls the WSGI application in this
process, as an HTTP server does: so the CPU is the API's own, without server and database. The cheapest batch of requests
counts, because disturbances only ever add.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import django
from django.core.management import call_command
from pymongo import monitoring

from bench.calls import Application, WSGIClient, journey, repeatable

BATCH_SIZE = 50
RAISED_LIMITS = ("SIGNIN", "SIGNUP", "CHECKOUT", "USER", "ANON")
"""The limits that would stop a measurement."""


class Commands(monitoring.CommandListener):
    """Record what is sent to the database: the command, and the collection if it has one."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        collection = event.command[event.command_name]
        named = f" {collection}" if isinstance(collection, str) else ""
        self.sent.append(event.command_name + named)

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        pass

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        pass


@dataclass(frozen=True)
class Cost:
    """The commands of one request, and its CPU in milliseconds if it was measured."""

    name: str
    commands: Counter[str]
    cpu: float | None = None

    def line(self) -> str:
        """Render the cost as a row of the table."""
        sent = ", ".join(
            f"{command} x{times}" if times > 1 else command
            for command, times in self.commands.items()
        )
        cpu = "" if self.cpu is None else f"{self.cpu:.2f}"
        return f"{self.name:44}{self.commands.total():5}{cpu:>8}  {sent}"


@contextmanager
def system() -> Iterator[Commands]:
    """Start what the application needs, create the sample data, and yield what records the commands."""
    from sandbox import server
    from sandbox.mongo import lease

    sandbox = server.start_in_thread()
    os.environ |= {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "STRIPE_API_BASE": sandbox.url,
        "CLOUDINARY_API_BASE": sandbox.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sandbox.smtp_port),
        "LOG_LEVEL": "WARNING",
        **{f"THROTTLE_{scope}": "1000000/min" for scope in RAISED_LIMITS},
    }
    monitoring.register(commands := Commands())
    django.setup()
    from demo import sample_data

    call_command("migrate", verbosity=0)
    sample_data.create()
    from django.test.utils import override_settings

    # With DEBUG, Django keeps every command; and tasks are the work of a worker.
    tasks = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    try:
        with override_settings(DEBUG=False, TASKS=tasks, WORKER_THREAD=False):
            yield commands
    finally:
        sandbox.stop()


def cheapest(call: Callable[[], Any], requests: int) -> float:
    """Return the CPU milliseconds of one request in the cheapest batch."""
    best = float("inf")
    for _ in range(max(1, requests // BATCH_SIZE)):
        begun = time.thread_time()
        for _ in range(BATCH_SIZE):
            call()
        best = min(best, (time.thread_time() - begun) / BATCH_SIZE)
    return best * 1000


def measure(application: Application, sent: list[str], requests: int) -> Iterator[Cost]:
    """Yield the cost of every endpoint; the CPU is of `requests` requests, and not measured if that is 0.

    `sent` is the list to which every command is appended.
    """
    for name, call in repeatable(WSGIClient(application)):
        call()  # what only the first request costs
        sent.clear()
        call()
        yield Cost(name, Counter(sent), cheapest(call, requests) if requests else None)
    for name, commands in journey(WSGIClient(application), sent):
        yield Cost(name, commands)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__)
    parser.add_argument("--requests", type=int, default=500, help="of each endpoint; 0: no CPU")
    options = parser.parse_args()
    with system() as commands:
        from lms.wsgi import application

        print(f"{'':41}commands  CPU ms")
        for cost in measure(application, commands.sent, options.requests):
            print(cost.line(), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
