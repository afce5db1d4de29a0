"""The parts of the demo: the sandbox, MongoDB and the API, started in this order."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

from demo.processes import ROOT, Failed, Part, api_command
from sandbox.mongo import lease
from sandbox.mongo.folder import lock

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
    "USER",
    "ANON",
)


class System:
    """A running demo. `port` is the API's; the sandbox, MongoDB and SMTP take the next three."""

    def __init__(self, port: int, data: Path) -> None:
        self.port, self.data = port, data
        self.parts: list[Part] = []

    def start(self) -> None:
        """Start every part; raise `Failed` if one cannot start."""
        # The lock is held until this process ends.
        if lock(self.data / "demo.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None:
            raise Failed(f"another demo runs on {self.data}: choose another folder with DATA=")
        refuse_taken_ports([self.port, self.port + 1, self.port + 3])
        env = environment(self.port, self.data)
        logs = self.data / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        (self.data / "sandbox").mkdir(exist_ok=True)
        sandbox = Part("the sandbox", self._sandbox_command(), env, logs / "sandbox.log")
        self.parts.append(sandbox)
        if not env.get("MONGODB_URI"):  # starts while the sandbox starts
            env["MONGODB_URI"] = lease.ensure(self.data, port=self.port + 2)
        sandbox.wait_until_ready(f"http://127.0.0.1:{self.port + 1}/_control/events")
        prepare_database(env, logs / "prepare.log")
        api = Part("the API", api_command(self.port), env, logs / "api.log")
        self.parts.append(api)
        api.wait_until_ready(f"http://127.0.0.1:{self.port}/health/ready")

    def ended_parts(self) -> list[Part]:
        return [part for part in self.parts if part.has_ended]

    def stop(self) -> None:
        """End every part, the last started first, and then MongoDB unless somebody else uses it."""
        for part in reversed(self.parts):
            part.stop()
        lease.release(self.data)

    def _sandbox_command(self) -> list[str]:
        command = [sys.executable, "-m", "sandbox.server", "--data", str(self.data / "sandbox")]
        ports = ["--port", str(self.port + 1), "--smtp-port", str(self.port + 3)]
        return [*command, *ports, "--api-url", f"http://127.0.0.1:{self.port}"]


def environment(port: int, data: Path) -> dict[str, str]:
    """Return the environment of every part; a variable that the caller has set wins."""
    api, sandbox = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}"
    defaults = {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SITE_URL": api,
        "FRONTEND_URL": api,
        # Vite serves the single-page app that somebody develops at this address.
        "TRUSTED_ORIGINS": f"{api},http://localhost:5173",
        "STRIPE_API_BASE": sandbox,
        "CLOUDINARY_API_BASE": sandbox,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port + 3),
        "PYTHONUNBUFFERED": "1",
        **{f"THROTTLE_{limit}": "1000000/min" for limit in RAISED_LIMITS},
    }
    return defaults | os.environ | {"DEBUG": "1", "DATA": str(data)}


def refuse_taken_ports(ports: list[int]) -> None:
    """Raise `Failed` if a port is in use or is no valid port."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                message = f"port {port} is not available: choose another with PORT="
                raise Failed(message) from None


def prepare_database(env: dict[str, str], log: Path) -> None:
    """Migrate the database and, the first time, create the sample data."""
    with log.open("ab") as output:
        command = [sys.executable, "-m", "demo.prepare"]
        done = subprocess.run(command, env=env, cwd=ROOT, stdout=output, stderr=output)
    if done.returncode:
        raise Failed(f"the database could not be prepared; see {log}")
