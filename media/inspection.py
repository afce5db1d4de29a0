"""Inspection of what a file really is, whatever its name claims. Each function raises `MediaRejected`."""

import re
import struct
from collections.abc import Iterator

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from media import captions, limits
from media.exceptions import MediaRejected, WrongFormat
from media.models import Asset

MATROSKA = b"\x1a\x45\xdf\xa3"
"""The first bytes of Matroska and WebM."""
OPENING_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
"""The boxes with which MP4 and QuickTime may begin."""
MAX_BOXES = 10_000
START_BYTES = 64 * 1024
"""How much of a file to download is looked at, in bytes."""
FIRST_BYTES = {
    "pdf": b"%PDF-",
    "zip": b"PK",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF",
} | dict.fromkeys(("epub", "docx", "xlsx", "pptx", "odt", "ods", "odp"), b"PK\x03\x04")
"""How files begin, per extension; the other formats are text."""
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""How text in UTF-16 begins, which Excel writes: the only text with zero bytes."""
HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|script)\b", re.I)


def inspect(kind: str, file: File) -> None:
    """Check a file of a kind. Afterwards the file is open at any position."""
    if kind == Asset.Kind.VIDEO:
        inspect_video(file)
    elif (extension := limits.extension(file.name or "")) not in limits.FORMATS[kind]:
        raise WrongFormat(formats=list(limits.FORMATS[kind]))
    elif kind == Asset.Kind.CAPTIONS:
        file.seek(0)
        captions.check(file.read())
    elif not _begins_as(extension, _read_start(file, START_BYTES)):
        raise MediaRejected(_("This is not a {format} file."), format=extension)


def needed_bytes(kind: str) -> int:
    """Return how many bytes from the start of a file `inspect` reads at most; a video's are all over the file."""
    return limits.max_bytes(kind) if kind == Asset.Kind.CAPTIONS else START_BYTES


def _begins_as(extension: str, start: bytes) -> bool:
    """Return whether a file begins as its name says. A page of HTML is no file of any format that is accepted."""
    if extension in FIRST_BYTES:
        return start.startswith(FIRST_BYTES[extension])
    is_text = b"\0" not in start or start.startswith(UTF_16)
    return is_text and not HTML.match(start)


def inspect_video(file: File) -> None:
    """Check that MP4 and QuickTime have a movie header. Cloudinary inspects WebM and Matroska."""
    start = _read_start(file, 8)
    if start.startswith(MATROSKA):
        return
    if start[4:] not in OPENING_BOXES:
        raise MediaRejected(_("This is not an MP4, QuickTime, WebM or Matroska video."))
    movie = next((span for name, *span in _iter_boxes(file, 0, file.size) if name == b"moov"), None)
    if movie is None or b"mvhd" not in {name for name, *__ in _iter_boxes(file, *movie)}:
        raise MediaRejected(_("This video has no movie header: it is damaged or incomplete."))


def _read_start(file: File, length: int) -> bytes:
    file.seek(0)
    start: bytes = file.read(length)
    return start


def _iter_boxes(file: File, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Iterate over the boxes between two offsets: each one's name, and the start and stop of its content.

    A box is its size (4 bytes; 1: the size is in the 8 bytes after the name, 0: the box ends where the file does), its
    name (4 bytes) and its content. ISO/IEC 14496-12, 4.2.
    """
    for __ in range(MAX_BOXES):
        if start + 8 > stop:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0], 16
        end = start + size if size else stop
        if (size and size < header) or end > stop:
            raise MediaRejected(_("This video is damaged or incomplete."))
        yield name, start + header, end
        start = end
