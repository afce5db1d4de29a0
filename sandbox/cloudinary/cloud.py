"""The one product environment that the sandbox plays."""

from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Cloud:
    """Its name, its keys, its limits, and the folder that it keeps files in.

    ``auth_token_key`` (hex) stands for the paid token feature: without it, tokens open nothing.
    ``notification_url`` is the global one, used where a request names none. ``eager_seconds`` is
    how long files promised at an upload take: less than ``reverse`` waits (sandbox/faults.py), so
    that "eager" can be told before "upload".
    """

    name: str
    api_key: str
    api_secret: str
    files: Path
    notification_url: str | None = None
    auth_token_key: str | None = None
    min_part_bytes: int = 5 * MEGABYTE
    max_request_bytes: int = 100 * MEGABYTE
    eager_seconds: float = 0.2
