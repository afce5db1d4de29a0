"""Bodies that carry files: counted as they come, and kept on disk.

Django has no limit for the whole of an upload.
"""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.request import Request

from lms.exceptions import PayloadTooLarge

FORM_BYTES = 64 * 1024
"""What a form may have around its file."""


class Counter(FileUploadHandler):
    """Refuse files of more than `limit` bytes with 413: by the Content-Length at once, else as they come."""

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.left = self.limit = limit

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: Any = None
    ) -> None:
        if content_length > self.limit + FORM_BYTES:
            raise self.too_large()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            raise self.too_large()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""

    def too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"The file may have {self.limit:,} bytes at most.")


class TakesFiles:
    """A view that takes files of at most `max_bytes()` together; more is 413."""

    def max_bytes(self) -> int:
        raise NotImplementedError

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Before anything can have read the body.
        request.upload_handlers = [
            Counter(request, self.max_bytes()),
            TemporaryFileUploadHandler(request),
        ]
        return super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]
