"""Hostile images are refused, or come out harmless."""

import resource
import struct
import subprocess
import sys
import zlib
from functools import cache
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework import serializers

from lms import decoder, images, turns
from lms.exceptions import PayloadTooLarge


def encoded(image: Image.Image, format: str, **options) -> bytes:
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def picture(width: int = 60, height: int = 40) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def large_jpeg() -> bytes:
    """Return a JPEG of 24 megapixels."""
    return encoded(picture(5000, 4900), "JPEG")


def cleaned(content: bytes, max_side: int = 512) -> tuple[Image.Image, bytes]:
    """Return a picture as `decoder` makes it, without the cost of a process."""
    result = decoder.encode(decoder.decode(content, max_side))
    return Image.open(BytesIO(result)), result


def clean(content: bytes, name: str = "x.jpg") -> ContentFile:
    return images.clean(ContentFile(content, name=name), max_side=512)


def chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


@cache
def huge_png(side: int = 9_000) -> bytes:
    """Return a PNG of some hundred kilobytes that decodes to hundreds of megabytes."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    row = b"\0" * (1 + 3 * side)
    packer, data = zlib.compressobj(9), b""
    for _ in range(side):
        data += packer.compress(row)
    data += packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_cleaned_picture_looks_the_same(format):
    image, _ = cleaned(encoded(picture(), format))
    assert (image.format, image.size) == ("JPEG", (60, 40))
    assert abs(image.getpixel((30, 35))[0] - picture().getpixel((30, 35))[0]) < 8


def test_a_large_picture_is_shrunk_and_keeps_its_proportions():
    image, _ = cleaned(encoded(picture(2000, 1000), "PNG"), max_side=500)
    assert image.size == (500, 250)


def test_transparency_is_kept():
    image, _ = cleaned(encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"))
    assert image.format == "WEBP"
    assert image.getpixel((4, 4))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_colour_mode_is_accepted(mode):
    format = "JPEG" if mode == "CMYK" else "PNG"
    image, _ = cleaned(encoded(Image.new(mode, (20, 20)), format))
    assert image.size == (20, 20)


def test_a_photograph_is_turned_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    exif[0x010F] = "SecretCamera"
    content = encoded(picture(60, 40), "JPEG", exif=exif.tobytes())
    assert b"SecretCamera" in content
    image, result = cleaned(content)
    assert image.size == (40, 60)
    assert not image.getexif()
    assert b"SecretCamera" not in result


def test_a_progressive_photograph_is_accepted():
    noise = Image.effect_noise((300, 200), 80).convert("RGB")
    assert cleaned(encoded(noise, "JPEG", progressive=True))[0].size == (300, 200)


def test_a_small_file_of_a_thousand_scans_is_refused():
    content = encoded(Image.new("L", (4900, 4900), 128), "JPEG", progressive=True)
    last = content[content.rindex(decoder.SCAN) : -2]
    bomb = content[:-2] + last * 1000 + content[-2:]
    assert len(bomb) < 200_000
    with pytest.raises(images.InvalidImage, match="scans"):
        clean(bomb)


def many_scans_in_two_pictures() -> bytes:
    """Return a double picture of a few kilobytes whose first half has hundreds of scans; Pillow calls its format MPO."""
    frames = [Image.new("L", (64, 64), shade) for shade in (100, 200)]
    content = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:], progressive=True)
    first = content.index(b"\xff\xd9")
    scan = content[content.rindex(decoder.SCAN, 0, first) : first]
    return content[:first] + scan * 400 + content[first:]


def test_the_scans_of_a_double_picture_are_counted_as_well():
    content = many_scans_in_two_pictures()
    assert Image.open(BytesIO(content)).format == "MPO"
    with pytest.raises(images.InvalidImage, match="scans"):
        clean(content)


def test_the_double_picture_of_a_phone_is_accepted():
    content = encoded(picture(), "MPO", save_all=True, append_images=[picture()], progressive=True)
    image, result = cleaned(content)
    assert (image.format, image.size) == ("JPEG", (60, 40))
    assert b"MPF" not in result


def png_of_many_profiles() -> bytes:
    """Return a PNG that takes seventeen seconds to read: each of its profiles is unpacked to a megabyte."""
    profile = chunk(b"iCCP", b"a\0\0" + zlib.compress(b"A" * 1_000_000, 9))
    whole = encoded(picture(), "PNG")
    end = whole.index(b"IDAT") - 4
    return whole[:end] + profile * 4000 + whole[end:]


def jpeg_of_many_segments() -> bytes:
    """Return a JPEG that begins with a million empty segments."""
    whole = encoded(picture(), "JPEG")
    return whole[:2] + b"\xff\xe5\x00\x02" * 1_200_000 + whole[2:]


@pytest.mark.parametrize("make_image", [png_of_many_profiles, jpeg_of_many_segments])
def test_a_picture_that_takes_too_long_is_stopped_whatever_its_trick(make_image, monkeypatch):
    monkeypatch.setattr(images, "MAX_CPU_SECONDS", 1)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(images.InvalidImage, match="too long"):
        clean(make_image())
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_a_decoder_that_waits_is_stopped_by_the_clock(monkeypatch):
    monkeypatch.setattr(images, "COMMAND", (sys.executable, "-c", "import time; time.sleep(99)"))
    monkeypatch.setattr(images, "MAX_SECONDS", 0.1)
    with pytest.raises(images.InvalidImage, match="too long"):
        clean(encoded(picture(), "PNG"))


def test_a_decoder_gets_no_more_memory_than_its_limit(monkeypatch):
    greedy = "from lms import decoder; decoder.limit(9); bytearray(decoder.MAX_MEMORY)"
    monkeypatch.setattr(images, "COMMAND", (sys.executable, "-c", greedy))
    with pytest.raises(images.InvalidImage, match="damaged"):
        clean(encoded(picture(), "PNG"))


def test_a_picture_that_waits_too_long_for_its_turn_is_503(monkeypatch):
    monkeypatch.setattr(turns, "MAX_WAIT", 0)
    with images._turns.take(), images._turns.take(), pytest.raises(images.TooManyImages):
        clean(encoded(picture(), "PNG"))
    assert clean(encoded(picture(), "PNG"))


def test_comments_and_colour_profiles_are_not_kept():
    profile = b"profile" * 30
    _, result = cleaned(encoded(picture(), "JPEG", comment=b"<script>", icc_profile=profile))
    assert b"<script>" not in result
    assert b"profile" not in result


@pytest.mark.parametrize("format", ["GIF", "TIFF", "BMP", "ICO", "EPS", "PPM", "PDF"])
def test_other_formats_are_refused(format):
    with pytest.raises(images.InvalidImage):
        clean(encoded(picture(), format), name="innocent.jpg")


def test_svg_is_refused():
    with pytest.raises(images.InvalidImage):
        clean(b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')


def test_data_appended_to_a_picture_is_dropped():
    archive = b"PK\x03\x04 a program <script>alert(1)</script>"
    for format in ("JPEG", "PNG"):
        _, result = cleaned(encoded(picture(), format) + archive)
        assert b"script" not in result


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_an_incomplete_picture_is_refused(format):
    content = encoded(picture(300, 300), format)
    with pytest.raises(images.InvalidImage):
        clean(content[: len(content) // 2])


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    content = huge_png()
    assert len(content) < 300_000
    with pytest.raises(images.InvalidImage, match="25 megapixels"):
        clean(content)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_only_the_first_frame_of_an_animation_is_kept(format):
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "lime", "blue")]
    content = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    image, _ = cleaned(content)
    assert getattr(image, "n_frames", 1) == 1
    assert image.getpixel((15, 15))[0] > 200


def test_the_name_of_the_upload_is_ignored():
    assert clean(encoded(picture(), "PNG"), name="../../etc/evil.php").name == "image.jpg"
    transparent = Image.new("RGBA", (9, 9), (255, 0, 0, 0))
    assert clean(encoded(transparent, "PNG"), name="evil.php").name == "image.webp"


@pytest.mark.parametrize(
    "content", [b"x", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]
)
def test_a_file_signature_without_a_picture_is_refused(content):
    with pytest.raises(images.InvalidImage):
        clean(content)


def test_a_png_with_a_huge_compressed_text_is_refused():
    bomb = chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 50_000_000, 9))
    whole = encoded(picture(), "PNG")
    end = whole.index(b"IDAT") - 4
    with pytest.raises(images.InvalidImage):
        clean(whole[:end] + bomb + whole[end:])


class Form(serializers.Serializer):
    image = images.CleanImageField(max_side=100)


def test_the_field_returns_a_clean_picture():
    form = Form(data={"image": SimpleUploadedFile("me.png", encoded(picture(300, 200), "PNG"))})
    assert form.is_valid()
    assert Image.open(form.validated_data["image"]).size == (100, 67)


def test_the_field_reports_invalid_image():
    form = Form(data={"image": SimpleUploadedFile("me.jpg", b"not a picture")})
    assert not form.is_valid()
    assert form.errors["image"][0].code == "invalid_image"


def test_the_field_refuses_a_file_that_is_too_large(settings):
    settings.MAX_IMAGE_BYTES = 100
    form = Form(data={"image": SimpleUploadedFile("me.png", b"x" * 101)})
    with pytest.raises(PayloadTooLarge):
        form.is_valid()


MEASURE = """
import resource, sys
from django.conf import settings
settings.configure(USE_I18N=False)
from django.core.files.base import ContentFile
from lms import images

def peak():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024

content = sys.stdin.buffer.read()
try:
    images.clean(ContentFile(b"no picture"), max_side=512)
except images.InvalidImage:
    idle = peak()
for _ in range(3):
    try:
        images.clean(ContentFile(content), max_side=512)
    except images.InvalidImage:
        pass
print(peak() - idle)
"""


@pytest.mark.parametrize(
    ("make_image", "max_megabytes"),
    [(huge_png, 10), (large_jpeg, 30)],
    ids=["9,000 x 9,000 PNG", "24 megapixel JPEG"],
)
def test_cleaning_a_large_image_takes_little_memory(make_image, max_megabytes):
    command = [sys.executable, "-c", MEASURE]
    process = subprocess.run(command, input=make_image(), capture_output=True, check=True)
    assert float(process.stdout) < max_megabytes
