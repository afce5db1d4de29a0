"""Measure how long the API takes to start: `python -m bench.start --runs 5`.

Starts it as in production (granian, one worker, no DEBUG) on a MongoDB that runs already, asks `/health/live` until it
answers, and then for the first page of the catalogue. The first start, which may have to compile, is not counted; of the
others the quickest is, because disturbances only ever add. The CPU of server and worker is what this takes on an idle
machine: they wait for each other, and hardly for anything else. Needs Linux.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.production import PRODUCTION
from bench.uploads import worker_of
from demo.processes import ROOT, Part, api_command, free_port
from sandbox.mongo import lease

TICKS = os.sysconf("SC_CLK_TCK")
"""How many units of CPU time are a second in /proc."""


class Start(NamedTuple):
    """Seconds from the command to the first answer, and to the first of the API; seconds of CPU until then."""

    live: float
    api: float
    cpu: float


def start(env: dict[str, str]) -> Start:
    """Start the API, ask it, and stop it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        part = Part("the API", api_command(port), env, Path(folder) / "api.log")
        try:
            part.wait_until_ready(f"{url}/health/live")
            live = time.monotonic() - begun
            httpx.get(f"{url}/api/v1/courses").raise_for_status()
            api = time.monotonic() - begun
            server = part.process.pid
            return Start(
                live, api, cpu_with_children(server) + cpu_with_children(worker_of(server))
            )
        finally:
            part.stop()


def cpu_with_children(pid: int) -> float:
    """Return the seconds of CPU of a process and of its children that have ended. https://docs.kernel.org/filesystems/proc.html"""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, after_name[11:15])) / TICKS


def measure(runs: int) -> Start:
    """Return the least that any of some starts took."""
    env = os.environ | PRODUCTION | {"MONGODB_URI": lease.temporary()}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=env, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    start(env)
    return Start(*map(min, zip(*(start(env) for _ in range(runs)), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    least = measure(parser.parse_args().runs)
    print(
        f"/health/live: {least.live:.2f} s, GET courses: {least.api:.2f} s, CPU: {least.cpu:.2f} s"
    )


if __name__ == "__main__":
    main()
