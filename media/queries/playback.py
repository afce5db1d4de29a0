"""What a player needs: URLs of a video, its poster and its captions, each valid for a limited time where possible."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils import timezone

from media import delivery
from media.models import Asset

PLAYABLE_FORMATS = {"mp4", "m4v", "webm"}
"""The formats that browsers play. Cloudinary converts all others to MP4."""


def render_player(asset: Asset, captions: Iterable[Asset]) -> dict[str, Any]:
    """Return `{url, expires_at, poster, captions}`; captions that are not ready are left out."""
    expires_at = timezone.now() + settings.PLAYBACK_LIFETIME
    return {
        **render_video(asset, expires_at),
        "poster": delivery.poster_url(asset.stored, asset.version),
        "captions": [render_captions(one, expires_at) for one in captions if one.is_ready],
    }


def render_video(asset: Asset, expires_at: datetime) -> dict[str, Any]:
    """Return a video's `{url, expires_at}`.

    An HLS stream opened by a token expires, and so does the file itself. An HLS stream opened by a signature alone never
    does: its `expires_at` is None.
    """
    if not (asset.is_streamable and settings.CLOUDINARY_STREAMING):
        return {"url": file_url(asset, expires_at), "expires_at": expires_at}
    expiry = expires_at if settings.CLOUDINARY_TOKEN_KEY else None
    url = delivery.stream_url(asset.stored, asset.version, expiry)
    return {"url": url, "expires_at": expiry}


def file_url(asset: Asset, expires_at: datetime) -> str:
    """Return the URL of a video as one file, which every browser plays, valid until `expires_at`."""
    format = asset.format if asset.format in PLAYABLE_FORMATS else "mp4"
    return delivery.private_url(asset.stored, expires_at, format=format)


def render_captions(asset: Asset, expires_at: datetime) -> dict[str, Any]:
    """Return `{id, label, language, url}`; the label is the file's name without its extension."""
    return {
        "id": asset.pk,
        "label": PurePosixPath(asset.original_name).stem,
        "language": asset.language,
        "url": delivery.private_url(asset.stored, expires_at),
    }
