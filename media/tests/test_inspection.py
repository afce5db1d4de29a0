"""Inspection of what a file really is."""

import struct

import pytest
from django.core.files.base import ContentFile

from media import inspection
from media.exceptions import MediaRejected
from media.tests.videos import padded, video


def inspect(kind: str, content: bytes, name: str = "x.mp4") -> None:
    inspection.inspect(kind, ContentFile(content, name=name))


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


FTYP = box(b"ftyp", b"isom\0\0\0\0")
MOOV = box(b"moov", box(b"mvhd", b"\0" * 100))


@pytest.mark.parametrize("container", ["mp4", "mov", "webm", "matroska"])
def test_real_videos_are_accepted(container):
    inspect("video", video(container))


def test_the_name_of_a_video_is_ignored():
    inspect("video", video(), name="x.txt")


def test_a_movie_header_at_the_end_is_found():
    inspect("video", FTYP + box(b"mdat", b"x" * 999) + MOOV)


def test_boxes_with_64_bit_sizes_or_without_a_size_are_read():
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + 50) + b"x" * 50
    open_ended = struct.pack(">I4s", 0, b"mdat") + b"x" * 50
    inspect("video", FTYP + long + MOOV + open_ended)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"not a video at all",
        FTYP,
        FTYP + b"\0" * 500,
        FTYP + box(b"moov"),
        FTYP + box(b"moov", box(b"trak")),
        FTYP + MOOV[:50],
        FTYP + struct.pack(">I4s", 4, b"moov"),
        FTYP + struct.pack(">I4s", 1, b"moov"),
        FTYP + struct.pack(">I4sQ", 1, b"moov", 3),
        FTYP + struct.pack(">I4sQ", 1, b"moov", 2**63),
        FTYP + box(b"free") * 20_000 + MOOV,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"<html><video></video></html>",
        b"RIFF\x24\x00\x00\x00AVI LIST",
    ],
)
def test_a_file_that_only_claims_to_be_a_video_is_refused(content):
    with pytest.raises(MediaRejected):
        inspect("video", content)


def test_half_a_video_is_refused():
    content = video()
    for part in range(1, len(content), len(content) // 40):
        with pytest.raises(MediaRejected):
            inspect("video", content[:part])


def test_inspecting_a_large_video_reads_a_few_bytes_at_a_time():
    class Counted(ContentFile):
        largest_read = 0

        def read(self, length=-1):
            Counted.largest_read = max(Counted.largest_read, length if length >= 0 else self.size)
            return super().read(length)

    inspection.inspect("video", Counted(padded(video(), 3_000_000), name="x.mp4"))
    assert Counted.largest_read <= 16


HTML = b"\n<!DOCTYPE html><html><body onload=alert(1)></body></html>"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHi\n"


def test_webvtt_captions_are_accepted():
    inspect("captions", CAPTIONS, name="x.en.vtt")


@pytest.mark.parametrize(
    ("content", "name"), [(b"WEBVTT\n", "x.vtt"), (CAPTIONS, "x.srt"), (CAPTIONS, "vtt")]
)
def test_captions_that_are_no_webvtt_are_refused(content, name):
    with pytest.raises(MediaRejected):
        inspect("captions", content, name=name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 ...", "a.PDF"),
        (b"PK\x03\x04", "a.zip"),
        (b"PK\x05\x06" + b"\0" * 18, "a.zip"),
        (b"PK\x03\x04", "a.docx"),
        (b"hello", "a.txt"),
        ("Müller;5".encode("latin-1"), "a.csv"),
        ("a\tb".encode("utf-16"), "a.csv"),
        (b"# Tags\n\nA page begins with <html>.", "a.md"),
    ],
)
def test_files_of_the_accepted_formats_are_accepted(content, name):
    inspect("file", content, name=name)
    inspect("submission", content, name=name)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\xff\xd8\xff\xe0", "a.JPEG"), (b"\x89PNG\r\n\x1a\n", "a.png"), (b"RIFF....WEBP", "a.webp")],
)
def test_a_picture_can_be_handed_in_and_is_no_file_to_download(content, name):
    inspect("submission", content, name=name)
    with pytest.raises(MediaRejected):
        inspect("file", content, name=name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ", "a.exe"),
        (b"<script>", "a.html"),
        (b"x", "a"),
        (b"x", "pdf"),
        (b"MZ...", "a.pdf"),
        (HTML, "a.png"),
        (b"<script>", "a.docx"),
        (b"PK\x05\x06" + b"\0" * 18, "a.xlsx"),
        (b"MZ\x90\0\x03\0\0\0", "a.txt"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0d", "a.csv"),
        *[
            (HTML, f"a.{name}")
            for name in ("pdf", "txt", "md", "csv", "json", "ipynb", "py", "zip")
        ],
        (b"\xef\xbb\xbf \r\n<HTML lang=en>", "a.txt"),
    ],
)
def test_other_files_are_refused(content, name):
    for kind in ("file", "submission"):
        with pytest.raises(MediaRejected):
            inspect(kind, content, name=name)
