from datetime import UTC, datetime
from typing import Any

import orjson
from bson import ObjectId
from django.utils.functional import Promise
from rest_framework import renderers


class JSONRenderer(renderers.JSONRenderer):
    """JSON by orjson, ten times as fast: ids as 24 hex digits, times in UTC with milliseconds and `Z`."""

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> str:
    """Return the text of a type that orjson does not know or writes in another form."""
    if isinstance(value, ObjectId):
        return str(value)
    if isinstance(value, datetime):
        # MongoDB keeps milliseconds: a time must read the same before and after it is stored.
        moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return f"{moment.isoformat(timespec='milliseconds')}Z"
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
