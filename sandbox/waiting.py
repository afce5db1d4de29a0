"""Wait for something that happens in the background."""

import time
from collections.abc import Callable

LOOK_SECONDS = 0.02


def happens(condition: Callable[[], object], *, within_seconds: float) -> bool:
    """Return whether a condition becomes true in time."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def wait_until(condition: Callable[[], object], *, max_seconds: float = 60) -> None:
    """Return as soon as a condition is true; raise TimeoutError if it does not become true."""
    if not happens(condition, within_seconds=max_seconds):
        raise TimeoutError(f"it did not happen within {max_seconds} seconds")
