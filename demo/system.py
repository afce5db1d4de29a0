"""The parts of the demo: the sandbox, MongoDB, the API, the shop and the clock."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pymongo

from demo.content import LOGINS, PASSWORD, STAFF
from demo.processes import ROOT, Failed, Part, api_command
from sandbox.loopback import listen_on_localhost
from sandbox.mongo import lease
from sandbox.mongo.folder import lock

MAX_PORT = 65_535
# All limits but the two that count per e-mail address: those protect a person, not the machine.
RAISED_LIMITS = (
    "SIGNIN",
    "SIGNIN_FAILED",
    "SIGNUP",
    "FORGOT",
    "RESEND",
    "PASSWORD",
    "CHECKOUT",
    "COUPON",
    "SYNC",
    "UPLOADS",
    "ATTEMPTS",
    "RESPONSES",
    "USER",
    "ANON",
)


class System:
    """A running demo.

    `port` is the API's; the sandbox, MongoDB, SMTP and the shop take the next four. `report` is called with a line for
    each step. `clock`: whether the jobs of the system run at their times; nobody waits for its start.
    """

    def __init__(
        self,
        port: int,
        data: Path,
        *,
        report: Callable[[str], None] = print,
        clock: bool = True,
    ) -> None:
        self.port, self.data, self.report, self.has_clock = port, data, report, clock
        self.url, self.shop_url = f"http://localhost:{port}", f"http://localhost:{port + 4}"
        self.sandbox_url = f"http://localhost:{port + 1}"
        self.logs = data / "logs"
        self.env = environment(port, data)
        self.parts: list[Part] = []

    def start(self) -> None:
        """Start every part; raise `Failed` if one cannot start."""
        # The lock is held until this process ends.
        if lock(self.data / "demo.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None:
            raise Failed(f"another demo runs on {self.data}: choose another folder with DATA=")
        refuse_taken_ports([self.port, self.port + 1, self.port + 3, self.port + 4])
        self.logs.mkdir(parents=True, exist_ok=True)
        (self.data / "sandbox").mkdir(exist_ok=True)
        self.report("starting the sandbox and MongoDB")
        sandbox = self._run("the sandbox", self._sandbox_command(), log="sandbox.log")
        if not self.env.get("MONGODB_URI"):  # starts while the sandbox starts
            self.env["MONGODB_URI"] = lease.ensure(self.data, port=self.port + 2)
        if not has_sample_data(self.env):
            sandbox.wait_until_ready(f"http://127.0.0.1:{self.port + 1}/_control/events")
            self._prepare_database()
        self.report("starting the API and the shop")
        shop = self._run("the shop", self._shop_command(), log="shop.log")
        try:
            self._start_api()
        except Failed:  # as it does while migrations are not applied: it checks that itself
            self.parts.pop().stop()
            self._prepare_database()
            self._start_api()
        sandbox.wait_until_ready(f"http://127.0.0.1:{self.port + 1}/_control/events")
        shop.wait_until_ready(f"http://127.0.0.1:{self.port + 4}/")
        if self.has_clock:
            # By `nice`, which its jobs inherit: requests come first.
            clock = ["nice", sys.executable, "manage.py", "clock"]
            self._run("the clock", clock, log="clock.log")

    def ended_parts(self) -> list[Part]:
        return [part for part in self.parts if part.has_ended]

    def stop(self) -> None:
        """End every part, the last started first, and then MongoDB unless somebody else uses it."""
        for part in reversed(self.parts):
            part.stop()
        lease.release(self.data)

    def _run(self, name: str, command: list[str], *, log: str) -> Part:
        part = Part(name, command, self.env, self.logs / log)
        self.parts.append(part)
        return part

    def _start_api(self) -> None:
        api = self._run("the API", api_command(self.port), log="api.log")
        api.wait_until_ready(f"http://127.0.0.1:{self.port}/health/ready")

    def _sandbox_command(self) -> list[str]:
        command = [sys.executable, "-m", "sandbox.server", "--data", str(self.data / "sandbox")]
        ports = ["--port", str(self.port + 1), "--smtp-port", str(self.port + 3)]
        return [*command, *ports, "--api-url", f"http://127.0.0.1:{self.port}"]

    def _shop_command(self) -> list[str]:
        command = [sys.executable, "-m", "demo.shop"]
        return [*command, "--port", str(self.port + 4), "--api", str(self.port)]

    def _prepare_database(self) -> None:
        """Migrate the database and, the first time, create the sample data."""
        log = self.logs / "prepare.log"
        command = [sys.executable, "-m", "demo.prepare"]
        with (
            log.open("ab") as errors,
            subprocess.Popen(
                command, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as preparing,
        ):
            assert preparing.stdout is not None
            try:
                for line in preparing.stdout:
                    self.report(line.rstrip())
            except BaseException:  # the next start continues
                preparing.kill()
                raise
        if preparing.returncode:
            raise Failed(f"the database could not be prepared; see {log}")


def environment(port: int, data: Path) -> dict[str, str]:
    """Return the environment of every part; a variable that the caller has set wins."""
    sandbox = f"http://localhost:{port + 1}"
    defaults = {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SITE_URL": f"http://localhost:{port}",
        "FRONTEND_URL": f"http://localhost:{port + 4}",
        "SAMPLE_LOGINS": ",".join(f"{email} {PASSWORD} {may}" for email, may in LOGINS.items()),
        "STRIPE_API_BASE": sandbox,
        "CLOUDINARY_API_BASE": sandbox,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port + 3),
        "PYTHONUNBUFFERED": "1",
        **{f"THROTTLE_{limit}": "1000000/min" for limit in RAISED_LIMITS},
    }
    return defaults | os.environ | {"DEBUG": "1", "DATA": str(data)}


def has_sample_data(env: Mapping[str, str]) -> bool:
    """Return whether the sample data is complete.

    This asks the database directly: `sample_data.exists` would first load the whole application.
    """
    with pymongo.MongoClient[dict[str, Any]](env["MONGODB_URI"]) as client:
        people = client[env.get("MONGODB_NAME", "lms")]["accounts_user"]
        return people.find_one({"email": STAFF}) is not None


def refuse_taken_ports(ports: list[int]) -> None:
    """Raise `Failed` if a port is in use or is no valid port."""
    for port in ports:
        try:
            if port > MAX_PORT:
                raise OSError
            for probe in listen_on_localhost(port):
                probe.close()
        except OSError:
            message = f"port {port} is not available: choose another with PORT="
            raise Failed(message) from None
