"""The errors of files, as clients receive them."""

from rest_framework import status
from rest_framework.exceptions import APIException

from lms.exceptions import Conflict, ServiceUnavailable


class MediaRejected(APIException):
    """The file is not what it must be, by our own inspection or by Cloudinary's."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This kind of file is not supported, or the file is damaged."
    default_code = "unsupported_media"


class InvalidCaptions(MediaRejected):
    """A mistake in captions; its sentence begins with the number of the line."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"Line {line}: {sentence}")


class MediaUnavailable(ServiceUnavailable):
    """Cloudinary does not respond, or not as documented. The same call may work later."""

    default_detail = "The media provider is unavailable. Try again in a moment."
    default_code = "media_provider_unavailable"


class MediaNotFound(Exception):
    """Cloudinary has no such file."""


class AssetInUse(Conflict):
    default_detail = "A lecture uses this file. Remove it from the lecture first."
    default_code = "in_use"


class NotUploaded(Conflict):
    default_detail = (
        "The file has not reached the media provider. Finish the upload, then try again."
    )
    default_code = "not_uploaded"


class NotReady(Conflict):
    default_detail = "The file is not ready to be played. Try again in a few minutes."
    default_code = "not_ready"


class InvalidUploadResponse(APIException):
    """The client sent a response that Cloudinary did not give to this upload."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This is not the media provider's response to this upload. Send it unchanged."
    default_code = "invalid_signature"


class UnsignedNotification(APIException):
    """The signature of a notification is missing, wrong or too old."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "The notification is not signed by the media provider."
    default_code = "invalid_signature"


class TooManyStreams(APIException):
    """The account plays on as many devices as it may. `wait` (seconds) becomes `Retry-After`."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = (
        "This account is playing on as many devices as are allowed. Stop one, or try again later."
    )
    default_code = "too_many_streams"

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, round(wait))
