"""Files derived from an original on demand, and stored beside it."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from sandbox.cloudinary import images, videos
from sandbox.cloudinary.errors import BadRequest, NotFound
from sandbox.cloudinary.resources import Resource, Resources
from sandbox.cloudinary.transformations import Transformation, parse


class Derived:
    """Derived files; each is made once."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        # One at a time: two threads that make the same file would overwrite each other.
        self._lock = threading.Lock()

    def file(self, resource: Resource, text: str, extension: str, accept: str = "") -> Path:
        """Return the file that a transformation makes; without a transformation, the original.

        ``accept`` is the client's Accept header, for ``f_auto``. Raises BadRequest for what Cloudinary
        refuses and for what the sandbox cannot make, NotFound if the original was deleted or replaced.
        """
        current = self._resources.by_key(resource.key)
        if current is None or current.version_id != resource.version_id:
            raise NotFound(resource.public_id)
        transformation = parse(text)
        extension = extension or resource.format or ""
        if resource.resource_type == "image":
            return self._image(resource, text, transformation, extension, accept)
        if resource.resource_type == "video":
            return self._video(resource, text, transformation, extension)
        return self._resources.original(resource)

    def _image(
        self,
        resource: Resource,
        text: str,
        transformation: Transformation,
        extension: str,
        accept: str,
    ) -> Path:
        original = self._resources.original(resource)
        if transformation.format == "auto":
            extension = "webp" if "image/webp" in accept else extension
        elif transformation.format:
            extension = transformation.format
        if not text and extension == resource.format:
            return original

        def make(to: Path) -> None:
            images.render(original, transformation, extension, to)

        return self._once(resource, text, extension, make)

    def _video(
        self, resource: Resource, text: str, transformation: Transformation, extension: str
    ) -> Path:
        original = self._resources.original(resource)

        def make_poster(to: Path) -> None:
            frame = videos.poster(original, transformation.offset)
            images.render(frame, transformation, extension, to)

        def make_stream(to: Path) -> None:
            to.mkdir()
            videos.package(original, to)

        if extension in images.ENCODERS:
            return self._once(resource, text, extension, make_poster)
        if extension in ("m3u8", "m4s"):
            stream = self._once(resource, "", "stream", make_stream)
            piece = stream / videos.piece_name(extension, transformation.page)
            if not piece.exists():
                raise NotFound(resource.public_id)
            return piece
        if extension != resource.format:
            raise BadRequest(f"The sandbox does not transcode {resource.format} to {extension}")
        return original

    def _once(
        self, resource: Resource, text: str, extension: str, make: Callable[[Path], None]
    ) -> Path:
        folder = self._resources.folder(resource)
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        made, unfinished = folder / f"{name}.{extension}", folder / f"{name}.unfinished"
        with self._lock:
            if not folder.exists():
                raise NotFound(resource.public_id)
            if not made.exists():
                remove(unfinished)
                make(unfinished)
                unfinished.rename(made)
        return made


def remove(path: Path) -> None:
    """Delete a file or a folder of files, if it exists."""
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
