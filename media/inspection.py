"""Inspection of what a file really is, whatever its name claims. Each function raises `MediaRejected`."""

import struct
from collections.abc import Iterator

from django.core.files.base import File

from media import limits
from media.exceptions import MediaRejected
from media.models import Asset

MATROSKA = b"\x1a\x45\xdf\xa3"
"""The first bytes of Matroska and WebM."""
OPENING_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
"""The boxes with which MP4 and QuickTime may begin."""
MAX_BOXES = 10_000
FIRST_BYTES = {"pdf": b"%PDF-"} | dict.fromkeys(
    ("zip", "epub", "docx", "xlsx", "pptx", "odt", "ods", "odp"), b"PK"
)
"""How files begin, per extension; the other formats are text."""


def inspect(kind: str, file: File) -> None:
    """Check a file of a kind. Afterwards the file is open at any position."""
    if kind == Asset.Kind.VIDEO:
        inspect_video(file)
    elif (extension := limits.extension(file.name or "")) not in limits.FORMATS[kind]:
        raise MediaRejected(f"The file's name must end in {', '.join(limits.FORMATS[kind])}.")
    elif kind == Asset.Kind.CAPTIONS:
        inspect_captions(file)
    elif not _read_start(file, 5).startswith(FIRST_BYTES.get(extension, b"")):
        raise MediaRejected(f"This is not a {extension} file.")


def inspect_video(file: File) -> None:
    """Check that MP4 and QuickTime have a movie header. Cloudinary inspects WebM and Matroska."""
    start = _read_start(file, 8)
    if start.startswith(MATROSKA):
        return
    if start[4:] not in OPENING_BOXES:
        raise MediaRejected("This is not an MP4, QuickTime, WebM or Matroska video.")
    movie = next((span for name, *span in _iter_boxes(file, 0, file.size) if name == b"moov"), None)
    if movie is None or b"mvhd" not in {name for name, *_ in _iter_boxes(file, *movie)}:
        raise MediaRejected("This video has no movie header: it is damaged or incomplete.")


def inspect_captions(file: File) -> None:
    """Check that captions are UTF-8 and begin as WebVTT does. https://www.w3.org/TR/webvtt1/#file-structure"""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaRejected("Captions must be UTF-8.") from None
    first_line = text.partition("\n")[0].rstrip("\r")
    if first_line != "WEBVTT" and not first_line.startswith(("WEBVTT ", "WEBVTT\t")):
        raise MediaRejected("Captions must be WebVTT.")


def _read_start(file: File, length: int) -> bytes:
    file.seek(0)
    start: bytes = file.read(length)
    return start


def _iter_boxes(file: File, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Iterate over the boxes between two offsets: each one's name, and the start and stop of its content.

    A box is its size (4 bytes; 1: the size is in the 8 bytes after the name, 0: the box ends where the file does), its
    name (4 bytes) and its content. ISO/IEC 14496-12, 4.2.
    """
    for _ in range(MAX_BOXES):
        if start + 8 > stop:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0], 16
        end = start + size if size else stop
        if (size and size < header) or end > stop:
            raise MediaRejected("This video is damaged or incomplete.")
        yield name, start + header, end
        start = end
