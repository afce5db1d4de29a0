"""Where image fields are kept, and the URLs of images in every size.

Built on django-cloudinary-storage, whose own way of talking to Cloudinary (no timeouts, names without extension,
SDK errors as they come) is replaced. It is never in INSTALLED_APPS: its commands delete by tag over the whole cloud.
"""

from pathlib import PurePosixPath
from uuid import uuid4

from cloudinary.utils import cloudinary_url
from cloudinary_storage.storage import MediaCloudinaryStorage
from django.conf import settings
from django.core.files.base import ContentFile, File

from media import cloud
from media.exceptions import MediaNotFound, MediaUnavailable

FORMATS = ("jpg", "png", "webp")
SIZES = {"avatars": (256, 256), "thumbnails": (1280, 720)}
"""The size in pixels, by directory, that an image field's `url` gives."""


class ImageStorage(MediaCloudinaryStorage):
    """Public images, each under a name of our choice: `<prefix>/<directory>/<uuid>.<format>`."""

    def _save(self, name: str, content: File) -> str:
        directory = PurePosixPath(name).parent.name
        to = _place(f"{settings.CLOUDINARY_PREFIX}/{directory}/{uuid4().hex}")
        try:
            answer = cloud.upload(content, to, formats=FORMATS)
        except MediaUnavailable:
            _discard(to)  # it may have arrived: of an answer that is lost, nothing is known
            raise
        return f"{to.public_id}.{answer['format']}"

    def _open(self, name: str, mode: str = "rb") -> File:
        try:
            return ContentFile(cloud.fetch(_url(name)), name=name)
        except MediaNotFound:
            raise FileNotFoundError(name) from None

    def delete(self, name: str) -> None:
        """See to it that an image goes, tried again until it is gone."""
        _discard(_stored(name))

    def exists(self, name: str) -> bool:
        try:
            cloud.details(_stored(name))
        except MediaNotFound:
            return False
        return True

    def size(self, name: str) -> int:
        """Tell an image's size in bytes."""
        try:
            return cloud.details(_stored(name))["bytes"]
        except MediaNotFound:
            raise FileNotFoundError(name) from None

    def url(self, name: str) -> str:
        """Give the image in its directory's size, in the format that suits the browser."""
        size = SIZES.get(PurePosixPath(name).parent.name)
        return (
            sized(name, *size) if size else _url(name, {"fetch_format": "auto", "quality": "auto"})
        )

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        raise NotImplementedError("Images are listed by `manage.py audit_media`.")


def sized(name: str, width: int, height: int) -> str:
    """Give a stored image's URL, cut to a size in pixels around what matters in it."""
    return _url(
        name,
        {"crop": "fill", "gravity": "auto", "width": width, "height": height},
        {"fetch_format": "auto", "quality": "auto"},
    )


def srcset(
    name: str, widths: tuple[int, ...] = (320, 640, 1280), ratio: float = 16 / 9
) -> dict[str, str]:
    """Map each width to its URL, as HTML's `srcset` wants them: `{"320w": url, ...}`."""
    return {f"{width}w": sized(name, width, round(width / ratio)) for width in widths}


def _url(name: str, *steps: dict[str, object]) -> str:
    return cloudinary_url(name, resource_type="image", type="upload", transformation=list(steps))[0]


def _place(public_id: str) -> cloud.Stored:
    return cloud.Stored("image", "upload", public_id)


def _discard(place: cloud.Stored) -> None:
    # Models import this module while they load.
    from media.services.deletions import discard

    discard(place)


def _stored(name: str) -> cloud.Stored:
    """Tell where an image is by its stored name: the public id has no extension."""
    return _place(str(PurePosixPath(name).with_suffix("")))
