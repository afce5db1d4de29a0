"""Protection of imported videos, which everybody with their old address can read at Cloudinary."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from lms.mongodb.transaction import atomic
from media import cloud
from media.cloud import CloudResponse
from media.exceptions import MediaNotFound
from media.models import Asset, Stored
from media.services.assets import ready_handlers


@dataclass(frozen=True)
class Protection:
    """A video that was looked at, and whether its file is protected; it is not if Cloudinary has no such file."""

    asset: Asset
    done: bool


def list_unprotected() -> Iterable[Asset]:
    """List the videos that everybody with their address can read."""
    ready = Asset.objects.filter(status=Asset.Status.READY, delivery_type=Asset.DeliveryType.UPLOAD)
    return ready.order_by("created_at", "id").iterator()


def protect_all() -> Iterator[Protection]:
    """Protect one video after the other. Raises `MediaUnavailable`; the next call goes on where it stopped."""
    for asset in list_unprotected():
        yield Protection(asset, protect(asset))


def protect(asset: Asset) -> bool:
    """Rename a video's file to our place and type, and keep what Cloudinary knows of it. Return False if it has no file.

    The new name follows from the asset: after an interruption between the two, the file is found there. Old addresses,
    also those in the caches of the network, end within minutes.
    """
    old, new = asset.stored, _protected(asset)
    try:
        details = cloud.get_details(old)
        details |= cloud.rename(old, new)
    except MediaNotFound:
        try:
            details = cloud.get_details(new)
        except MediaNotFound:
            return False
    _record(asset, new, details)
    return True


def _protected(asset: Asset) -> Stored:
    return Stored(
        asset.stored.resource_type,
        Asset.DeliveryType.AUTHENTICATED,
        f"{settings.CLOUDINARY_PREFIX}/videos/{asset.pk}",
    )


@atomic
def _record(asset: Asset, file: Stored, details: CloudResponse) -> None:
    """Keep the new place of a file, and let the lectures that play it count its duration."""
    duration = details.get("duration")
    asset.public_id, asset.delivery_type = file.public_id, file.type
    asset.asset_id = str(details.get("asset_id", ""))
    asset.version, asset.bytes = details["version"], details["bytes"]
    asset.format = details.get("format") or asset.format
    asset.duration_seconds = max(1, round(duration)) if duration else asset.duration_seconds
    asset.updated_at = timezone.now()
    columns = "public_id delivery_type asset_id version bytes format duration_seconds updated_at"
    asset.save(update_fields=columns.split())
    for handle_ready in ready_handlers:
        handle_ready(asset)
