"""Repair of uploads that were never finished and of notifications that never arrived."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched, groupby

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media import cloud
from media.exceptions import MediaNotFound
from media.models import Asset
from media.services import assets, deletions

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""How long we wait for a notification, or before we retry a deletion."""

EXPIRED = _("The upload was not finished in time. Upload the file again.")


@dataclass(frozen=True)
class Repairs:
    """How many assets changed their status, and how many deletions succeeded or are left."""

    assets: int
    deleted: int
    left: int


def expire_uploads() -> int:
    """Fail the uploads that are unfinished after `settings.UPLOAD_LIFETIME`, delete their files, and count them."""
    begun_before = timezone.now() - settings.UPLOAD_LIFETIME
    overdue = Asset.objects.filter(status__in=Asset.AWAITED, created_at__lt=begun_before)
    return sum(
        assets.reject(asset, "expired", EXPIRED) for asset in overdue.order_by("created_at", "id")
    )


def repair() -> Repairs:
    """Update unfinished assets from Cloudinary, and retry deletions. Raises `MediaUnavailable`."""
    changed = sum(_update(asset) for asset in _stuck_assets())
    deleted, left = deletions.retry(older_than=PATIENCE)
    return Repairs(changed, deleted, left)


def _stuck_assets() -> Iterator[Asset]:
    """Iterate over the assets that wait for a notification although their file is at Cloudinary."""
    old = Asset.objects.filter(created_at__lt=timezone.now() - PATIENCE)
    yield from old.filter(status=Asset.Status.PROCESSING).order_by("created_at", "id")
    # Most of the others are tickets that nobody used: one request asks about a hundred of them.
    awaited = old.filter(status__in=Asset.AWAITED).order_by("created_at", "id")
    for batch in batched(awaited.iterator(), 100, strict=False):
        by_type = sorted(batch, key=_resource_type)
        for __, group in groupby(by_type, key=_resource_type):
            same_type = list(group)
            existing = cloud.existing_ids([asset.stored for asset in same_type])
            yield from (asset for asset in same_type if asset.public_id in existing)


def _resource_type(asset: Asset) -> str:
    return asset.stored.resource_type


def _update(asset: Asset) -> bool:
    """Update an asset from Cloudinary; return whether its status changed."""
    before = asset.status
    try:
        assets.refresh(asset)
    except MediaNotFound:
        logger.info("Cloudinary has no file or no stream of asset %s yet.", asset.pk)
    return asset.status != before
