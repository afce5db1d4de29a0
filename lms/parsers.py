from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from lms.exceptions import PayloadTooLarge


class JSONParser(parsers.JSONParser):
    """Strict JSON by orjson: lone surrogates, NaN and very deep nesting are a 400 and never reach MongoDB.

    A body over `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes is a 413.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise PayloadTooLarge(max_bytes=limit)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            raise ParseError(_("The body is not valid JSON. Send JSON in UTF-8.")) from None
