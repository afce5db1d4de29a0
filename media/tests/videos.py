"""Small real videos."""

from functools import cache
from io import BytesIO

import av
from PIL import Image

CODECS = {"mp4": "libx264", "mov": "libx264", "webm": "libvpx", "matroska": "libx264"}


@cache
def video(container: str = "mp4", seconds: int = 2, *, live: bool = False) -> bytes:
    """Return a video of one colour; `live` leaves the duration out of a WebM, as browsers do that record one."""
    out = BytesIO()
    with av.open(out, "w", format=container, options={"live": "1"} if live else {}) as target:
        stream = target.add_stream(CODECS[container], rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(seconds * 5):
            target.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64), "teal"))))
        target.mux(stream.encode(None))
    return out.getvalue()


def padded(content: bytes, size: int) -> bytes:
    """Return an MP4 of `size` bytes: the content, and a box of free space at its end."""
    space = size - len(content)
    return content + space.to_bytes(4, "big") + b"free" + b"\0" * (space - 8)
