"""Avatars and thumbnails: of an uploaded image, only the picture itself is kept.

Each image is decoded and encoded again before it is stored, so that GPS coordinates, scripts appended to the file and
input that exploits a decoder reach nobody. `decoder.py` does it, in a process that ends when it takes too much.
"""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.tasks import task
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from lms import decoder
from lms.exceptions import MediaUnavailable, PayloadTooLarge, ServiceUnavailable, fill, invalid
from lms.locales import Sentence
from lms.turns import Turns

COMMAND = (sys.executable, "-I", str(Path(decoder.__file__).resolve()))
MAX_CPU_SECONDS = 4
"""How much CPU time decoding may take: a PNG of 25 megapixels takes a second and a half."""
MAX_SECONDS = 30
"""How long decoding may take by the clock: a limit on CPU time does not end a process that waits."""
PLACES = 8
"""How many requests may be decoding a picture or wait for it, in a worker."""

TOO_SLOW = _("This image takes too long to read. Save it again as a plain JPEG or PNG.")
TOO_MANY_SCANS = _("This JPEG has too many scans. Save it again as a baseline JPEG.")
DAMAGED = _("This is not an image, or it is damaged. Choose another one.")
TOO_LARGE = _("An image may have at most {max_megapixels} megapixels. Make it smaller.")


class InvalidImage(ValueError):
    """The file is not an image of an allowed format, is damaged, or takes too much to decode; with params for the sentence."""

    def __init__(self, sentence: Sentence, **params: Any) -> None:
        super().__init__(fill(sentence, params))
        self.params = params


class TooManyImages(ServiceUnavailable):
    """Too many pictures are being read at this moment."""

    default_detail = _("Too many images are being read at this moment. Try again in a moment.")


# Decoding a picture of 25 megapixels takes 300 MB: two at a time, however many requests there are.
_turns = Turns(2, places=PLACES, refusal=TooManyImages)


def clean(upload: File, *, max_side: int) -> ContentFile:
    """Decode and re-encode an image: upright, at most `max_side` pixels per side, no metadata, the first frame only.

    The result is a JPEG, or a WebP if the image has transparency. Raises `InvalidImage` and
    `TooManyImages`.
    """
    upload.seek(0)
    content = upload.read()
    with _turns.take():
        picture = _decode(content, max_side)
    extension = "webp" if picture.startswith(b"RIFF") else "jpg"
    return ContentFile(picture, name=f"image.{extension}")


def _decode(content: bytes, max_side: int) -> bytes:
    command = (*COMMAND, str(max_side), str(MAX_CPU_SECONDS))
    try:
        done = subprocess.run(  # noqa: S603  # our own program; the upload is its input only
            command, input=content, capture_output=True, timeout=MAX_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise InvalidImage(TOO_SLOW) from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode == decoder.TOO_MANY_SCANS:
        raise InvalidImage(TOO_MANY_SCANS)
    if done.returncode == decoder.TOO_LARGE:
        raise InvalidImage(TOO_LARGE, max_megapixels=decoder.MAX_PIXELS // 1_000_000)
    # A negative status is the signal that ended the process.
    raise InvalidImage(TOO_SLOW if done.returncode < 0 else DAMAGED)


class CleanImageField(serializers.ImageField):
    """An image of at most `settings.MAX_IMAGE_BYTES` (more is 413), cleaned to at most `max_side` pixels per side.

    What is no image is 400 `invalid_image`.
    """

    def __init__(self, *, max_side: int, **kwargs: Any) -> None:
        self.max_side = max_side
        size = settings.MAX_IMAGE_BYTES // 1024 // 1024
        super().__init__(help_text=f"JPEG, PNG or WebP, at most {size} MB.", **kwargs)

    def to_internal_value(self, data: Any) -> ContentFile:
        # `ImageField` would decode the file here, in any format and of any size.
        upload = serializers.FileField.to_internal_value(self, data)
        if upload.size > settings.MAX_IMAGE_BYTES:
            raise PayloadTooLarge(max_bytes=settings.MAX_IMAGE_BYTES)
        try:
            return clean(upload, max_side=self.max_side)
        except InvalidImage as error:
            raise invalid(str(error), "invalid_image", **error.params) from None


PICTURE_ERRORS = (PayloadTooLarge, TooManyImages, MediaUnavailable)
"""What an operation that takes a picture can answer, besides the codes of its field."""


# Building the URL takes longer than the rest of a course's card, and most requests ask for the same few images.
@lru_cache(4096)
def image_url(name: str) -> str:
    """Return the URL of a stored image."""
    return storages["images"].url(name)


@task
def delete_image(name: str) -> None:
    """Delete a stored image that no row refers to. Enqueue this in the transaction that ends the last reference."""
    storages["images"].delete(name)
