"""What an upload through the server costs in memory: `python -m bench.uploads --megabytes 300`.

Starts the API as production does (granian, one worker) with the sandbox and a MongoDB in memory, sends one small video to
warm it up and then a large one, and asks the kernel what the worker has held at most.
"""

import argparse
import os
import socket
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
from sandbox import server
from sandbox.mongo import lease

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024 * 1024
MOST = 40
"""Megabytes that an upload of any size may cost."""


@dataclass(frozen=True)
class Measured:
    """Megabytes in memory before and at most during an upload, and how many seconds it took."""

    idle: float
    peak: float
    seconds: float

    @property
    def cost(self) -> float:
        return self.peak - self.idle


@contextmanager
def api(**settings: str) -> Iterator[tuple[str, int]]:
    """Run the API; give its address and the process id of its worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    stand_in = server.start_in_thread()
    env = os.environ | {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "CLOUDINARY_API_BASE": stand_in.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(stand_in.smtp_port),
        "LOG_LEVEL": "WARNING",
        **settings,
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=env, cwd=ROOT, check=True)
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", port]
    granian += ["--blocking-threads", "4", "--no-ws", "lms.wsgi:application"]
    process = subprocess.Popen(granian, env=env, cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url)
        yield url, worker_of(process.pid)
    finally:
        process.terminate()
        process.wait(15)
        stand_in.stop()


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the API did not come up")


def worker_of(pid: int) -> int:
    """Find the one child of granian, which does the work."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[-1])


def memory(pid: int, what: str) -> float:
    """Read `VmRSS` (now) or `VmHWM` (at most since the last reset) in megabytes; where there is no /proc, now."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text().splitlines()
        [kilobytes] = [line.split()[1] for line in lines if line.startswith(f"{what}:")]
    else:
        ps = ["ps", "-o", "rss=", "-p", str(pid)]
        kilobytes = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
    return int(kilobytes) / 1024


def forget_peak(pid: int) -> None:
    """Let `VmHWM` begin anew. https://docs.kernel.org/filesystems/proc.html"""
    if (clear := Path(f"/proc/{pid}/clear_refs")).exists():
        clear.write_text("5")


@contextmanager
def instructor(url: str) -> Iterator[httpx.Client]:
    """Sign somebody up who may upload, and give what they send requests with."""
    person = {"name": "Ina", "email": "ina@example.test", "password": "correct horse battery"}
    with httpx.Client(base_url=f"{url}/api/v1") as browser:
        browser.post("/auth/signup", json=person).raise_for_status()
        tokens = browser.post("/auth/token", json=person).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {tokens['access']}"}
    with httpx.Client(base_url=f"{url}/api/v1", headers=bearer, timeout=600) as client:
        client.post("/users/me/instructor").raise_for_status()
        yield client


def write_video(path: Path, size: int) -> None:
    """Write an MP4 of that many bytes: behind a real one stands a box of free space."""
    videos.make(path, "A long lecture", seconds=2)
    begun = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(begun)
        file.write((size - begun).to_bytes(4, "big") + b"free")
        file.truncate(size)


def send(client: httpx.Client, path: Path) -> httpx.Response:
    with path.open("rb") as file:
        return client.post("/media/videos", files={"file": ("lecture.mp4", file, "video/mp4")})


def measure(size: int) -> Measured:
    """Send a video of that many bytes and measure the worker."""
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
    """Send one video to a server that has warmed up."""
    forget_peak(worker)
    idle, begun = memory(worker, "VmRSS"), time.monotonic()
    asset = send(client, video).raise_for_status().json()
    assert asset["bytes"] == video.stat().st_size, asset
    return Measured(idle, memory(worker, "VmHWM"), time.monotonic() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    megabytes = parser.parse_args().megabytes
    found = measure(megabytes * MEGABYTE)
    print(
        f"{megabytes} MB in {found.seconds:.1f} s: the worker held {found.idle:.0f} MB before and {found.peak:.0f} MB at most, {found.cost:.0f} MB more"
    )
    return 0 if found.cost <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
