"""Run the system: `python -m demo --port 8000 --data var`."""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from demo.processes import Failed, Part
from sandbox.mongo import lease
from sandbox.mongo.folder import lock

ROOT = Path(__file__).resolve().parents[1]
LOGINS = ["staff@demo.test", "instructor@demo.test", "student@demo.test"]
PASSWORD = "demo-Passw0rd!"

# All but the two that count by e-mail address: they protect a person, not the machine.
RAISED = [
    "signin",
    "signin_failed",
    "signup",
    "forgot",
    "resend",
    "password",
    "checkout",
    "uploads",
    "user",
    "anon",
]


class Stopped(BaseException):
    """Somebody asked us to end."""


def stop(*_: object) -> None:
    # Once is enough: a second Ctrl-C must not interrupt the orderly end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Stopped


def environment(port: int, data: Path) -> dict[str, str]:
    """Name every part to every other; whatever the caller's environment sets stays."""
    sandbox = f"http://127.0.0.1:{port + 1}"
    ours = {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "FRONTEND_URL": f"http://127.0.0.1:{port}",
        # Where Vite serves the single-page app that somebody is writing.
        "TRUSTED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:5173",
        "STRIPE_API_BASE": sandbox,
        "CLOUDINARY_API_BASE": sandbox,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port + 3),
        "PYTHONUNBUFFERED": "1",
        "DATA": str(data),
    }
    ours |= {f"THROTTLE_{scope.upper()}": "1000000/min" for scope in RAISED}
    return ours | dict(os.environ) | {"DEBUG": "1", "DATA": str(data)}


def refuse_taken(ports: list[int]) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):  # taken, or no port at all
                raise Failed(f"port {port} cannot be had: choose another with PORT=") from None


def prepare(env: dict[str, str], log: Path) -> None:
    """Migrate and, the first time, fill in the sample data."""
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "-m", "demo.seed"],
            env=env,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    if done.returncode:
        raise Failed(f"the database could not be prepared; see {log}")


def start(port: int, data: Path, parts: list[Part]) -> None:
    """Start every part in order, appending to `parts` as they come."""
    env = environment(port, data)
    # Held until this process ends.
    if lock(data / "demo.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None:
        raise Failed(f"another demo runs on {data}: choose another folder with DATA=")
    refuse_taken([port, port + 1, port + 3])
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    (data / "sandbox").mkdir(exist_ok=True)
    sandbox = [
        sys.executable,
        "-m",
        "sandbox.server",
        "--port",
        str(port + 1),
        "--smtp-port",
        str(port + 3),
    ]
    sandbox += ["--data", str(data / "sandbox"), "--api-url", f"http://127.0.0.1:{port}"]
    parts.append(Part("the sandbox", sandbox, env, logs / "sandbox.log"))
    if not env.get("MONGODB_URI"):  # starts beside the sandbox
        env["MONGODB_URI"] = lease.ensure(data, port=port + 2)
    parts[-1].wait_until(f"http://127.0.0.1:{port + 1}/_control/events", 30)
    prepare(env, logs / "prepare.log")
    api = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    api += ["--blocking-threads", "16", "--no-ws", "lms.wsgi:application"]
    parts.append(Part("the API", api, env, logs / "api.log"))
    parts[-1].wait_until(f"http://127.0.0.1:{port}/health/ready", 60)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=Path("var"))
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    parts: list[Part] = []
    try:
        start(options.port, options.data.resolve(), parts)
        for email in LOGINS:
            print(f"{email}  {PASSWORD}")
        print(f"ready http://127.0.0.1:{options.port}", flush=True)
        while not any(part.ended for part in parts):
            time.sleep(0.5)
        raise Failed(
            " and ".join(f"{part.name} ended; see {part.log}" for part in parts if part.ended)
        )
    except Failed as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 1
    except Stopped:
        return 0
    finally:
        for part in reversed(parts):
            part.stop()
        lease.release(options.data)


if __name__ == "__main__":
    sys.exit(main())
