"""What to do about uploads that never ended, and about notifications that never came."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched, groupby

from django.conf import settings
from django.utils import timezone

from media import cloud
from media.exceptions import MediaNotFound
from media.models import Asset
from media.services import assets, deletions

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)
"""How long a notification may take, or a deletion that failed may rest, before we look ourselves."""

AWAITED = (Asset.Status.PENDING, Asset.Status.UPLOADING)


@dataclass(frozen=True)
class Repairs:
    """How many assets went on, and how many deletions were made good or are still owed."""

    assets: int
    deleted: int
    owed: int


def expire() -> int:
    """Fail the uploads that are pending for `settings.UPLOAD_LIFETIME`, delete what came of them, and count them."""
    begun_before = timezone.now() - settings.UPLOAD_LIFETIME
    overdue = Asset.objects.filter(status__in=AWAITED, created_at__lt=begun_before)
    return sum(assets.reject(asset, "expired") for asset in overdue.order_by("created_at", "id"))


def repair() -> Repairs:
    """Ask Cloudinary about unfinished assets, and delete again what could not be deleted.

    Raises `MediaUnavailable` when Cloudinary is away.
    """
    moved = sum(_moves(asset) for asset in _stuck())
    deleted, owed = deletions.retry(older_than=PATIENCE)
    return Repairs(moved, deleted, owed)


def _stuck() -> Iterator[Asset]:
    """Find what waits for a notification that may have been lost: its file is there, as far as a list can tell."""
    old = Asset.objects.filter(created_at__lt=timezone.now() - PATIENCE)
    yield from old.filter(status=Asset.Status.PROCESSING).order_by("created_at", "id")
    # A ticket that nobody used is no trouble: a hundred are asked about at once.
    awaited = old.filter(status__in=AWAITED).order_by("created_at", "id")
    for batch in batched(awaited.iterator(), 100, strict=False):
        by_type = sorted(batch, key=lambda asset: asset.stored.resource_type)
        for _, group in groupby(by_type, key=lambda asset: asset.stored.resource_type):
            assets = list(group)
            there = cloud.existing([asset.stored for asset in assets])
            yield from (asset for asset in assets if asset.public_id in there)


def _moves(asset: Asset) -> bool:
    before = asset.status
    try:
        assets.ask_again(asset)
    except MediaNotFound:
        logger.info("Cloudinary has no file or no stream yet of asset %s.", asset.pk)
    return asset.status != before
