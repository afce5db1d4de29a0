"""Bodies that carry files: counted as they come, and kept on disk.

Django has no limit for the whole of an upload.
"""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.request import Request

from lms.exceptions import PayloadTooLarge

FORM_BYTES = 64 * 1024
"""What a form may have around its files."""


class CountedFileHandler(TemporaryFileUploadHandler):
    """Write files to disk, of at most `limit` bytes together: 413 by the Content-Length at once, else as they come."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.left = self.limit = limit

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: Any = None
    ) -> None:
        if content_length > self.limit + FORM_BYTES:
            raise self.too_large()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            self.upload_interrupted()
            raise self.too_large()
        super().receive_data_chunk(raw_data, start)

    def too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"{self.limit:,} bytes are allowed at most.")


class TakesFiles:
    """A view that takes files of at most `max_bytes()` together; more is 413."""

    def max_bytes(self) -> int:
        raise NotImplementedError

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Before anything can have read the body.
        request.upload_handlers = [CountedFileHandler(request, self.max_bytes())]
        return super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
