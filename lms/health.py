"""Health and metrics for operators: whether the process is alive, whether it can serve, what it measured."""

import logging
import os
from collections.abc import Callable

import pymongo
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

from lms.exception_handler import reads_only
from lms.metrics import STATE
from lms.mongodb import connection

logger = logging.getLogger("lms.health")

MAX_SECONDS = 1
"""How long MongoDB may take to answer before it counts as down. The timeout of the cache on Redis is the same."""


@reads_only
def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@reads_only
def ready(request: HttpRequest) -> JsonResponse:
    """Return 200 if every part responds, else 503 and which part does not, and nothing else."""
    parts = {"mongodb": _is_up(_ping_mongodb), "cache": _is_up(_ping_cache)}
    ok = all(parts.values())
    _log_change(parts)
    body = {
        "status": "ok" if ok else "unavailable",
        "parts": {name: "ok" if up else "down" for name, up in parts.items()},
    }
    response = JsonResponse(body, status=200 if ok else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs an error for each probe
    return response


@reads_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics as Prometheus' text, of all worker processes if PROMETHEUS_MULTIPROC_DIR is set."""
    return HttpResponse(_measurements(), content_type=CONTENT_TYPE_LATEST)


def _measurements() -> bytes:
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus_client
    return generate_latest(registry) + generate_latest(STATE)


_seen: dict[str, bool] = {}
"""What the last probe of this process found."""


def _log_change(parts: dict[str, bool]) -> None:
    """Log once that a part has failed, and once that it responds again: probes come every few seconds."""
    before = dict(_seen)
    _seen.update(parts)
    for name, up in parts.items():
        if before.get(name, True) != up:
            logger.warning("%s responds again" if up else "%s does not respond", name)


def _is_up(ping: Callable[[], bool]) -> bool:
    try:
        return ping()
    except (PyMongoError, DatabaseError, RedisError, OSError):
        return False


def _ping_mongodb() -> bool:
    with pymongo.timeout(MAX_SECONDS):
        return bool(connection.database.command("ping")["ok"])


def _ping_cache() -> bool:
    cache.set("health", "ok", timeout=10)
    return bool(cache.get("health") == "ok")
