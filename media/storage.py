"""The storage of image fields, built on django-cloudinary-storage.

docs/decisions/0012-image-storage.md says what is taken from the package and what is overridden. The package must not be
in INSTALLED_APPS: its command `deleteorphanedmedia` deletes by tag, in the whole cloud.
"""

from pathlib import PurePosixPath
from uuid import uuid4

from cloudinary_storage.storage import MediaCloudinaryStorage
from django.core.files.base import ContentFile, File

from lms.exceptions import MediaUnavailable
from media import cloud, delivery
from media.exceptions import MediaNotFound
from media.models import Stored
from media.services import deletions

FORMATS = ("jpg", "png", "webp")
SIZES: dict[str, delivery.Step] = {
    "avatars": {"width": 256, "height": 256},
    "thumbnails": {"width": delivery.WIDTHS[-1], "aspect_ratio": delivery.WIDE},
}
"""The size of an image field's `url`, per directory; that of thumbnails is the largest of their `srcset`."""


class ImageStorage(MediaCloudinaryStorage):  # type: ignore[misc]  # the package has no types
    """Public images at Cloudinary, named `<prefix>/<directory>/<uuid>.<format>`.

    The prefix is `CLOUDINARY_STORAGE["PREFIX"]`. Every method that asks Cloudinary may raise `MediaUnavailable`.
    """

    def _save(self, name: str, content: File) -> str:
        directory = PurePosixPath(self._normalise_name(name)).parent.name
        response = self._upload(self._prepend_prefix(f"{directory}/{uuid4().hex}"), content)
        return f"{response['public_id']}.{response['format']}"

    def _upload(self, name: str, content: File) -> cloud.CloudResponse:
        """Upload an image in parts, under `name` as its public id. Raises `MediaRejected`, `MediaUnavailable`."""
        image = self._stored(name)
        try:
            return cloud.upload(content, image, formats=FORMATS)
        except MediaUnavailable:
            deletions.discard(image)  # it may have arrived, and only the response is lost
            raise

    def _open(self, name: str, mode: str = "rb") -> File:
        try:
            return ContentFile(cloud.download(delivery.transformed_url(name)), name=name)
        except MediaNotFound:
            raise FileNotFoundError(name) from None

    def delete(self, name: str) -> None:
        """Delete an image after the commit, and retry until it is gone."""
        deletions.discard(self._stored(name))

    def exists(self, name: str) -> bool:
        try:
            cloud.get_details(self._stored(name))
        except MediaNotFound:
            return False
        return True

    def size(self, name: str) -> int:
        """Return an image's size in bytes. Raises `FileNotFoundError`."""
        try:
            details = cloud.get_details(self._stored(name))
        except MediaNotFound:
            raise FileNotFoundError(name) from None
        size: int = details["bytes"]
        return size

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        raise NotImplementedError("`manage.py audit_media` lists the images.")

    def _get_url(self, name: str) -> str:
        """Return the URL of an image in its directory's size, in the format that suits the browser."""
        size = SIZES.get(PurePosixPath(name).parent.name)
        if size is None:
            return delivery.transformed_url(name, delivery.FOR_BROWSERS)
        return delivery.sized_url(name, **size)

    def _stored(self, name: str) -> Stored:
        """Return the place of an image: its public id is its name without the extension."""
        public_id = str(PurePosixPath(name).with_suffix(""))
        return Stored(self._get_resource_type(name), "upload", public_id)
