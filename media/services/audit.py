"""Files at Cloudinary that no row knows, and rows whose file is not there.

Only what lies under our own prefix is ever looked at.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched

from django.apps import apps
from django.conf import settings
from django.db.models import FileField
from django.utils import timezone

from media import cloud
from media.models import Asset, Deletion
from media.storage import ImageStorage

GRACE = timedelta(days=2)
"""How old a file without a row must be: a younger one may belong to a request that is under way."""

PLACES = [("image", "upload"), *((name, "authenticated") for name in cloud.RESOURCE_TYPES)]


def orphans() -> Iterator[cloud.Stored]:
    """Find the files that nothing refers to. Raises `MediaUnavailable`."""
    images = {name.rpartition(".")[0] for name in image_names()}
    for resource_type, type in PLACES:
        for page in cloud.listed(resource_type, type, f"{settings.CLOUDINARY_PREFIX}/"):
            old = [resource["public_id"] for resource in page if _is_old(resource["created_at"])]
            known = images if type == "upload" else _known(resource_type, old)
            known = known | _owed(resource_type, type, old)
            yield from (cloud.Stored(resource_type, type, one) for one in old if one not in known)


def missing() -> Iterator[cloud.Stored]:
    """Find the files that rows refer to and Cloudinary does not have. Raises `MediaUnavailable`."""
    ready = Asset.objects.filter(status=Asset.Status.READY).order_by("id").iterator()
    images = (cloud.Stored("image", "upload", name.rpartition(".")[0]) for name in image_names())
    yield from _absent(asset.stored for asset in ready)
    yield from _absent(images)


def image_names() -> Iterator[str]:
    """Name every image that a row of any app refers to."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField) and isinstance(field.storage, ImageStorage):
                rows = model._base_manager.exclude(**{field.name: ""})
                yield from rows.values_list(field.name, flat=True).iterator()


def _known(resource_type: str, ids: list[str]) -> set[str]:
    assets = Asset.objects.filter(public_id__in=ids)
    return {asset.public_id for asset in assets if asset.stored.resource_type == resource_type}


def _owed(resource_type: str, type: str, ids: list[str]) -> set[str]:
    """Tell which of these are to be deleted anyway."""
    rows = Deletion.objects.filter(public_id__in=ids, resource_type=resource_type, type=type)
    return set(rows.values_list("public_id", flat=True))


def _absent(files: Iterable[cloud.Stored]) -> Iterator[cloud.Stored]:
    for batch in batched(files, 100, strict=False):
        for resource_type in cloud.RESOURCE_TYPES:
            same = [file for file in batch if file.resource_type == resource_type]
            if same:
                there = cloud.existing(same)
                yield from (file for file in same if file.public_id not in there)


def _is_old(created_at: str) -> bool:
    return datetime.fromisoformat(created_at) < timezone.now() - GRACE
