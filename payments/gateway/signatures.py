"""Verification of what Stripe signs: the events that it sends to the webhook."""

import logging
import time

import orjson
import stripe
from django.conf import settings

from payments import exceptions
from payments.gateway import parsing
from payments.gateway.snapshots import Event

logger = logging.getLogger(__name__)

THIN_EVENT = "v2.core.event"
MAX_SIGNATURE_AGE = 300
"""In seconds, both into the past and into the future."""


def construct_event(body: bytes, signature: str) -> Event | None:
    """Verify and parse the body of a webhook; return None for a thin event, which is signed but not meant for us.

    Raises `BadEvent` (400) unless it is a recent event of our mode, signed with one of our secrets.
    https://docs.stripe.com/webhooks#verify-manually
    """
    if not any(_is_signed(body, signature, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        raise exceptions.BadEvent
    try:
        data = orjson.loads(body)
        if data["livemode"] is not settings.STRIPE_LIVEMODE:
            raise exceptions.BadEvent
        if data["object"] == THIN_EVENT:
            name = parsing.parse_event_name(data)
            logger.warning("Thin events are ignored, send snapshot events instead: %s", name)
            return None
        if data["object"] != "event":
            raise exceptions.BadEvent
        return parsing.parse_event(data)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
        raise exceptions.BadEvent from None


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """Return whether the body was signed with the secret within `MAX_SIGNATURE_AGE` of now."""
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, MAX_SIGNATURE_AGE)
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        return False
    # The SDK accepts any time in the future. Like it, read the first `t` of the header.
    signed_at = int(next(p.split("=")[1] for p in header.split(",") if p.startswith("t=")))
    return signed_at <= time.time() + MAX_SIGNATURE_AGE
