"""Measure the CPU of a request in the process that answers it, by endpoint: `python -m bench.cpu`, or `make bench`.

Starts the API as in production (granian, one worker, no DEBUG), with an embedded MongoDB and the sample data, and sends each
request over many connections at once. The kernel says how much CPU the worker took. Two floors are measured in the same run:
bytes from granian alone, and a view of Django without middleware and database. Figures are compared as multiples of that
view, with those of the last release in bench/README.md: milliseconds of two machines cannot be compared.

The requests take turns in short batches, and the cheapest batch of each counts, because disturbances only ever add: a
virtual machine counts as CPU what its host takes away. Needs Linux.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.calls import HTTPClient, repeatable
from bench.production import PRODUCTION, cpu_seconds
from bench.uploads import worker_of
from demo.content import PASSWORD, STUDENT
from demo.processes import ROOT, Part, api_command, free_port
from sandbox import server
from sandbox.mongo import lease

RECORD = Path(__file__).with_name("README.md")
HOT = (
    "GET courses",
    "GET courses?search",
    "GET courses/{slug}",
    "GET users/me",
    "GET enrollments",
    "GET courses/{id}/progress",
    "PATCH courses/{id}/progress/lectures/{id}",
    "GET courses/{id}/purchase",
)
"""The requests that people send all the time."""

UNIT = "a view of Django"
RELEASED = re.compile(r"^\| (?P<name>[^|]+?) \| [\d.]+ \| (?P<ratio>[\d.]+) \|$", re.MULTILINE)
"""A row of the table of the last release: name, milliseconds, multiple of the unit."""


class Case(NamedTuple):
    """A request to a server."""

    name: str
    worker: int
    send: Callable[[], Any]


class Cost(NamedTuple):
    """Milliseconds of CPU that a request took."""

    name: str
    milliseconds: float


def measure(cases: list[Case], rounds: int, batch: int, connections: int) -> Iterator[Cost]:
    """Send batches of each request over so many connections; yield the cost in the cheapest batch of each."""
    with ThreadPoolExecutor(connections) as threads:

        def cost(case: Case, requests: int) -> float:
            begun = cpu_seconds(case.worker)
            for done in [threads.submit(case.send) for _ in range(requests)]:
                done.result()
            return (cpu_seconds(case.worker) - begun) / requests * 1000

        for case in cases:
            cost(case, 2 * connections)  # what only the first request costs
        costs = [[cost(case, batch) for case in cases] for _ in range(rounds)]
    for case, *batches in zip(cases, *costs, strict=True):
        yield Cost(case.name, min(batches))


@contextmanager
def serving(command: list[str], port: int, ready: str, env: dict[str, str]) -> Iterator[int]:
    """Run a server and yield the process id of its worker."""
    with tempfile.TemporaryDirectory() as folder:
        part = Part("the server", command, env, Path(folder) / "server.log")
        try:
            part.wait_until_ready(f"http://127.0.0.1:{port}{ready}")
            yield worker_of(part.process.pid)
        finally:
            part.stop()


@contextmanager
def floor(name: str, target: str, *options: str) -> Iterator[Case]:
    """Serve an application of bench/floors.py."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", "16", "--no-ws", *options, f"bench.floors:{target}"]
    with (
        serving(command, port, "/", dict(os.environ)) as worker,
        closing(HTTPClient("127.0.0.1", port)) as client,
    ):
        yield Case(name, worker, lambda: client.send("GET", "/"))


@contextmanager
def api() -> Iterator[Iterator[Case]]:
    """Serve the API with the sample data; yield its requests."""
    port, sandbox = free_port(), server.start_in_thread()
    sample = {"DEBUG": "1", "STRIPE_API_BASE": sandbox.url, "CLOUDINARY_API_BASE": sandbox.url}
    shared = {name: value for name, value in os.environ.items() if name not in sample} | {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sandbox.smtp_port),
        **{
            f"THROTTLE_{scope}": "1000000/min"
            for scope in ("USER", "ANON", "SIGNIN", "SIGNIN_EMAIL")
        },
    }
    # The sample data needs the sandbox, which only DEBUG allows; what is measured does not.
    fill = "import django; django.setup(); from demo import sample_data; sample_data.create()"
    for arguments in (["manage.py", "migrate", "--verbosity", "0"], ["-c", fill]):
        command = [sys.executable, *arguments]
        subprocess.run(
            command, env=shared | sample, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    try:
        with (
            serving(api_command(port), port, "/health/ready", shared | PRODUCTION) as worker,
            closing(HTTPClient("127.0.0.1", port)) as client,
        ):
            yield list_cases(client, worker)
    finally:
        sandbox.stop()


def list_cases(client: HTTPClient, worker: int) -> Iterator[Case]:
    """Yield the requests to the API."""
    yield Case("GET /health/live", worker, lambda: client.send("GET", "/health/live"))
    yield Case("an unknown path", worker, lambda: client.send("GET", "/api/v1/unknown"))
    found = dict(repeatable(client))
    for name in HOT:
        yield Case(name, worker, found[name])
    person = {"email": STUDENT, "password": PASSWORD}
    yield Case("POST auth/token", worker, lambda: client("POST", "auth/token", person))


def read_released(text: str) -> dict[str, float]:
    """Return the multiples of the last release, by name, from the text of bench/README.md."""
    section = text.partition("## The last release")[2].partition("\n## ")[0]
    return {row["name"]: float(row["ratio"]) for row in RELEASED.finditer(section)}


def table(costs: list[Cost], released: dict[str, float]) -> Iterator[str]:
    """Yield the rows of a Markdown table: milliseconds, multiple of the unit; and behind it what it was, and the change."""
    [unit] = [cost.milliseconds for cost in costs if cost.name == UNIT]
    yield f"| | CPU ms | of {UNIT} |"
    yield "|---|---|---|"
    for name, milliseconds in costs:
        ratio = milliseconds / unit
        before = released.get(name)
        change = f"  was {before:.2f}: {ratio / before - 1:+.0%}" if before else ""
        yield f"| {name} | {milliseconds:.3f} | {ratio:.2f} |{change}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.cpu", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batch", type=int, default=100, help="requests of each kind in a round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--only", nargs="+", default=[""], help="requests whose names contain one")
    options = parser.parse_args()
    with ExitStack() as running:
        floors = [
            running.enter_context(floor("bytes from granian", "granian")),
            running.enter_context(floor(UNIT, "django", "--factory")),
        ]
        wanted = [
            case
            for case in running.enter_context(api())
            if any(part in case.name for part in options.only)
        ]
        costs = list(measure(floors + wanted, options.rounds, options.batch, options.connections))
    print(*table(costs, read_released(RECORD.read_text())), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
