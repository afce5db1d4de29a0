"""Images that people send: nothing of the file they sent is kept but the picture.

Used for avatars and thumbnails. What is stored is decoded and written anew, so that neither GPS coordinates, nor
scripts behind the picture, nor a decoder's next bug reach anybody.
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
"""A progressive JPEG has about ten. Each is a pass over the whole picture and may be 40 bytes long: thousands fit into
a small file and would keep a processor for an hour."""
SCAN = b"\xff\xda"
"""What a scan begins with; within one, a byte of FF is followed by 00. ITU-T T.81, B.1.1."""

# A picture of 25 megapixels takes 100 MB while it is decoded: two at a time, however many come.
_decoding = BoundedSemaphore(2)


class InvalidImage(ValueError):
    """Not an image of an allowed format, damaged, or of too many pixels."""


def clean(upload: File, *, max_side: int) -> ContentFile:
    """Decode an upload and write it anew: upright, at most `max_side` pixels a side, no metadata, first frame.

    JPEG comes out, or WebP where there is transparency. Raises `InvalidImage`.
    """
    with _decoding:
        try:
            picture = _decode(upload, max_side)
        except InvalidImage:
            raise
        except (
            Exception
        ) as error:  # Pillow's decoders raise whatever a hostile file makes them raise
            raise InvalidImage("This is not an image, or it is damaged.") from error
        transparent = picture.mode == "RGBA"
        written = BytesIO()
        picture.save(written, "WEBP" if transparent else "JPEG", quality=88)
    return ContentFile(written.getvalue(), name="image.webp" if transparent else "image.jpg")


def _decode(upload: File, max_side: int) -> Image.Image:
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise InvalidImage(f"An image may have {MAX_PIXELS // 1_000_000} megapixels at most.")
        image.verify()
    # `verify` reads the file to its end without decoding: what follows needs it from the start.
    upload.seek(0)
    if image.format == "JPEG" and upload.read().count(SCAN) > MAX_SCANS:
        raise InvalidImage("This JPEG has more scans than any picture needs.")
    upload.seek(0)
    with Image.open(upload, formats=FORMATS) as image:
        image.draft("RGB", (max_side, max_side))  # a JPEG is decoded no larger than needed
        image.load()
        transparent = image.has_transparency_data
        picture = image.convert("RGBA" if transparent else "RGB")
        picture.thumbnail((max_side, max_side))
        orientation = image.getexif().get(0x0112)
    return _upright(picture, orientation)


def _upright(picture: Image.Image, orientation: Any) -> Image.Image:
    """Turn a picture as its EXIF orientation (1 to 8) says, and leave the EXIF behind."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.info = {"exif": exif.tobytes()} if orientation in range(2, 9) else {}
    upright = ImageOps.exif_transpose(picture)
    upright.info = {}
    return upright


class CleanImageField(serializers.ImageField):
    """An image of at most `settings.MAX_IMAGE_BYTES` (else 413), cleaned to `max_side` pixels; 400 `invalid_image`."""

    default_error_messages = {"invalid_image": "{reason}"}

    def __init__(self, *, max_side: int, **kwargs: Any) -> None:
        self.max_side = max_side
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> ContentFile:
        # Past ImageField's own check, which lets any format and any size through.
        upload = serializers.FileField.to_internal_value(self, data)
        if upload.size > settings.MAX_IMAGE_BYTES:
            raise PayloadTooLarge(
                f"An image may have {settings.MAX_IMAGE_BYTES // 1024 // 1024} MB at most."
            )
        try:
            return clean(upload, max_side=self.max_side)
        except InvalidImage as error:
            self.fail("invalid_image", reason=str(error))


# Writing an image's URL takes longer than all else in a card, and the same few are asked for again and again.
@lru_cache(4096)
def image_url(name: str) -> str:
    """Return the URL of a stored image."""
    return storages["images"].url(name)


@task
def delete_image(name: str) -> None:
    """Delete a stored image that nothing refers to any more. Enqueue it on commit."""
    storages["images"].delete(name)
