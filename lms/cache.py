"""The cache: Django's own, and a counter that ends by itself, in one round trip to Redis.

Throttles count every request, so every request waits for each round trip; and no request waits for an unavailable Redis.
"""

import logging
import time
from typing import Any, NamedTuple

import orjson
from django.core.cache.backends import locmem, redis
from django.utils.functional import cached_property
from redis.exceptions import ConnectionError, RedisError

logger = logging.getLogger("lms.cache")

PAUSE = 5
"""Seconds for which an unresponsive Redis is not tried again: each try may cost the whole timeout."""

COUNT = """
if ARGV[1] ~= "0" and redis.call("INCRBY", KEYS[1], ARGV[1]) == tonumber(ARGV[1]) then
    redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return {redis.call("GET", KEYS[1]), redis.call("PTTL", KEYS[1])}
"""


class Window(NamedTuple):
    """How many were counted in a window of time, and in how many seconds it ends."""

    number: int
    seconds: float


class JSONSerializer:
    """Values as JSON. Django would write pickles, which run code when they are read."""

    dumps = staticmethod(orjson.dumps)
    loads = staticmethod(orjson.loads)


class RedisCacheClient(redis.RedisCacheClient):
    """A client of Redis. Each thread has its own."""

    _paused_until = 0.0

    @cached_property
    def _client_of_thread(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._client_of_thread

    def run(self, script: str, key: str, *arguments: Any) -> Any:
        """Run a script of Redis on a key; raise `RedisError` if Redis is unavailable."""
        if time.monotonic() < self._paused_until:
            raise ConnectionError("Redis was unavailable a moment ago.")
        try:
            return self._client_of_thread.eval(script, 1, key, *arguments)
        except RedisError as error:
            self._paused_until = time.monotonic() + PAUSE
            logger.warning("Redis is unavailable; trying again in %s s: %s", PAUSE, error)
            raise


class RedisCache(redis.RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        options = {"serializer": JSONSerializer, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = RedisCacheClient

    def count(self, key: str, seconds: int, *, by: int = 1) -> Window:
        """Add to a counter whose window of so many seconds begins with the first; by 0, only read it.

        Raise `RedisError` if Redis is unavailable.
        """
        name = self.make_and_validate_key(key)
        number, milliseconds = self._cache.run(COUNT, name, by, seconds * 1000)  # type: ignore[attr-defined]  # ours
        return Window(int(number), milliseconds / 1000) if number else Window(0, seconds)


class LocalCache(locmem.LocMemCache):
    """The cache of a single process."""

    def count(self, key: str, seconds: int, *, by: int = 1) -> Window:
        """Count as `RedisCache` does."""
        try:
            number = self.incr(key, by)
        except ValueError:  # the first, unless another one was as quick
            if by and not self.add(key, by, seconds):
                return self.count(key, seconds, by=by)
            number = by
        ends = self._expire_info.get(self.make_key(key)) or time.time() + seconds  # type: ignore[attr-defined]  # not in the stubs
        return Window(number, ends - time.time())
