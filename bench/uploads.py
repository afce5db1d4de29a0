"""Measure what an upload through the server costs in memory: `python -m bench.uploads --megabytes 300`.

Starts the API as in production (granian, one worker) with the sandbox and a MongoDB in memory, sends a small video to warm
it up and then a large one, and asks the kernel for the peak memory of the worker.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from demo import videos
from demo.processes import ROOT, Part, api_command, free_port
from sandbox import server
from sandbox.mongo import lease

MEGABYTE = 1024 * 1024
MAX_COST = 40
"""The megabytes that an upload of any size may cost."""


@dataclass(frozen=True)
class Measured:
    """Megabytes in memory before and at the peak of an upload, and how many seconds it took."""

    idle: float
    peak: float
    seconds: float

    @property
    def cost(self) -> float:
        return self.peak - self.idle


@contextmanager
def api(*, threads: int = 4, **settings: str) -> Iterator[tuple[str, int]]:
    """Run the API; yield its URL and the process id of its worker."""
    port, sandbox = free_port(), server.start_in_thread()
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "SITE_URL": url,
        "CLOUDINARY_API_BASE": sandbox.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sandbox.smtp_port),
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=env, cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        part = Part("the API", api_command(port, threads=threads), env, Path(folder) / "api.log")
        try:
            part.wait_until_ready(f"{url}/health/ready")
            yield url, worker_of(part.process.pid)
        finally:
            part.stop()
            sandbox.stop()


def worker_of(pid: int) -> int:
    """Return the process id of granian's one child, which does the work."""
    command = ["pgrep", "-P", str(pid)]
    children = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(children[-1])


def memory(pid: int, field: str) -> float:
    """Return `VmRSS` (now) or `VmHWM` (peak since `forget_peak`) in megabytes; without /proc always now."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text().splitlines()
        [kilobytes] = [line.split()[1] for line in lines if line.startswith(f"{field}:")]
    else:
        ps = ["ps", "-o", "rss=", "-p", str(pid)]
        kilobytes = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
    return int(kilobytes) / 1024


def forget_peak(pid: int) -> None:
    """Start a new peak for `VmHWM`. https://docs.kernel.org/filesystems/proc.html"""
    if (clear := Path(f"/proc/{pid}/clear_refs")).exists():
        clear.write_text("5")


@contextmanager
def instructor(url: str) -> Iterator[httpx.Client]:
    """Sign up a person who may upload, and yield a client that is signed in as them."""
    person = {"name": "Ina", "email": "ina@example.test", "password": "correct horse battery"}
    with httpx.Client(base_url=f"{url}/api/v1") as browser:
        browser.post("/auth/signup", json=person).raise_for_status()
        tokens = browser.post("/auth/token", json=person).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {tokens['access']}"}
    with httpx.Client(base_url=f"{url}/api/v1", headers=bearer, timeout=600) as client:
        client.post("/users/me/instructor").raise_for_status()
        yield client


def write_video(path: Path, size: int) -> None:
    """Write an MP4 of `size` bytes: a short video, followed by a box of free space."""
    videos.make(path, "A long lecture", seconds=2)
    length = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(length)
        file.write((size - length).to_bytes(4, "big") + b"free")
        file.truncate(size)


def send(client: httpx.Client, path: Path) -> httpx.Response:
    """Upload a video and return the answer."""
    with path.open("rb") as file:
        return client.post("/media/videos", files={"file": ("lecture.mp4", file, "video/mp4")})


def measure(size: int) -> Measured:
    """Start the API, send a video of `size` bytes and measure the worker."""
    with (
        tempfile.TemporaryDirectory() as folder,
        api() as (url, worker),
        instructor(url) as client,
    ):
        small, large = Path(folder, "small.mp4"), Path(folder, "large.mp4")
        write_video(small, MEGABYTE // 2)
        write_video(large, size)
        send(client, small).raise_for_status()
        return measure_one(client, worker, large)


def measure_one(client: httpx.Client, worker: int, video: Path) -> Measured:
    """Send a video to a server that is warmed up, and measure its worker."""
    forget_peak(worker)
    idle, begun = memory(worker, "VmRSS"), time.monotonic()
    asset = send(client, video).raise_for_status().json()
    assert asset["bytes"] == video.stat().st_size, asset
    return Measured(idle, memory(worker, "VmHWM"), time.monotonic() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    megabytes = parser.parse_args().megabytes
    measured = measure(megabytes * MEGABYTE)
    print(
        f"{megabytes} MB in {measured.seconds:.1f} s: the worker held {measured.idle:.0f} MB before "
        f"and {measured.peak:.0f} MB at most, {measured.cost:.0f} MB more"
    )
    return 0 if measured.cost <= MAX_COST else 1


if __name__ == "__main__":
    sys.exit(main())
