"""Whether a process of this machine still works: it touches a file, and a health check looks at its age."""

import tempfile
import time
from pathlib import Path

MAX_AGE_SECONDS = 60
"""The age of a beat after which its process counts as dead."""


def beat(name: str) -> None:
    """Note that the process of a name works."""
    _file(name).touch()


def is_alive(name: str) -> bool:
    """Return whether the process of a name has worked within the last minute."""
    try:
        return time.time() - _file(name).stat().st_mtime < MAX_AGE_SECONDS
    except FileNotFoundError:
        return False


def _file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"lms-{name}.alive"
