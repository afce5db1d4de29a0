"""What can be derived from videos without encoding: a poster and an HLS stream."""

import re
from pathlib import Path

import av
from PIL import Image

from sandbox.cloudinary.errors import BadRequest
from sandbox.cloudinary.inspection import media, open_video

SEGMENT_SECONDS = 6
STREAMABLE = {"h264", "hevc", "av1", "vp9", "aac", "mp3", "opus", "flac", "ac3"}


def poster(path: Path, offset: str) -> Image.Image:
    """Return a frame of a video, by default the middle one.

    ``offset`` is in seconds (``3.5``) or in percent (``20p``). Raises BadRequest if the video has
    no frame there.
    """
    with open_video(path) as container:
        seconds = read_offset(offset, (container.duration or 0) / av.time_base)
        frame = None
        try:
            container.seek(int(seconds * av.time_base))
            for frame in container.decode(video=0):
                if frame.time is None or frame.time >= seconds:
                    break
        except (av.FFmpegError, IndexError) as error:
            raise BadRequest("The video cannot be decoded") from error
        if frame is None:
            raise BadRequest("The video has no frames")
        image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
        return image


def read_offset(text: str, duration: float) -> float:
    """Return an offset in seconds, inside the video."""
    if text == "auto":
        return duration / 2
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)([ps]?)", text)
    if match is None:
        raise BadRequest(f"Invalid value {text} for parameter start_offset")
    seconds = float(match[1]) * duration / 100 if match[2] == "p" else float(match[1])
    return min(seconds, duration)


def package(path: Path, folder: Path) -> None:
    """Cut a video into HLS segments in a folder, in the uploaded quality only.

    Raises BadRequest if that would need another codec.
    """
    options = {
        "hls_time": str(SEGMENT_SECONDS),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_fmp4_init_filename": piece_name("m4s", None),
        "hls_segment_filename": str(folder / "%d.m4s"),
        "start_number": "1",
    }
    with open_video(path) as source:
        chosen = [s for s in media(source) if s.codec_context.codec.canonical_name in STREAMABLE]
        if not chosen:
            raise BadRequest("The sandbox does not transcode: this video cannot be streamed")
        with av.open(
            str(folder / piece_name("m3u8")), "w", format="hls", options=options
        ) as target:
            copies = {stream: target.add_stream_from_template(stream) for stream in chosen}
            for packet in source.demux(chosen):
                if packet.dts is not None:
                    packet.stream = copies[packet.stream]
                    target.mux(packet)


def piece_name(extension: str, page: int | None = None) -> str:
    """Return the name of a file of a stream: the playlist, a segment, or the initialization segment."""
    if extension == "m3u8":
        return "playlist.m3u8"
    return "init.mp4" if page is None else f"{page}.m4s"
