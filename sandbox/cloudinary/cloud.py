"""The one product environment of the sandbox."""

from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Cloud:
    """Its name, keys, limits, and the folder with its files.

    ``auth_token_key`` (hex) stands for the paid token feature: without it, every token is refused.
    ``notification_url`` is the global one, for requests that name none. ``eager_seconds`` is how
    long asynchronous eager files take: less than the fault ``reverse`` waits (sandbox/faults.py), so
    that the notification "eager" can arrive before "upload".
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
