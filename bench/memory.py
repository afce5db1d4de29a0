"""Measure the memory of a worker after many sign-ins, by setting of malloc: `python -m bench.memory --seconds 10`.

Each password is hashed in 19 MiB of memory. glibc keeps freed blocks in the arena of each thread, unless a setting makes
it return them. https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
"""

import argparse
import os
import threading
import time
from unittest.mock import patch

import httpx

from bench.uploads import api, instructor, memory

SETTINGS: list[dict[str, str]] = [
    {},
    {"MALLOC_MMAP_THRESHOLD_": "1048576"},
    {"MALLOC_ARENA_MAX": "2"},
    {"MALLOC_TRIM_THRESHOLD_": "131072"},
]
PERSON = {"email": "ina@example.test", "password": "correct horse battery"}
THROTTLES = {f"THROTTLE_{name}": "1000000/min" for name in ("SIGNIN", "SIGNIN_EMAIL", "ANON")}


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


def measure(setting: dict[str, str], seconds: float) -> str:
    """Return a line: the setting, megabytes before and after, sign-ins a second."""
    with (
        patch.dict(os.environ, setting),
        api(threads=16, **THROTTLES) as (url, worker),
        instructor(url),
    ):
        before = memory(worker, "VmRSS")
        count = sign_in_for(url, seconds, 16)
        after = memory(worker, "VmRSS")
    name = " ".join(f"{name}={value}" for name, value in setting.items()) or "nothing set"
    return f"{name:36} {before:5.0f} MB before, {after:5.0f} MB after, {count / seconds:5.1f} sign-ins a second"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    for setting in SETTINGS:
        print(measure(setting, seconds), flush=True)


if __name__ == "__main__":
    main()
