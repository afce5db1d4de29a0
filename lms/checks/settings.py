"""What must agree among the settings; each conflict says what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

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
                "REDIS_URL is not set: limits and tasks would live in one process and be lost with it. Name a Redis, or set "
                "SINGLE_PROCESS=1 if one process is all that you run."
            )
    if not settings["CURRENCIES"]:
        yield "CURRENCIES is empty: name one currency or more."
    if unknown := ", ".join(sorted(set(settings["CURRENCIES"]) - currencies.KNOWN)):
        yield f"CURRENCIES names {unknown}, which Stripe does not take: remove it."
    yield from _stripe_mode(settings)


def _stripe_mode(settings: Mapping[str, Any]) -> Iterator[str]:
    """List what would mix live money with tests."""
    key = settings["STRIPE_SECRET_KEY"]
    is_live = "_live_" in key
    if key and is_live != settings["STRIPE_LIVEMODE"]:
        yield "STRIPE_SECRET_KEY and STRIPE_LIVEMODE disagree: one is live and the other is a test."
    if settings["DEBUG"] and is_live:
        yield "STRIPE_SECRET_KEY is a live key, which must never be used with DEBUG: use a test key."
