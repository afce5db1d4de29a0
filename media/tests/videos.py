"""Small videos, real enough to be inspected, streamed and looked at."""

from functools import cache
from io import BytesIO

import av
from PIL import Image

CODECS = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx", "matroska": "libx264"}


@cache
def video(container: str = "mp4", seconds: int = 2) -> bytes:
    """Encode a picture of one colour for a few seconds."""
    out = BytesIO()
    with av.open(out, "w", format=container) as target:
        stream = target.add_stream(CODECS[container], rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(seconds * 5):
            target.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64), "teal"))))
        target.mux(stream.encode(None))
    return out.getvalue()


def padded(content: bytes, size: int) -> bytes:
    """Make an MP4 as large as wanted: a box of free space at its end changes nothing."""
    room = size - len(content)
    return content + room.to_bytes(4, "big") + b"free" + b"\0" * (room - 8)
