"""Measure the memory of a worker after many sign-ins, by setting of malloc: `python -m bench.memory --seconds 6 --runs 3`.

Each password is hashed in 19 MiB of memory. glibc keeps freed blocks in the arena of each thread, unless a setting makes
it return them. https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html

The settings take turns, because other work disturbs some runs: of each setting the largest memory counts, the cheapest
sign-in, and the run with the most sign-ins.
"""

import argparse
import os
import threading
import time
from typing import NamedTuple
from unittest.mock import patch

import httpx

from bench.production import cpu_seconds
from bench.uploads import api, forget_peak, instructor, memory

SETTINGS: list[dict[str, str]] = [
    {},
    {"MALLOC_MMAP_THRESHOLD_": "1048576"},
    {"MALLOC_ARENA_MAX": "2"},
    {"MALLOC_TRIM_THRESHOLD_": "131072"},
]
PERSON = {"email": "ina@example.test", "password": "correct horse battery"}
THROTTLES = {f"THROTTLE_{name}": "1000000/min" for name in ("SIGNIN", "SIGNIN_EMAIL", "ANON")}


class Run(NamedTuple):
    """Megabytes before, at the peak and afterwards; sign-ins a second; milliseconds of the worker's CPU for each."""

    before: float
    peak: float
    after: float
    rate: float
    cpu: float


def sign_in_for(url: str, seconds: float, connections: int) -> int:
    """Sign in over so many connections at once; return how many times."""
    deadline, counted = time.monotonic() + seconds, []

    def sign_in() -> None:
        with httpx.Client(timeout=60) as client:
            while time.monotonic() < deadline:
                client.post(f"{url}/api/v1/auth/token", json=PERSON).raise_for_status()
                counted.append(1)

    threads = [threading.Thread(target=sign_in) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(counted)


def measure(setting: dict[str, str], seconds: float) -> Run:
    """Start the API and sign in for so many seconds."""
    with (
        patch.dict(os.environ, setting),
        api(threads=64, **THROTTLES) as (url, worker),
        instructor(url),
    ):
        forget_peak(worker)
        before, cpu, begun = memory(worker, "VmRSS"), cpu_seconds(worker), time.monotonic()
        count = sign_in_for(url, seconds, 16)
        took = time.monotonic() - begun
        cpu = (cpu_seconds(worker) - cpu) / count * 1000
        return Run(before, memory(worker, "VmHWM"), memory(worker, "VmRSS"), count / took, cpu)


def row(setting: dict[str, str], runs: list[Run]) -> str:
    """Return the row of a Markdown table."""
    name = " ".join(f"`{name}={value}`" for name, value in setting.items()) or "nothing set"
    before, peak, after, *_ = map(max, zip(*runs, strict=True))
    rate, cpu = max(each.rate for each in runs), min(each.cpu for each in runs)
    return f"| {name} | {before:.0f} MB | {peak:.0f} MB | {after:.0f} MB | {rate:.1f} | {cpu:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rounds = [
        [measure(setting, options.seconds) for setting in SETTINGS] for _ in range(options.runs)
    ]
    print("| setting | before | peak | after | sign-ins a second | CPU ms each |")
    print("|---|---|---|---|---|---|")
    for setting, *runs in zip(SETTINGS, *rounds, strict=True):
        print(row(setting, runs))


if __name__ == "__main__":
    main()
