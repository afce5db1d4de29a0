"""The URLs by which Cloudinary serves files: images in every size, streams, posters and downloads."""

from datetime import datetime
from typing import Any, TypedDict
from urllib.parse import urlencode, urlsplit

from cloudinary import utils
from django.conf import settings
from django.utils import timezone

from media.cloud import SIGNATURE_LIFETIME
from media.models import Stored

type Step = dict[str, object]

FOR_BROWSERS: Step = {"fetch_format": "auto", "quality": "auto"}
"""The transformation that picks the format and quality that suit the browser."""
WIDTHS = (320, 640, 1280)
"""Widths in pixels that a picture of a course is offered in."""
WIDE = "16:9"
"""Width and height of a picture of a course. A ratio, so that its URLs differ in their width alone."""

# --- Images: public -----------------------------------------------------------------------------------------


def transformed_url(name: str, *steps: Step) -> str:
    """Return the URL of a stored image after the transformations `steps`; without any, of the image as it was sent."""
    url: str = utils.cloudinary_url(
        name, resource_type="image", type="upload", transformation=list(steps)
    )[0]
    return url


def sized_url(name: str, **size: object) -> str:
    """Return the URL of a stored image, cut around what matters in it.

    `size` is a `width` in pixels, and a `height` in pixels or an `aspect_ratio`.
    """
    return transformed_url(name, {"crop": "fill", "gravity": "auto", **size}, FOR_BROWSERS)


class Srcset(TypedDict):
    """A picture in several widths, in pixels: `base`, with one of them for `{width}`, is its URL."""

    base: str
    widths: tuple[int, ...]


def srcset(name: str) -> Srcset:
    """Return the URLs of a course's picture for HTML's `srcset`, as one URI template (RFC 6570)."""
    # As a `width`, the SDK would read `{width}` as a variable of its own and write `{w}`.
    base = sized_url(name, aspect_ratio=WIDE, raw_transformation="w_{width}")
    return {"base": base, "widths": WIDTHS}


# --- Videos and files: signed -------------------------------------------------------------------------------


def stream_url(file: Stored, version: int | None, expires_at: datetime | None = None) -> str:
    """Return the URL of a video's HLS playlist: with an expiry by token, else by a signature, which never expires."""
    stream = {"streaming_profile": "auto", "format": "m3u8"}
    url = _signed_url(file, version, sign_url=expires_at is None, **stream)
    if expires_at is None:
        return url
    # The token is valid for every part of this video and for nothing else.
    root = urlsplit(url).path.partition(f"/{file.type}/")[0]
    token = utils.generate_auth_token(
        key=settings.CLOUDINARY_TOKEN_KEY,
        acl=f"{root}/{file.type}/*/{file.public_id}*",
        expiration=int(expires_at.timestamp()),
    )
    return f"{url}?{token}"


def poster_url(file: Stored, version: int | None) -> str:
    """Return the URL of a frame of a video. Its signature is valid for this picture only and never expires."""
    steps = [{"width": 1280, "crop": "limit", "quality": "auto"}]
    return _signed_url(file, version, sign_url=True, format="jpg", transformation=steps)


def private_url(file: Stored, expires_at: datetime, **options: Any) -> str:
    """Return the URL of the file itself, valid until `expires_at`.

    `format` converts the file and `target_filename` names the download. The SDK's `private_download_url` has no
    parameter for a file name. https://cloudinary.com/documentation/upload_parameters
    """
    # The signature does not cover the endpoint, and `destroy` takes the same fields. `destroy` demands a timestamp of
    # the last hour and a download with `expires_at` none at all: an old timestamp makes the URL good for downloads only.
    stale = timezone.now() - 2 * SIGNATURE_LIFETIME
    params = utils.sign_request(
        {
            "timestamp": int(stale.timestamp()),
            "public_id": file.public_id,
            "type": file.type,
            "expires_at": int(expires_at.timestamp()),
            **options,
        },
        {},
    )
    url = utils.cloudinary_api_url("download", resource_type=file.resource_type)
    return f"{url}?{urlencode(params)}"


def download_url(file: Stored, filename: str) -> str:
    """Return a URL that downloads a file under `filename`, valid for `settings.PLAYBACK_LIFETIME`."""
    expires_at = timezone.now() + settings.PLAYBACK_LIFETIME
    return private_url(file, expires_at, attachment=True, target_filename=filename)


def _signed_url(file: Stored, version: int | None, **options: Any) -> str:
    options |= {"version": version, "long_url_signature": True, **file.options()}
    url: str = utils.cloudinary_url(file.public_id, **options)[0]
    return url
