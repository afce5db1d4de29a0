"""Limits on how often requests may be made, counted in the shared cache.

Each key has one counter, in a window that begins with the first request: one round trip to Redis per request, where DRF
keeps a list of times per key. Rates are in `settings.THROTTLE_RATES`, as `number/(s|min|h|day)`. Answers name the
limit that is nearest to its end.

While the cache is unavailable, limits that only protect the machine let requests through, so that customers can go on
learning; limits against guessing and against unwanted mail answer 503.

A request that one limit has refused is not counted by the next ones: their keys may be invented by the client (an e-mail
address), and each takes memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache as remember
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from prometheus_client import Counter
from redis.exceptions import RedisError
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from lms.cache import Window
from lms.exceptions import ServiceUnavailable

REFUSED = Counter("throttled_total", "Requests that a limit refused", ["scope"])
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
OPEN_WITHOUT_CACHE = {
    "user",
    "anon",
    "checkout",
    "coupon",
    "sync",
    "uploads",
    "attempts",
    "responses",
}
"""The scopes that let requests through while the cache is unavailable."""


@lru_cache(1024)
def _subscriber(ident: str) -> str:
    """Return the key of an address. An IPv6 subscriber owns all 2^64 addresses of a network (RFC 6177): one key."""
    try:
        address = ip_address(ident)
    except ValueError:
        return ident
    if address.version == 4:
        return ident
    return str(address.ipv4_mapped or ip_network((address.packed, 64), strict=False))


def client_address(request: HttpRequest | Request) -> str | None:
    """Return the IP address that limits count a request under; None if there is none, as with a Unix socket."""
    return _address(_ident(request) or "")


def _ident(request: HttpRequest | Request) -> str | None:
    """Return the address that a request comes from, as DRF decides it: behind `NUM_PROXIES` proxies."""
    if "HTTP_X_FORWARDED_FOR" not in request.META:
        return request.META.get("REMOTE_ADDR")
    return BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # DRF's are typed for its own


@lru_cache(1024)
def _address(ident: str) -> str | None:
    try:
        return str(ip_address(ident))
    except ValueError:
        return None


@remember
def parse_rate(rate: str) -> tuple[int, int]:
    """Return `5/min` as (5, 60): how many requests in how many seconds."""
    number, _, period = rate.partition("/")
    return int(number), SECONDS[period.strip()[0]]


@lru_cache(4096)
def _counter(scope: str, who: str) -> str:
    """Return the name of a counter in the cache, which does not show an e-mail address."""
    return f"throttle:{scope}:{sha256(who.encode()).hexdigest()[:32]}"


class Usage(NamedTuple):
    """How much of a limit is left after a request: `remaining` is below 0 if the limit refused it."""

    scope: str
    limit: int
    period: int
    remaining: int
    seconds: float

    @classmethod
    def nearest_to_its_end(cls, request: HttpRequest) -> "Usage | None":
        """Return that of the fewest remaining requests, and of these the one with the longest time to wait."""
        usages: list[Usage] = getattr(request, "usages", [])
        return min(usages, key=lambda usage: (usage.remaining, -usage.seconds), default=None)

    def headers(self) -> dict[str, str]:
        """Return `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-11.

        https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
        """
        remaining, seconds = max(0, self.remaining), max(1, ceil(self.seconds))
        return {
            "RateLimit": f'"{self.scope}";r={remaining};t={seconds}',
            "RateLimit-Policy": f'"{self.scope}";q={self.limit};w={self.period}',
        }


class Throttle(BaseThrottle):
    """A limit: the rate of `scope` per `key`. Requests whose key is None are not counted."""

    scope: str
    retry_after: float
    is_of_body = False
    """Whether the limit is on what a body holds, which a request that only reads has none of."""

    def key(self, request: Any, view: Any) -> str | None:
        raise NotImplementedError

    def allow_request(self, request: HttpRequest | Request, view: Any) -> bool:
        if self.is_of_body and request.method in SAFE_METHODS:
            return True
        if vars(request).get("is_throttled"):  # DRF asks every limit, also after a refusal
            return True
        request.is_throttled = not self._is_within_limit(request, view)  # type: ignore[union-attr]  # ours
        return not request.is_throttled  # type: ignore[union-attr]

    def _is_within_limit(self, request: HttpRequest | Request, view: Any) -> bool:
        who = self.key(request, view)
        if who is None:
            return True
        limit, period = parse_rate(settings.THROTTLE_RATES[self.scope])
        try:
            number, self.retry_after = self.count(_counter(self.scope, who), period)
        except RedisError:
            if self.scope in OPEN_WITHOUT_CACHE:
                return True
            raise ServiceUnavailable from None
        usage = Usage(self.scope, limit, period, limit - number, self.retry_after)
        vars(getattr(request, "_request", request)).setdefault("usages", []).append(usage)
        if number > limit:
            REFUSED.labels(self.scope).inc()
        return number <= limit

    def count(self, counter: str, period: int) -> Window:
        """Count this request, and return the new count."""
        window: Window = cache.count(counter, period)  # type: ignore[attr-defined]  # both of ours have it
        return window

    def forgive(self, request: HttpRequest | Request, view: Any) -> None:
        """Start to count from zero again."""
        who = self.key(request, view)
        if who is not None:
            with suppress(RedisError):
                cache.delete(_counter(self.scope, who))

    def wait(self) -> float:
        return max(1.0, self.retry_after)


class FailureCounter(Throttle):
    """A longer limit that counts only failures, each where it happens.

    As one of a view's throttles it would also count attempts that another limit refused: then anybody could keep the
    longer limit reached. `FailureLimit` checks the count there instead.
    """

    failure: type[APIException]

    @contextmanager
    def watch(self, request: HttpRequest | Request) -> Iterator[None]:
        """Count one more if the block raises `failure`; start again from zero if it succeeds."""
        try:
            yield
        except self.failure:
            self.allow_request(request, None)
            raise
        self.forgive(request, None)


class FailureLimit(Throttle):
    """A throttle that checks the count of a `FailureCounter` and does not change it."""

    def count(self, counter: str, period: int) -> Window:
        number, seconds = cache.count(counter, period, by=0)  # type: ignore[attr-defined]  # as above
        return Window(number + 1, seconds)


class UserThrottle(Throttle):
    scope = "user"

    def key(self, request: Request, view: Any) -> str | None:
        return str(request.user.pk) if request.user and request.user.is_authenticated else None


class PictureThrottle(UserThrottle):
    """A limit on the requests that may carry a picture, which takes seconds to decode."""

    scope = "uploads"
    is_of_body = True

    def key(self, request: Request, view: Any) -> str | None:
        is_form = (request.content_type or "").startswith("multipart/")
        return super().key(request, view) if is_form else None


class AddressThrottle(Throttle):
    """A limit per address that requests come from; subclasses name the scope."""

    def key(self, request: Request, view: Any) -> str | None:
        ident = _ident(request)
        return ident and _subscriber(ident)


class AnonThrottle(AddressThrottle):
    scope = "anon"

    def key(self, request: Request, view: Any) -> str | None:
        anonymous = not (request.user and request.user.is_authenticated)
        return super().key(request, view) if anonymous else None
