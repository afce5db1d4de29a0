"""Measure how many requests a running `make demo` answers, and how fast: `python -m bench.load --url ... --seconds 20`.

Each of `--connections` connections sends one request after the other, of the mix that visitors and signed-in students
send. Prints the requests per second and the milliseconds within which 50, 95 and 99 of 100 requests were answered. It
changes the progress of the sample students.
"""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

from demo.content import PASSWORD, STUDENTS

MAX_SECONDS, MAX_CONNECTIONS = 600, 256

# The shares of 100 requests: students read far more than they change.
MIX = {
    "GET /courses": 20,
    "GET /courses, search": 5,
    "GET /courses, by price": 5,
    "GET /courses/{slug}": 20,
    "GET /users/me": 10,
    "GET /enrollments": 10,
    "GET /courses/{id}/progress": 15,
    "PATCH progress": 15,
}


class Unsuitable(Exception):
    """The system at the URL cannot be measured; the message says why."""


@dataclass(frozen=True)
class Student:
    """A signed-in student."""

    headers: dict[str, str]
    lectures: list[tuple[str, str]]
    """Pairs of a course that the student is enrolled in and a lecture of it."""


@dataclass(frozen=True)
class Targets:
    """What the requests can be about."""

    slugs: list[str]
    students: list[Student]


@dataclass
class Measured:
    """Seconds per answer, by endpoint, and the number of errors, by endpoint and kind."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[tuple[str, str]] = field(default_factory=Counter)


def request(name: str, targets: Targets, dice: random.Random) -> dict[str, Any]:
    """Return the arguments of httpx for a request to an endpoint of the mix."""
    student = dice.choice(targets.students)
    course, lecture = dice.choice(student.lectures)
    requests: dict[str, dict[str, Any]] = {
        "GET /courses": {"url": "courses"},
        "GET /courses, search": {"url": "courses?search=the"},
        "GET /courses, by price": {"url": "courses?ordering=price&page_size=10"},
        "GET /courses/{slug}": {"url": f"courses/{dice.choice(targets.slugs)}"},
        "GET /users/me": {"url": "users/me", "headers": student.headers},
        "GET /enrollments": {"url": "enrollments", "headers": student.headers},
        "GET /courses/{id}/progress": {
            "url": f"courses/{course}/progress",
            "headers": student.headers,
        },
        "PATCH progress": {
            "method": "PATCH",
            "url": f"courses/{course}/progress/lectures/{lecture}",
            "headers": student.headers,
            "json": {"position_seconds": dice.randrange(600)},
        },
    }
    return {"method": "GET"} | requests[name]


async def find_targets(client: httpx.AsyncClient) -> Targets:
    """Sign the sample students in and read what they study."""
    courses = (await _read(client, "courses", params={"page_size": 100}))["results"]
    students = [await sign_in(client, email) for email in STUDENTS]
    if not courses or not all(student.lectures for student in students):
        raise Unsuitable("the sample data is not there: is this a `make demo`?")
    return Targets([course["slug"] for course in courses], students)


async def sign_in(client: httpx.AsyncClient, email: str) -> Student:
    """Sign a sample student in and read their lectures."""
    person = {"email": email, "password": PASSWORD}
    tokens = await _read(client, "auth/token", method="POST", json=person)
    headers = {"Authorization": f"Bearer {tokens['access']}"}
    enrollments = (await _read(client, "enrollments", headers=headers))["results"]
    lectures = []
    for enrollment in enrollments:
        course = enrollment["course"]["id"]
        progress = await _read(client, f"courses/{course}/progress", headers=headers)
        lectures += [(course, lecture["id"]) for lecture in progress["lectures"]]
    return Student(headers, lectures)


async def _read(
    client: httpx.AsyncClient, url: str, *, method: str = "GET", **options: Any
) -> dict[str, Any]:
    try:
        answer = await client.request(method, url, **options)
    except httpx.TransportError as error:
        raise Unsuitable(f"nothing answers at {client.base_url}: {error}") from None
    if answer.is_error:
        raise Unsuitable(f"{method} {url} answers {answer.status_code}: {answer.text[:200]}")
    body: dict[str, Any] = answer.json()
    return body


async def send(
    client: httpx.AsyncClient, name: str, arguments: dict[str, Any], measured: Measured
) -> None:
    """Send one request and note how long it took, or how it failed."""
    begun = time.perf_counter()
    try:
        answer = await client.request(**arguments)
    except httpx.TransportError as error:
        measured.errors[name, type(error).__name__] += 1
        return
    measured.seconds[name].append(time.perf_counter() - begun)
    if answer.is_error:
        measured.errors[name, str(answer.status_code)] += 1


async def measure(url: str, seconds: float, connections: int, *, seed: int = 1) -> Measured:
    """Send requests for `seconds` over so many connections at once; raise `Unsuitable`."""
    dice, measured = random.Random(seed), Measured()
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1/", limits=limits, timeout=30) as client:
        targets = await find_targets(client)

        async def connection() -> None:
            while time.perf_counter() < deadline:
                [name] = dice.choices(list(MIX), list(MIX.values()))
                await send(client, name, request(name, targets, dice), measured)

        deadline = time.perf_counter() + seconds
        await asyncio.gather(*(connection() for _ in range(connections)))
    return measured


def report(measured: Measured, seconds: float) -> str:
    """Render the table: milliseconds, and requests per second."""
    rows = [(name, measured.seconds[name]) for name in MIX if measured.seconds[name]]
    rows.append(("all", [each for _, times in rows for each in times]))
    lines = [f"{'':28}{'requests':>9}{'per second':>11}{'50 %':>8}{'95 %':>8}{'99 %':>8} ms"]
    for name, times in rows:
        times.sort()
        marks = "".join(f"{_percentile(times, part) * 1000:8.1f}" for part in (50, 95, 99))
        lines.append(f"{name:28}{len(times):9}{len(times) / seconds:11.1f}{marks}")
    lines += [
        f"error: {name}: {kind} ({count} times)" for (name, kind), count in measured.errors.items()
    ]
    return "\n".join(lines)


def _percentile(times: list[float], part: int) -> float:
    """Return the value that `part` of 100 do not exceed (nearest rank)."""
    return times[max(0, -(-len(times) * part // 100) - 1)] if times else 0.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument(
        "--seconds", type=int, default=20, metavar="N", choices=range(1, MAX_SECONDS + 1)
    )
    parser.add_argument(
        "--connections", type=int, default=16, metavar="N", choices=range(1, MAX_CONNECTIONS + 1)
    )
    options = parser.parse_args(arguments)
    try:
        measured = asyncio.run(measure(options.url, options.seconds, options.connections))
    except Unsuitable as error:
        sys.exit(f"bench.load: {error}")
    print(report(measured, options.seconds))
    return 1 if measured.errors else 0


if __name__ == "__main__":
    sys.exit(main())
