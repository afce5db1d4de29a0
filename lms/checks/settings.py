"""What must agree among the settings; each conflict says what to do."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lms import currencies

STAND_INS = ("STRIPE_API_BASE", "CLOUDINARY_API_BASE")


def conflicts(settings: Mapping[str, Any]) -> Iterator[str]:
    """List what is unsafe or contradicts itself among values that are each valid, one sentence each."""
    if not settings["DEBUG"]:
        for name in STAND_INS:
            if settings[name]:
                yield f"{name} is set, but a stand-in may be used only with DEBUG on: remove it."
        if not settings["REDIS_URL"] and not settings["SINGLE_PROCESS"]:
            yield (
                "REDIS_URL is not set: limits would be counted by each process for itself, and be lost with it. Name a Redis, or set "
                "SINGLE_PROCESS=1 if one process is all that you run."
            )
    if not settings["CURRENCIES"]:
        yield "CURRENCIES is empty: name one currency or more."
    if unknown := ", ".join(sorted(set(settings["CURRENCIES"]) - currencies.KNOWN)):
        yield f"CURRENCIES names {unknown}, which Stripe does not take: remove it."
    yield from _stripe_mode(settings)
    yield from _unsafe_options(settings["DATABASES"]["default"]["HOST"] or "")


SAFE_OPTIONS = {
    "readpreference": ({"primary"}, "a read must see what was written before"),
    "readconcernlevel": ({"local", "majority"}, "transactions allow no other"),
    "w": ({"majority"}, "an election could undo what was confirmed, such as a payment"),
    "j": ({"true"}, "a crash could undo what was confirmed, such as a payment"),
    "journal": ({"true"}, "a crash could undo what was confirmed, such as a payment"),
    "retrywrites": ({"true"}, "an election would fail requests"),
}
"""The options of MONGODB_URI that decide what a confirmed write is worth: which values are safe, and why."""


def _unsafe_options(uri: str) -> Iterator[str]:
    """List the options of MongoDB's address with which confirmed writes could be lost or unseen.

    https://www.mongodb.com/docs/manual/reference/connection-string-options/
    """
    for name, value in parse_qsl(urlsplit(uri).query):
        safe, reason = SAFE_OPTIONS.get(name.lower(), ({value.lower()}, ""))
        if value.lower() not in safe:
            yield f"MONGODB_URI has {name}={value}, but {reason}: remove it."


def _stripe_mode(settings: Mapping[str, Any]) -> Iterator[str]:
    """List what would mix live money with tests."""
    key = settings["STRIPE_SECRET_KEY"]
    is_live = "_live_" in key
    if key and is_live != settings["STRIPE_LIVEMODE"]:
        yield "STRIPE_SECRET_KEY and STRIPE_LIVEMODE disagree: one is live and the other is a test."
    if settings["DEBUG"] and is_live:
        yield "STRIPE_SECRET_KEY is a live key, which must never be used with DEBUG: use a test key."
