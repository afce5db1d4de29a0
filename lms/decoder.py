"""The program that decodes a picture and encodes it again, in a process of its own.

A decoder has endless ways to waste time and memory: scans, chunks, profiles, tags. The kernel limits them all, whatever
the format. `images.clean` runs this file: the picture arrives on stdin, its longest side in pixels and the limit of CPU time
in seconds are the arguments, and the clean picture leaves on stdout. It imports nothing but Pillow, because it starts again
for each picture.
"""

import resource
import sys
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 25_000_000
MAX_MEMORY = 640 * 1024 * 1024
"""In bytes, the program itself included; a picture of 25 megapixels takes 300 MB."""
MAX_SCANS = 50
"""How many scans a JPEG may have; a progressive one has about ten, and the double pictures of phones twice as many.

Decoding a scan takes a pass over the whole picture, and a scan may be as short as 40 bytes.
"""
JPEG, SCAN = b"\xff\xd8", b"\xff\xda"
"""How a JPEG begins, and each of its scans: within one, FF is followed by 00. ITU-T T.81, B.1.1."""
TOO_MANY_SCANS = 3
"""The exit status for a JPEG of more than `MAX_SCANS`."""
TOO_LARGE = 4
"""The exit status for a picture of more than `MAX_PIXELS`."""


class TooManyScans(Exception):
    """The JPEG has more than `MAX_SCANS`."""


class TooLarge(Exception):
    """The picture has more than `MAX_PIXELS`."""


def main(max_side: int, max_cpu_seconds: int) -> None:
    limit(max_cpu_seconds)
    try:
        picture = decode(sys.stdin.buffer.read(), max_side)
    except TooManyScans:
        sys.exit(TOO_MANY_SCANS)
    except TooLarge:
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(encode(picture))


def limit(max_cpu_seconds: int) -> None:
    """Limit what this process may use: the kernel ends it, or refuses memory to it."""
    resource.setrlimit(resource.RLIMIT_CPU, (max_cpu_seconds, max_cpu_seconds + 1))
    if sys.platform == "linux":  # macOS refuses this limit
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def decode(content: bytes, max_side: int) -> Image.Image:
    """Return the first frame of a picture: upright, shrunk, in RGB or RGBA. Raises `TooManyScans`, `TooLarge`."""
    # By the first bytes, not by the format's name: Pillow calls a JPEG with two pictures MPO.
    if content.startswith(JPEG) and content.count(SCAN) > MAX_SCANS:
        raise TooManyScans
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            raise TooLarge
        image.verify()
    # `verify` has read the file to its end without decoding it.
    with Image.open(BytesIO(content), formats=FORMATS) as image:
        image.draft("RGB", (max_side, max_side))  # decodes a JPEG no larger than needed
        image.load()
        mode = "RGBA" if image.has_transparency_data else "RGB"
        picture = image if image.mode == mode else image.convert(mode)
        picture.thumbnail((max_side, max_side))
        orientation = image.getexif().get(0x0112)
    return upright(picture, orientation)


def upright(picture: Image.Image, orientation: Any) -> Image.Image:
    """Rotate or mirror a picture according to its EXIF orientation (1 to 8), and drop all metadata."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.info = {"exif": exif.tobytes()} if orientation in range(2, 9) else {}
    turned = ImageOps.exif_transpose(picture)
    turned.info = {}
    return turned


def encode(picture: Image.Image) -> bytes:
    """Return a picture as JPEG, or as WebP if it has transparency."""
    encoded = BytesIO()
    picture.save(encoded, "WEBP" if picture.mode == "RGBA" else "JPEG", quality=88)
    return encoded.getvalue()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
