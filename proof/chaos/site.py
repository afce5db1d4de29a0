"""The parts of a site, as processes of their own that can be killed, frozen and started again."""

import os
import sys
import time
from pathlib import Path

from demo.processes import Failed, Part, answers, free_port
from demo.system import RAISED_LIMITS
from deploy.tests.running import HOST, Nginx
from proof.queue import WORKER

API_PROCESSES = WORKERS = 2
WELL_SECONDS = 60
"""How long the parts may take until all of them work, once the trouble is over."""


class Site:
    """Proxy, API processes, workers, clock and Redis, on a MongoDB and a sandbox that stay."""

    def __init__(self, folder: Path) -> None:
        self.folder, redis = folder, free_port()
        ports = [free_port() for _ in range(API_PROCESSES)]
        self.api_urls = [f"http://127.0.0.1:{port}" for port in ports]
        self.env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "lms.settings",
            "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "SITE_URL": self.api_urls[1],  # where Cloudinary's notifications arrive
            "BEHIND_PROXY": "1",
            "NUM_PROXIES": "1",
            "LOG_LEVEL": "WARNING",
            **{f"THROTTLE_{limit}": "1000000/min" for limit in RAISED_LIMITS},
        }
        self.parts = [
            self._start(
                "redis",
                "redis-server",
                "--port",
                str(redis),
                "--appendonly",
                "yes",
                "--dir",
                str(folder),
            )
        ]
        self.apis = [
            self._start("api", sys.executable, "-m", "lms.server", "--port", str(port))
            for port in ports
        ]
        self.workers = [self._start("worker", *WORKER) for _ in range(WORKERS)]
        clock = self._start("clock", sys.executable, "manage.py", "clock")
        for api, url in zip(self.apis, self.api_urls, strict=True):
            api.wait_until_ready(f"{url}/health/ready")
        nginx = Nginx(folder / "nginx", ports)
        self.parts += [*self.apis, *self.workers, clock, nginx.part]
        self.url = nginx.url

    def _start(self, name: str, *command: str) -> Part:
        log = self.folder / f"{name}-{free_port()}.log"
        return Part(name, [*command], self.env, log)

    def wait_until_well(self) -> None:
        """Return when every part runs and both API processes have MongoDB and Redis; raise `Failed` if that takes too long."""
        until = time.monotonic() + WELL_SECONDS
        while not all(answers(f"{url}/health/ready") for url in self.api_urls):
            if time.monotonic() > until:
                raise Failed(f"An API process is not ready {WELL_SECONDS} s after the trouble.")
            time.sleep(0.1)

    def close(self) -> None:
        """Stop what people and providers reach: from now on nothing new begins."""
        for part in self.parts:
            if part not in self.workers:
                part.stop()

    def stop(self) -> None:
        for part in self.parts:
            part.stop()
