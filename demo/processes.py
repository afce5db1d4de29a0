"""Child processes of the demo, and the commands that start them."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
# Ask Linux to end the process if its parent is killed, then become the command. Not by `preexec_fn`: that runs Python
# between fork and exec, where a lock that another thread held stays locked for good.
END_WITH_PARENT = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
os.execvp(sys.argv[1], sys.argv[1:])
"""
STOP_SECONDS = 10


class Failed(Exception):
    """A part of the system did not start; the message names the part, its log file, and how that ends."""


class Part:
    """One process of the system with its children, and its log file. It can be killed and started again.

    Start it in a thread that lives on: Linux ends the process with the thread that started it.
    """

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.command, self.env, self.log = name, command, dict(env), log
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C reaches the parent alone, which stops the parts in order.
            self.process = subprocess.Popen(
                [sys.executable, "-c", END_WITH_PARENT, *self.command],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and its children."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """Kill the process and its children at once, as a loss of power does."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def wait_until_ready(self, url: str, *, seconds: float = 120) -> None:
        """Return when `url` answers 200; raise `Failed` if the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.has_ended:
            if answers(url):
                return
            time.sleep(0.02)
        said = self.log.read_text(errors="replace")[-300:].strip()
        raise Failed(f"{self.name} did not start; see {self.log}, which ends with: {said}")

    def stop(self) -> None:
        """End the process; kill it if it has not ended after 10 seconds."""
        if self.has_ended:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(url: str) -> bool:
    """Return whether a GET of an http URL is answered with 200 within five seconds."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    with closing(connection):
        try:
            connection.request("GET", parts.path)
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False


def api_command(port: int, *, threads: int = 64) -> list[str]:
    """Return the command that serves the API on loopback, as in production."""
    command = [sys.executable, "-m", "lms.server", "--host", "127.0.0.1", "--port", str(port)]
    return [*command, "--threads", str(threads)]


def free_port() -> int:
    """Return a port of loopback that nobody listens on.

    It is none of those that systems take for outgoing connections (on Linux from 32768 on): between this and the start of a
    server, one of those may be taken. https://docs.kernel.org/networking/ip-sysctl.html
    """
    while True:
        port = 20000 + secrets.randbelow(12768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
