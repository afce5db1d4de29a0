from typing import Any

import orjson
from bson import ObjectId
from django.utils.functional import Promise
from rest_framework import renderers


class JSONRenderer(renderers.JSONRenderer):
    """orjson: quicker by an order of magnitude; ids as 24 hex digits, times in UTC with `Z`."""

    options = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=_plain, option=self.options)


def _plain(value: Any) -> str:
    """Write what orjson does not know: an id, or a text translated late."""
    if isinstance(value, ObjectId | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
