"""Typed readers of environment variables that fail loudly.

`lms/settings.py` reads every variable through these. What is wrong is collected, one sentence each, and
raised at the end by `refuse_if_wrong`, so that an operator sees all of it at once. `NAME_FILE` may name a
file that holds the value (Docker's and Kubernetes' secrets).
"""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

problems: list[str] = []
WEB = ("https", "http")


def text(name: str, default: str | None = "", *, hint: str = "") -> str:
    """Read a text. `default=None` makes it required: a missing one is a problem, told with `hint`."""
    value = os.environ.get(name)
    if not value and (path := os.environ.get(f"{name}_FILE")):
        try:
            value = Path(path).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{name}_FILE cannot be read: {error}.")
            return ""
    if not value and default is None:
        problems.append(f"{name} is not set: {hint}")
        return ""
    return value if value is not None else default or ""


def texts(name: str, default: str | None = "", *, hint: str = "") -> list[str]:
    """Read texts parted by commas; required ones must have at least one among the commas."""
    whole = text(name, default, hint=hint)
    found = [part.strip() for part in whole.split(",") if part.strip()]
    if whole and not found and default is None:
        problems.append(f"{name} is not set: {hint}")
    return found


def flag(name: str, default: bool = False) -> bool:
    """Read a yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value not in {"0", "false", "no", "off", ""}:
        problems.append(f"{name} must be true or false, not {value!r}.")
    return False


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Read a whole number within bounds."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        problems.append(f"{name} must be a whole number, not {value!r}.")
        return default
    if number < least:
        problems.append(f"{name} must be at least {least}, not {number}.")
    if most is not None and number > most:
        problems.append(f"{name} must be at most {most}, not {number}.")
    return number


def url(
    name: str, default: str | None = "", *, schemes: tuple[str, ...] = WEB, hint: str = ""
) -> str:
    """Read an address of one of the schemes; what is missing is as with a text."""
    value = text(name, default, hint=hint)
    if (
        value
        and value != default
        and not value.startswith(tuple(f"{scheme}://" for scheme in schemes))
    ):
        problems.append(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}.")
    return value


def rate(name: str, default: str) -> str:
    """Read how many in which time: `5/min`."""
    value = text(name, default)
    if not re.fullmatch(r"[0-9]+/(s|sec|second|m|min|minute|h|hour|d|day)", value):
        problems.append(f"{name} must look like 5/s, 5/min, 5/h or 5/day, not {value!r}.")
    return value


def choice(name: str, default: str, choices: set[str]) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in choices:
        problems.append(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


def refuse_if_wrong() -> None:
    """Raise `ImproperlyConfigured` with all that was found wrong, a sentence a line."""
    if problems:
        found = "\n".join(dict.fromkeys(problems))
        problems.clear()
        raise ImproperlyConfigured(f"Refusing to start:\n{found}")
