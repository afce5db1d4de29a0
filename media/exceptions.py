"""What can go wrong with files, as the client is told it."""

from rest_framework import status
from rest_framework.exceptions import APIException

from lms.exceptions import Conflict, ServiceUnavailable


class MediaRejected(APIException):
    """The file is not what it must be, by our own look at it or by Cloudinary's verdict."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This kind of file is not supported, or the file is damaged."
    default_code = "unsupported_media"


class MediaUnavailable(ServiceUnavailable):
    """Cloudinary does not answer, or not with sense; the same call may work later."""

    default_detail = "The media provider is not available. Try again in a moment."
    default_code = "media_provider_unavailable"


class MediaNotFound(Exception):
    """Cloudinary has no such file."""


class AssetInUse(Conflict):
    default_detail = "A lecture uses this file."
    default_code = "in_use"


class NotUploaded(Conflict):
    default_detail = "The file has not reached the media provider yet."
    default_code = "not_uploaded"


class NotReady(Conflict):
    default_detail = "The file is not ready to be watched yet."
    default_code = "not_ready"


class InvalidAnswer(APIException):
    """The answer that the client brings is not one that Cloudinary gave for this upload."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "This is not the media provider's answer to this upload."
    default_code = "invalid_signature"


class UnsignedNotification(APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "The notification is not signed by the media provider."
    default_code = "invalid_signature"


class TooManyStreams(APIException):
    """As many devices as are allowed play already; `wait` (seconds) becomes `Retry-After`."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = "This account plays on as many devices as are allowed at once."
    default_code = "too_many_streams"

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = max(1, round(wait))
