"""Avatars and thumbnails: of an uploaded image, only the picture itself is kept.

Each image is decoded and encoded again before it is stored, so that GPS coordinates, scripts appended to the file and
input that exploits a decoder reach nobody.
"""

from functools import lru_cache
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.tasks import task
from PIL import Image, ImageOps
from rest_framework import serializers

from lms.exceptions import PayloadTooLarge

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 25_000_000
MAX_SCANS = 50
"""How many scans a JPEG may have; a progressive one has about ten.

Decoding a scan takes a pass over the whole picture, and a scan may be as short as 40 bytes: thousands fit into a small
file and would occupy a processor for an hour.
"""
SCAN = b"\xff\xda"
"""The marker at the start of a scan. Within a scan, FF is followed by 00, so the marker cannot occur. ITU-T T.81, B.1.1."""

# Decoding a picture of 25 megapixels takes 100 MB: two at a time, however many requests there are.
_decoding = BoundedSemaphore(2)


class InvalidImage(ValueError):
    """The file is not an image of an allowed format, is damaged, or has too many pixels."""


def clean(upload: File, *, max_side: int) -> ContentFile:
    """Decode and re-encode an image: upright, at most `max_side` pixels per side, no metadata, the first frame only.

    The result is a JPEG, or a WebP if the image has transparency. Raises `InvalidImage`.
    """
    with _decoding:
        try:
            picture = _decode(upload, max_side)
        except InvalidImage:
            raise
        except Exception as error:  # hostile files make Pillow's decoders raise errors of any type
            raise InvalidImage("This is not an image, or it is damaged.") from error
        transparent = picture.mode == "RGBA"
        encoded = BytesIO()
        picture.save(encoded, "WEBP" if transparent else "JPEG", quality=88)
    return ContentFile(encoded.getvalue(), name="image.webp" if transparent else "image.jpg")


def _decode(upload: File, max_side: int) -> Image.Image:
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise InvalidImage(f"An image may have at most {MAX_PIXELS // 1_000_000} megapixels.")
        image.verify()
    # `verify` has read the file to its end without decoding it.
    upload.seek(0)
    if image.format == "JPEG" and upload.read().count(SCAN) > MAX_SCANS:
        raise InvalidImage("This JPEG has too many scans. Save it again as a baseline JPEG.")
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        image.draft("RGB", (max_side, max_side))  # decodes a JPEG no larger than needed
        image.load()
        transparent = image.has_transparency_data
        picture = image.convert("RGBA" if transparent else "RGB")
        picture.thumbnail((max_side, max_side))
        orientation = image.getexif().get(0x0112)
    return _upright(picture, orientation)


def _upright(picture: Image.Image, orientation: Any) -> Image.Image:
    """Rotate or mirror a picture according to its EXIF orientation (1 to 8), and drop the EXIF data."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.info = {"exif": exif.tobytes()} if orientation in range(2, 9) else {}
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    return upright


class CleanImageField(serializers.ImageField):
    """An image of at most `settings.MAX_IMAGE_BYTES` (more is 413), cleaned to at most `max_side` pixels per side.

    What is no image is 400 `invalid_image`.
    """

    default_error_messages = {"invalid_image": "{reason}"}

    def __init__(self, *, max_side: int, **kwargs: Any) -> None:
        self.max_side = max_side
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> ContentFile:
        # `ImageField` would decode the file here, in any format and of any size.
        upload = serializers.FileField.to_internal_value(self, data)
        if upload.size > settings.MAX_IMAGE_BYTES:
            raise PayloadTooLarge(
                f"An image may have at most {settings.MAX_IMAGE_BYTES // 1024 // 1024} MB."
            )
        try:
            return clean(upload, max_side=self.max_side)
        except InvalidImage as error:
            self.fail("invalid_image", reason=str(error))


# Building the URL takes longer than the rest of a course's card, and most requests ask for the same few images.
@lru_cache(4096)
def image_url(name: str) -> str:
    """Return the URL of a stored image."""
    return storages["images"].url(name)


@task
def delete_image(name: str) -> None:
    """Delete a stored image that no row refers to. Enqueue this on commit."""
    storages["images"].delete(name)
