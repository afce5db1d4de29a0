"""What a file really is, whatever its name says. Raises `MediaRejected` for what it must not be."""

import struct
from collections.abc import Iterator

from django.core.files.base import File

from media import limits
from media.exceptions import MediaRejected
from media.models import Asset

MATROSKA = b"\x1a\x45\xdf\xa3"
OPENING_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
MOST_BOXES = 10_000
BEGINNINGS = {"pdf": b"%PDF-"} | dict.fromkeys(
    ("zip", "epub", "docx", "xlsx", "pptx", "odt", "ods", "odp"), b"PK"
)


def inspect(kind: str, file: File) -> None:
    """Look into a file of a kind; leaves it anywhere."""
    if kind == Asset.Kind.VIDEO:
        inspect_video(file)
    elif (extension := limits.extension(file.name or "")) not in limits.FORMATS[kind]:
        raise MediaRejected(f"Files may be {', '.join(limits.FORMATS[kind])}.")
    elif kind == Asset.Kind.CAPTIONS:
        inspect_captions(file)
    elif not _start(file, 5).startswith(BEGINNINGS.get(extension, b"")):
        raise MediaRejected(f"This is not a {extension} file.")


def inspect_video(file: File) -> None:
    """MP4 and QuickTime must hold a movie header; of WebM and Matroska, Cloudinary will judge."""
    start = _start(file, 8)
    if start.startswith(MATROSKA):
        return
    if start[4:] not in OPENING_BOXES:
        raise MediaRejected("This is not an MP4, QuickTime, WebM or Matroska video.")
    movie = next((span for name, *span in _boxes(file, 0, file.size) if name == b"moov"), None)
    if movie is None or b"mvhd" not in {name for name, *_ in _boxes(file, *movie)}:
        raise MediaRejected("This video has no movie header: it is damaged or cut off.")


def inspect_captions(file: File) -> None:
    """WebVTT is UTF-8 and says its name first. https://www.w3.org/TR/webvtt1/#file-structure"""
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaRejected("Captions must be UTF-8.") from None
    first = text.partition("\n")[0].rstrip("\r")
    if first != "WEBVTT" and not first.startswith(("WEBVTT ", "WEBVTT\t")):
        raise MediaRejected("Captions must be WebVTT.")


def _start(file: File, length: int) -> bytes:
    file.seek(0)
    return file.read(length)


def _boxes(file: File, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk the boxes between two offsets: name, and where the content starts and stops.

    A box is its size (4 bytes; 1 means that 8 bytes follow the name, 0 that it goes on to the end), its name (4
    bytes) and its content. ISO/IEC 14496-12, 4.2.
    """
    for _ in range(MOST_BOXES):
        if start + 8 > stop:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        header = 8
        if size == 1:
            size, header = struct.unpack(">Q", file.read(8).rjust(8, b"\0"))[0], 16
        end = start + size if size else stop
        if (size and size < header) or end > stop:
            raise MediaRejected("This video is damaged or cut off.")
        yield name, start + header, end
        start = end
