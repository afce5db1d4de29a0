"""The errors of files, as clients receive them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rest_framework import status
from rest_framework.exceptions import PermissionDenied

from lms.exceptions import Conflict, DomainError
from lms.locales import Sentence


class MediaRejected(DomainError):
    """The file is not what it must be, by our own inspection or by Cloudinary's."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _("This kind of file is not supported, or the file is damaged.")
    default_code = "unsupported_media"


class WrongFormat(MediaRejected):
    """The name of the file ends in none of the formats of its kind."""

    default_detail = _("The file's name must end in one of: {formats}.")
    example: ClassVar[Mapping[str, Any]] = {"formats": ["mp4", "webm"]}


class InvalidCaptions(MediaRejected):
    """The captions have a mistake; the sentence begins with the number of the line."""

    example: ClassVar[Mapping[str, Any]] = {
        "line": 3,
        "sentence": "Line {line}: this cue must end after it starts.",
    }

    def __init__(self, line: int, sentence: Sentence) -> None:
        super().__init__(sentence, line=line)


class MediaTooLarge(MediaRejected):
    """The file that Cloudinary received has more bytes than its kind may have."""

    default_detail = _("The file may have at most {max_bytes}. Send a smaller one.")
    default_code = "too_large"
    advice = "It is the `failure_reason` of an asset. Show `failure_detail`."
    example: ClassVar[Mapping[str, Any]] = {"max_bytes": 2_147_483_648}


class UploadNotAllowed(PermissionDenied):
    """A person who is no instructor asks to upload, and hands in nothing: they are in no course, or the kind is another."""

    default_detail = _(
        "Only instructors may upload this. To hand in a file, enroll in the course first."
    )


class MediaNotFound(Exception):
    """Cloudinary has no such file."""


class AssetInUse(Conflict):
    """A lecture shows the file, or has it as captions, or a student has handed it in."""

    default_detail = _("A lecture or a submission uses this file. Remove it from there first.")
    default_code = "in_use"


class NotUploaded(Conflict):
    """The upload was reported as complete, and Cloudinary has no such file."""

    default_detail = _(
        "The file has not reached the media provider. Finish the upload, then try again."
    )
    default_code = "not_uploaded"


class NotReady(Conflict):
    """The video is still being processed, or failed to be."""

    default_detail = _("The file is not ready to be played. Try again in a few minutes.")
    default_code = "not_ready"
    advice = (
        "Poll `GET /media/assets/{id}` every few seconds until `status` is `ready` or `failed`."
    )


class InvalidUploadResponse(DomainError):
    """The client sent another response than the one that Cloudinary gave to this upload."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = _(
        "This is not the media provider's response to this upload. Send it unchanged."
    )
    default_code = "invalid_signature"


class UnsignedNotification(DomainError):
    """The signature of a notification is missing, wrong or too old."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = _("The notification is not signed by the media provider.")
    advice = "Only Cloudinary meets this."
    default_code = "invalid_signature"


class TooManyStreams(DomainError):
    """The account plays on as many devices as it may."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_detail = ngettext_lazy(
        "This account is playing on {max_devices} device, as many as it may. Stop it, or try again in {wait} seconds.",
        "This account is playing on {max_devices} devices, as many as it may. Stop one, or try again in {wait} seconds.",
        "max_devices",
    )
    default_code = "too_many_streams"
    advice = "Show the sentence in place of the player, with a button that tries again."
    example: ClassVar[Mapping[str, Any]] = {"wait": 240}

    def __init__(self, wait: float) -> None:
        self.wait = max(1, round(wait))
        super().__init__(max_devices=settings.PLAYBACK_STREAMS, wait=self.wait)
