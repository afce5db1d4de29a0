"""Bodies that carry files: counted as they come, and kept on disk.

Django has no limit for the whole of an upload. This handler is `FILE_UPLOAD_HANDLERS`: what a view takes beyond an image, it
says by `TakesFiles`.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.request import Request

FORM_BYTES = 64 * 1024
"""What a form may have around its files."""


class CountedFileHandler(TemporaryFileUploadHandler):
    """Write files to disk, of at most `limit` bytes together (default: an image's).

    Raises `RequestDataTooBig` (413) by the Content-Length at once, else as they come.
    """

    def __init__(self, request: HttpRequest, limit: int | None = None) -> None:
        super().__init__(request)
        self.left = self.limit = settings.MAX_IMAGE_BYTES if limit is None else limit

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > self.limit + FORM_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            self.upload_interrupted()
            raise RequestDataTooBig
        super().receive_data_chunk(raw_data, start)


class TakesFiles:
    """A view that takes files of at most `max_bytes()` together; more is 413."""

    def max_bytes(self) -> int:
        raise NotImplementedError

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Before anything can have read the body.
        request.upload_handlers = [CountedFileHandler(request, self.max_bytes())]
        return super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
