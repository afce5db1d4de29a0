"""What becomes of a file between its owner, Cloudinary and us."""

from collections.abc import Callable

from media.models import Asset

_ready: list[Callable[[Asset], None]] = []


def when_ready(callback: Callable[[Asset], None]) -> None:
    """Have a function called with each asset that becomes ready; register it in `AppConfig.ready()`.

    It runs in the transaction that makes the asset ready, which may be tried again: database work only, and
    `on_commit` for the rest.
    """
    _ready.append(callback)
