"""Files made of an original on demand, and kept next to it."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from sandbox.cloudinary import images, videos
from sandbox.cloudinary.errors import BadRequest, NotFound
from sandbox.cloudinary.resources import Resource, Resources
from sandbox.cloudinary.transformations import Transformation, parse


class Derived:
    """Make files of originals, each once."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        # One at a time: two that make the same file would write into each other's.
        self._lock = threading.Lock()

    def file(self, resource: Resource, text: str, extension: str, accept: str = "") -> Path:
        """Return the file that a transformation makes, the original where nothing is to be done.

        ``accept`` is what the client takes, for ``f_auto``. Raises BadRequest for what Cloudinary
        refuses and for what the sandbox cannot make, NotFound when the original was deleted or
        replaced in the meantime.
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
    """Delete what a process that died has left, a file or a folder of files."""
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    path.unlink(missing_ok=True)
