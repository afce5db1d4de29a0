"""Typed readers of environment variables that fail loudly.

`lms/settings.py` reads every variable through these. What is wrong is collected, one sentence each, and raised at the end
by `refuse_if_wrong`, so that an operator sees all of it at once. `NAME_FILE` may name a file that holds the value (Docker's
and Kubernetes' secrets).

Every reader takes a default (None: the variable is required). A `pattern` is a regular expression that a whole value must
match; `hint` says what to do about a value that is missing or does not match.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

problems: list[str] = []
WEB = ("https", "http")


def text(name: str, default: str | None = "", *, pattern: str = "", hint: str = "") -> str:
    """Read a text."""
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
    if value is None:
        return default or ""
    _check(name, [value], pattern, hint)
    return value


def texts(
    name: str, default: str | None = "", *, pattern: str = "", hint: str = ""
) -> tuple[str, ...]:
    """Read texts separated by commas. A required variable needs at least one; `pattern` is for each."""
    whole = text(name, default, hint=hint)
    values = tuple(part.strip() for part in whole.split(",") if part.strip())
    if whole and not values and default is None:
        problems.append(f"{name} is not set: {hint}")
    _check(name, values, pattern, hint)
    return values


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes or no."""
    value = text(name, "yes" if default else "no").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value not in {"0", "false", "no", "off", ""}:
        problems.append(f"{name} must be true or false, not {value!r}.")
    return False


def integer(name: str, default: int, *, min_: int = 0, max_: int | None = None) -> int:
    """Read a whole number within bounds."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        problems.append(f"{name} must be a whole number, not {value!r}.")
        return default
    if number < min_:
        problems.append(f"{name} must be at least {min_}, not {number}.")
    if max_ is not None and number > max_:
        problems.append(f"{name} must be at most {max_}, not {number}.")
    return number


def url(
    name: str, default: str | None = "", *, schemes: tuple[str, ...] = WEB, hint: str = ""
) -> str:
    """Read an address that begins with one of the schemes."""
    value = text(name, default, hint=hint)
    starts = tuple(f"{scheme}://" for scheme in schemes)
    if value and value != default and not value.startswith(starts):
        problems.append(f"{name} must begin with {' or '.join(starts)}.")
    return value


def rate(name: str, default: str) -> str:
    """Read a rate: `5/min`."""
    pattern = r"[0-9]+/(s|sec|second|m|min|minute|h|hour|d|day)"
    return text(name, default, pattern=pattern, hint="write 5/s, 5/min, 5/h or 5/day.")


def choice(name: str, default: str, choices: Iterable[str]) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in choices:
        problems.append(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


def refuse_if_wrong(conflicts: Iterable[str] = ()) -> None:
    """Raise `ImproperlyConfigured` with every problem of the readers and every conflict, one sentence a line."""
    sentences = dict.fromkeys([*problems, *conflicts])
    problems.clear()
    if sentences:
        raise ImproperlyConfigured("\n".join(["Refusing to start:", *sentences]))


def _check(name: str, values: Iterable[str], pattern: str, hint: str) -> None:
    """Note a value that is not empty and does not match; the value may be a secret, so it is not shown."""
    if pattern and not all(re.fullmatch(pattern, value, re.ASCII) for value in values if value):
        problems.append(f"{name} is not valid: {hint}")
