"""Differences between the database and Cloudinary: files without a row, and rows without a file.

Only files under our own prefix are looked at.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched

from django.apps import apps
from django.conf import settings
from django.db.models import FileField
from django.utils import timezone

from media import cloud
from media.models import Asset, Deletion, Stored
from media.storage import ImageStorage

GRACE = timedelta(days=2)
"""How old a file without a row must be: a younger one may belong to a request that is still running."""

PLACES = [("image", "upload"), *((name, "authenticated") for name in cloud.RESOURCE_TYPES)]


def iter_unknown_files() -> Iterator[Stored]:
    """Iterate over the files at Cloudinary that no row refers to. Raises `MediaUnavailable`."""
    images = {name.rpartition(".")[0] for name in iter_image_names()}
    for resource_type, type in PLACES:
        for page in cloud.list_pages(resource_type, type, f"{settings.CLOUDINARY_PREFIX}/"):
            ids = [resource["public_id"] for resource in page if _is_old(resource["created_at"])]
            known = images if type == "upload" else _asset_ids(resource_type, ids)
            known = known | _deletion_ids(resource_type, type, ids)
            yield from (Stored(resource_type, type, id) for id in ids if id not in known)


def iter_missing_files() -> Iterator[Stored]:
    """Iterate over the files that rows refer to and Cloudinary does not have. Raises `MediaUnavailable`."""
    ready = Asset.objects.filter(status=Asset.Status.READY).order_by("id").iterator()
    images = (Stored("image", "upload", name.rpartition(".")[0]) for name in iter_image_names())
    yield from _missing(asset.stored for asset in ready)
    yield from _missing(images)


def iter_image_names() -> Iterator[str]:
    """Iterate over the names of all images that a row of any app refers to."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField) and isinstance(field.storage, ImageStorage):
                rows = model._base_manager.exclude(**{field.name: ""})
                yield from rows.values_list(field.name, flat=True).iterator()


def _asset_ids(resource_type: str, ids: list[str]) -> set[str]:
    assets = Asset.objects.filter(public_id__in=ids)
    return {asset.public_id for asset in assets if asset.stored.resource_type == resource_type}


def _deletion_ids(resource_type: str, type: str, ids: list[str]) -> set[str]:
    """Return which of these files are about to be deleted anyway."""
    rows = Deletion.objects.filter(public_id__in=ids, resource_type=resource_type, type=type)
    return set(rows.values_list("public_id", flat=True))


def _missing(files: Iterable[Stored]) -> Iterator[Stored]:
    for batch in batched(files, 100, strict=False):
        for resource_type in cloud.RESOURCE_TYPES:
            same_type = [file for file in batch if file.resource_type == resource_type]
            if same_type:
                existing = cloud.existing_ids(same_type)
                yield from (file for file in same_type if file.public_id not in existing)


def _is_old(created_at: str) -> bool:
    return datetime.fromisoformat(created_at) < timezone.now() - GRACE
