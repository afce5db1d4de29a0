"""The embedded MongoDB of a data folder, found or started, and kept while this process lives."""

import atexit
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from sandbox.mongo.folder import DATA_IN_USE, GRACE_SECONDS, lock, wait_for_lock

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120

_uses: dict[Path, int] = {}


def ensure(data: Path | None = None, *, port: int = 0, grace_seconds: float = GRACE_SECONDS) -> str:
    """Return the URI of the server on a data folder (default: $DATA, else `var/`), started if none runs.

    The server runs while any process that called this lives, and ends `grace_seconds` after the last. A running server
    keeps its port. Raises RuntimeError if none answers within two minutes.
    """
    folder = Path(data or os.environ.get("DATA") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    start = wait_for_lock(folder / "mongo.start", fcntl.LOCK_EX)
    try:
        if folder not in _uses:
            _uses[folder] = wait_for_lock(folder / "mongo.users", fcntl.LOCK_SH)
        return _find(folder) or _start(folder, port, grace_seconds)
    finally:
        os.close(start)


def release(data: Path, *, seconds: float = 5) -> None:
    """Stop using a folder's server; return when it has ended, or after `seconds` because others use it.

    A server that is still starting gets these seconds after its start.
    """
    folder = data.resolve()
    if (held := _uses.pop(folder, None)) is not None:
        os.close(held)
    deadline = time.monotonic() + seconds
    latest = deadline + START_SECONDS
    while time.monotonic() < deadline and not _is_free(folder):
        if not (folder / "mongo.json").exists():
            deadline = min(time.monotonic() + seconds, latest)
        time.sleep(0.05)


def temporary() -> str:
    """Start a private server in memory, which ends with this process in any case, and return its URI."""
    server = _spawn("--memory", "--with-parent", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line.startswith("ready "):
        raise RuntimeError(f"The embedded MongoDB did not start: {line!r}.")
    atexit.register(_end, server)
    return line.removeprefix("ready ").strip()


def _end(server: subprocess.Popen[str]) -> None:
    """Close the server's standard input, which ends it, and wait for its end."""
    with server:
        pass


def _start(folder: Path, port: int, grace_seconds: float) -> str:
    """Start a server, again if the one before had not ended yet, and return its URI once it answers."""
    deadline = time.monotonic() + START_SECONDS
    server = None
    while time.monotonic() < deadline:
        if uri := _find(folder):
            if server:
                server.returncode = 0  # Python would warn about a child that outlives this process
            return uri
        status = server.poll() if server else DATA_IN_USE
        if status == DATA_IN_USE and _is_free(folder):
            server = _spawn_detached(folder, port, grace_seconds)
        elif status not in (None, DATA_IN_USE):
            break
        time.sleep(0.02)
    raise RuntimeError(f"The embedded MongoDB did not start; see {folder / 'mongo.log'}.")


def _find(folder: Path) -> str | None:
    """Return the URI of the folder's server if it answers, None if there is none or it is still starting."""
    if _is_free(folder):
        return None
    try:
        uri = str(json.loads((folder / "mongo.json").read_text())["uri"])
    except FileNotFoundError:
        return None
    try:
        client: pymongo.MongoClient[dict[str, Any]]
        with pymongo.MongoClient(uri, serverSelectionTimeoutMS=2000) as client:
            client.admin.command("ping")
    except PyMongoError:
        return None
    return uri


def _is_free(folder: Path) -> bool:
    held = lock(folder / "mongo.lock", fcntl.LOCK_SH | fcntl.LOCK_NB)
    if held is not None:
        os.close(held)
    return held is not None


def _spawn_detached(folder: Path, port: int, grace_seconds: float) -> subprocess.Popen[str]:
    arguments = ["--data", str(folder), "--port", str(port), "--while-used"]
    arguments += ["--grace-seconds", str(grace_seconds)]
    with (folder / "mongo.log").open("a") as log:
        return _spawn(*arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _spawn(*arguments: str, **streams: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox.mongo", *arguments]
    # In its own session, so that Ctrl-C in a terminal ends its users first.
    server: subprocess.Popen[str] = subprocess.Popen(
        command, cwd=ROOT, text=True, start_new_session=True, **streams
    )
    return server
