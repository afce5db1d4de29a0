"""Typed readers of environment variables that fail loudly.

`lms/settings.py` reads every variable through these. What is wrong is collected, one sentence each, and
raised at the end by `refuse_if_wrong`, so that an operator sees all of it at once. `NAME_FILE` may name a
file that holds the value (Docker's and Kubernetes' secrets).
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

problems: list[str] = []


def text(name: str, default: str | None = "", *, hint: str = "") -> str:
    """Read a text. `default=None` makes it required: a missing one is a problem, told with `hint`."""
    value = os.environ.get(name)
    if value is None and (path := os.environ.get(f"{name}_FILE")):
        try:
            value = Path(path).read_text().strip()
        except OSError as error:
            problems.append(f"{name}_FILE cannot be read: {error.strerror}.")
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


def integer(name: str, default: int, *, least: int = 0) -> int:
    """Read a whole number."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        problems.append(f"{name} must be a whole number, not {value!r}.")
        return default
    if number < least:
        problems.append(f"{name} must be at least {least}, not {number}.")
    return number


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
