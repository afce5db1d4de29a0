"""Short videos with sound, encoded by FFmpeg's library: H.264 and AAC in MP4, ready to stream."""

import math
from array import array
from fractions import Fraction
from pathlib import Path

import av
from PIL import ImageDraw

from demo.pictures import colours, gradient, write

SIZE = (640, 360)
FRAMES_PER_SECOND = 12
SAMPLES_PER_SECOND = 44_100


def make(path: Path, title: str, *, seconds: int) -> None:
    """Write a video of a title, a moving line and a quiet chord; about 20 kB per second."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream(
            "libx264", rate=FRAMES_PER_SECOND, options={"preset": "veryfast", "crf": "30"}
        )
        picture.width, picture.height = SIZE
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=SAMPLES_PER_SECOND, layout="mono")
        _draw(container, picture, title, seconds)
        _play(container, sound, seconds)


def captions(title: str, seconds: int) -> str:
    """Return WebVTT that names the sounds of such a video."""
    return (
        "WEBVTT\n\n"
        f"00:00.000 --> 00:04.000\n[A quiet chord] {title}\n\n"
        f"00:04.000 --> 00:{seconds:02}.000\n[The chord goes on]\n"
    )


def _draw(
    container: av.container.OutputContainer, stream: av.VideoStream, title: str, seconds: int
) -> None:
    card = gradient(SIZE, *colours(title))
    write(card, title, size=38, width=22)
    count = seconds * FRAMES_PER_SECOND
    for number in range(count):
        image = card.copy()
        reached = SIZE[0] * (number + 1) / count
        ImageDraw.Draw(image).rectangle((0, SIZE[1] - 8, reached, SIZE[1]), fill="white")
        frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _play(container: av.container.OutputContainer, stream: av.AudioStream, seconds: int) -> None:
    step = stream.codec_context.frame_size or 1024
    for start in range(0, seconds * SAMPLES_PER_SECOND, step):
        frame = av.AudioFrame(format="fltp", layout="mono", samples=step)
        chord = array("f", map(_chord, range(start, start + step)))
        frame.planes[0].update(chord.tobytes())
        frame.sample_rate, frame.pts = SAMPLES_PER_SECOND, start
        frame.time_base = Fraction(1, SAMPLES_PER_SECOND)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _chord(sample: int) -> float:
    """Return the amplitude of a quiet A major triad."""
    angle = 2 * math.pi * sample / SAMPLES_PER_SECOND
    return 0.05 * sum(math.sin(frequency * angle) for frequency in (220.0, 277.18, 329.63))
