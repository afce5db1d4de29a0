"""Child processes that end with us."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Ask Linux to end this child should the parent be killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Failed(Exception):
    """A part did not come up; the message says which and where its log is."""


class Part:
    """One process of the system, with its log."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        with log.open("ab") as output:
            # A session of its own: Ctrl-C reaches us alone, and we stop the parts in order.
            self.process = subprocess.Popen(
                command,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait_until(self, url: str, seconds: float) -> None:
        """Return when `url` answers 200; raise `Failed` when the process ends or time is up."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self.ended:
            try:
                if httpx.get(url, timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise Failed(f"{self.name} did not come up; see {self.log}")

    def stop(self) -> None:
        """End it, in 10 s at the latest."""
        if self.ended:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
