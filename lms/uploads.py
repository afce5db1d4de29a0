"""Uploaded files: counted as they arrive, and kept on disk.

Django does not limit the total size of an upload. `CountedFileHandler` does, as the only one of `FILE_UPLOAD_HANDLERS`; a
view that accepts more than an image is a `TakesFiles`.
"""

from io import RawIOBase
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.request import Request

MAX_FORM_BYTES = 64 * 1024
"""How many bytes a form may have besides its files."""


def max_multipart_bytes() -> int:
    """Return how many bytes the largest form with files may have: each view has a limit of its own below this one."""
    return MAX_FORM_BYTES + max(
        settings.MAX_IMAGE_BYTES,
        settings.MAX_VIDEO_BYTES,
        settings.MAX_FILE_BYTES,
        settings.MAX_CAPTIONS_BYTES,
    )


class UploadTooBig(RequestDataTooBig):
    """More bytes arrived than `max_bytes`: a 413."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes


class CountedStream(RawIOBase):
    """A body of unknown length, which raises `UploadTooBig` (413) when more than `limit` bytes have arrived."""

    def __init__(self, source: Any, limit: int) -> None:
        self.source, self.limit, self.left = source, limit, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self.source.read(min(len(buffer), self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise UploadTooBig(self.limit)
        buffer[: len(data)] = data
        return len(data)


class CountedFileHandler(TemporaryFileUploadHandler):
    """Handler that writes files to disk, up to `max_bytes` in total (default: `settings.MAX_IMAGE_BYTES`).

    Raises `UploadTooBig` (413): at once if the Content-Length is too large, else when too many bytes have arrived.
    """

    def __init__(self, request: HttpRequest, max_bytes: int | None = None) -> None:
        super().__init__(request)
        self.max_bytes = settings.MAX_IMAGE_BYTES if max_bytes is None else max_bytes
        self.received = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        if content_length > self.max_bytes + MAX_FORM_BYTES:
            raise UploadTooBig(self.max_bytes)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > self.max_bytes:
            self.upload_interrupted()
            raise UploadTooBig(self.max_bytes)
        super().receive_data_chunk(raw_data, start)


class TakesFiles:
    """Mixin for a view that accepts files of at most `max_bytes()` in total; more is 413."""

    def max_bytes(self) -> int:
        """Return the limit of this view, in bytes."""
        raise NotImplementedError

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Django allows this only before the body is read.
        request.upload_handlers = [CountedFileHandler(request, self.max_bytes())]
        initialized: Request = super().initialize_request(request, *args, **kwargs)  # type: ignore[misc]  # a mixin: the view is the next base
        return initialized
