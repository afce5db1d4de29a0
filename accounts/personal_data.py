"""The register of what each app keeps of a person.

`accounts` is imported by the other apps and cannot import them, so each tells it in `AppConfig.ready()` how what it
keeps is shown to the person and how it is erased.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User


@dataclass(frozen=True)
class Keeper:
    """How one app shows and erases what it keeps of a person."""

    export: Callable[[User], Any]
    erase: Callable[[User], None]


_keepers: dict[str, Keeper] = {}


def register(name: str, *, export: Callable[[User], Any], erase: Callable[[User], None]) -> None:
    """Say how an app shows what it keeps of a person (JSON-able), and how it erases it.

    `erase` must be repeatable: after a failure all of it is done again. It keeps what the law or other people need
    (orders, the ledger, a course that others study), without anything that names the person.
    """
    _keepers[name] = Keeper(export, erase)


def export(user: User) -> dict[str, Any]:
    """Give everything that is kept about a person, by the name that each app registered."""
    return {name: keeper.export(user) for name, keeper in _keepers.items()}


def erase(user: User) -> None:
    """Have every app erase what it keeps of a person, the account itself last."""
    for keeper in reversed(_keepers.values()):
        keeper.erase(user)
