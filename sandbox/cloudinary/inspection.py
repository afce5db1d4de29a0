"""What a file is by its content, not by its name."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from PIL import Image

from sandbox.cloudinary.errors import BadRequest

MEGAPIXELS = 25
IMAGES = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "AVIF": "avif", "BMP": "bmp"}
IMAGES |= {"TIFF": "tif", "ICO": "ico"}
# Pillow opens a double picture as a JPEG, and then names it MPO.
EXTENSIONS = IMAGES | {"MPO": "jpg"}
# Only formats that contain their data: a playlist could make the reader open other files.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,ogg,flv,mp3,wav,aac,flac"
BRANDS = {"qt": "mov", "M4A": "m4a", "3gp": "3gp"}
WEB_CODECS = {"vp8", "vp9", "av1", "vorbis", "opus"}


@dataclass(frozen=True)
class Content:
    """The kind of a file (image, video or raw), its format, and what can be read from it."""

    kind: str
    format: str | None
    details: dict[str, Any]


def inspect(path: Path, filename: str) -> Content:
    """Return what a file is; neither image nor video means raw, with the format of its name."""
    return read_image(path) or read_video(path) or by_name(filename)


def by_name(filename: str) -> Content:
    """Return a raw file with the format of its name."""
    return Content("raw", Path(filename).suffix.lstrip(".").lower() or None, {})


def read_image(path: Path) -> Content | None:
    """Return format and size of an image without decoding it, or None if it is no image.

    Raises BadRequest for an image with too many pixels.
    """
    try:
        with Image.open(path, formats=tuple(IMAGES)) as image:
            width, height, format = image.width, image.height, image.format
            check_pixels(width, height)
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadRequest(f"Maximum image size is {MEGAPIXELS} Megapixels") from error
    except (OSError, ValueError, SyntaxError):
        return None
    return Content("image", EXTENSIONS[str(format)], {"width": width, "height": height})


def check_pixels(width: int, height: int) -> None:
    """Raise BadRequest for an image that would need too much memory."""
    if width * height > MEGAPIXELS * 1_000_000:
        requested = width * height / 1_000_000
        raise BadRequest(
            f"Maximum image size is {MEGAPIXELS} Megapixels. Requested {requested:.2f} Megapixels"
        )


def read_video(path: Path) -> Content | None:
    """Return what a video or audio file contains, or None if it is neither."""
    try:
        with open_video(path) as container:
            if not has_content(container):
                return None
            return Content("video", container_format(container), describe(container))
    except (av.FFmpegError, ValueError):
        return None


def open_video(path: Path) -> InputContainer:
    """Open a video; raise av.FFmpegError if it is no video."""
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    return av.open(str(path), options=options)


def has_content(container: InputContainer) -> bool:
    """Return whether a container has something to play.

    Its header names the duration, but for the WebM and Matroska that browsers record: there a first packet is enough.
    """
    if container.duration or not media(container):
        return bool(media(container))
    is_recorded = container.format.name.startswith("matroska")
    return is_recorded and any(packet.dts is not None for packet in container.demux())


def container_format(container: InputContainer) -> str:
    """Return the usual extension of a container, by its content."""
    name = container.format.name
    if name.startswith("mov"):
        brand = container.metadata.get("major_brand", "").strip()
        return next((ext for mark, ext in BRANDS.items() if brand.startswith(mark)), "mp4")
    if name.startswith("matroska"):
        codecs = {codec_name(stream) for stream in media(container)}
        return "webm" if codecs <= WEB_CODECS else "mkv"
    if name == "ogg":
        return "ogv" if container.streams.video else "ogg"
    return {"mpegts": "ts", "mpeg": "mpg"}.get(name, name)


def media(container: InputContainer) -> list[Any]:
    """Return the video and audio streams."""
    return [*container.streams.video, *container.streams.audio]


def codec_name(stream: Any) -> str:
    """Return the name of a codec, not of the library that decodes it."""
    return str(stream.codec_context.codec.canonical_name)


def describe(container: InputContainer) -> dict[str, Any]:
    """Return the technical fields of the answer to an upload; an unknown duration, in seconds, is left out."""
    details: dict[str, Any] = {
        "bit_rate": container.bit_rate,
        "is_audio": not container.streams.video,
        "audio": {},
        "video": {},
    }
    if container.duration:
        details["duration"] = round(container.duration / av.time_base, 6)
    for audio in container.streams.audio[:1]:
        details["audio"] = {
            "codec": codec_name(audio),
            "bit_rate": str(audio.bit_rate or 0),
            "frequency": audio.rate,
            "channels": audio.channels,
            "channel_layout": audio.layout.name,
        }
    for video in container.streams.video[:1]:
        details |= {"width": video.width, "height": video.height, "nb_frames": video.frames}
        details["frame_rate"] = float(video.average_rate or 0)
        details["video"] = {
            "codec": codec_name(video),
            "pix_format": video.pix_fmt,
            "bit_rate": str(video.bit_rate or 0),
            "dar": "{}:{}".format(*Fraction(video.width, video.height or 1).as_integer_ratio()),
            "time_base": str(video.time_base),
        }
    return details
