"""Limits on how often a request may be made, counted in the shared cache.

One counter a key, in a window that begins with the first request counted: one trip to Redis a request, where DRF's own
keeps a list of every request's time. Rates are `settings.THROTTLE_RATES`, `number/(sec|min|h|day)`.

While the cache is away, the limits that only spare the machine are not kept, so that who has paid can go on learning;
those that keep somebody from guessing, or from writing to strangers, refuse with 503.
"""

from contextlib import suppress
from functools import cache as remember
from hashlib import sha256
from ipaddress import ip_address, ip_network
from time import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from lms.exceptions import ServiceUnavailable

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SPARE_THE_MACHINE = {"user", "anon", "checkout", "uploads"}
"""The scopes that let everybody through while the cache is away."""


def _count(counter: str, period: int) -> int:
    """Count one more within the window, and return how many there are."""
    try:
        return cache.incr(counter)
    except ValueError:  # the first, unless another request is as quick
        if not cache.add(counter, 1, timeout=period):
            return _count(counter, period)
        cache.set(f"{counter}:ends", time() + period, timeout=period)
        return 1


def _subscriber(ident: str) -> str:
    """Count an IPv6 network as one: whoever has an address has all 2^64 of it (RFC 6177)."""
    try:
        address = ip_address(ident)
    except ValueError:
        return ident
    if address.version == 4:
        return ident
    return str(address.ipv4_mapped or ip_network((address.packed, 64), strict=False))


@remember
def parse_rate(rate: str) -> tuple[int, int]:
    """Read `5/min` as (5, 60): how many, in how many seconds."""
    number, _, period = rate.partition("/")
    return int(number), SECONDS[period.strip()[0]]


class Throttle(BaseThrottle):
    """Allow `scope`'s rate for each `key`; a None key is not counted."""

    scope: str

    def key(self, request: Any, view: Any) -> str | None:
        raise NotImplementedError

    def allow_request(self, request: HttpRequest | Request, view: Any) -> bool:
        who = self.key(request, view)
        if who is None:
            return True
        limit, period = parse_rate(settings.THROTTLE_RATES[self.scope])
        counter = self._counter(who)
        try:
            if self.number(counter, period) <= limit:
                return True
            self.retry_after = cache.get(f"{counter}:ends", time() + period) - time()
            return False
        except RedisError:
            if self.scope in SPARE_THE_MACHINE:
                return True
            raise ServiceUnavailable from None

    def number(self, counter: str, period: int) -> int:
        """Count this request, and say how many there are with it."""
        return _count(counter, period)

    def forgive(self, request: HttpRequest | Request, view: Any) -> None:
        """Count from nothing again."""
        who = self.key(request, view)
        if who is not None:
            with suppress(RedisError):
                cache.delete(self._counter(who))

    def _counter(self, who: str) -> str:
        return f"throttle:{self.scope}:{sha256(who.encode()).hexdigest()[:32]}"

    def wait(self) -> float:
        return max(1.0, self.retry_after)


class UserThrottle(Throttle):
    scope = "user"

    def key(self, request: Request, view: Any) -> str | None:
        return str(request.user.pk) if request.user and request.user.is_authenticated else None


class AddressThrottle(Throttle):
    """Count by the address that the request comes from; subclasses name the scope."""

    def key(self, request: Request, view: Any) -> str | None:
        ident = self.get_ident(request)
        return ident and _subscriber(ident)


class AnonThrottle(AddressThrottle):
    scope = "anon"

    def key(self, request: Request, view: Any) -> str | None:
        anonymous = not (request.user and request.user.is_authenticated)
        return super().key(request, view) if anonymous else None
