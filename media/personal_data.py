"""What is kept of a person here, shown and erased."""

from typing import Any

from media.exceptions import AssetInUse
from media.models import Asset, PlaybackGrant
from media.services import assets

ERASED_NAME = "deleted"


def export(user: Any) -> dict[str, Any]:
    """Give the person's files, and what they were given to watch lately."""
    assets = Asset.objects.owned_by(user).order_by("id")
    grants = PlaybackGrant.objects.filter(user=user).order_by("id")
    return {
        "files": [
            {
                "id": str(asset.pk),
                "kind": asset.kind,
                "status": asset.status,
                "original_name": asset.original_name,
                "bytes": asset.bytes,
                "created_at": asset.created_at,
            }
            for asset in assets
        ],
        "playback": [
            {"lecture": str(grant.lecture), "device": grant.device, "at": grant.created_at}
            for grant in grants
        ],
    }


def erase(user: Any) -> None:
    """Delete the person's files but those that lectures use, whose names are forgotten."""
    PlaybackGrant.objects.filter(user=user).delete()
    for asset in Asset.objects.owned_by(user):
        try:
            assets.withdraw(asset)
        except AssetInUse:
            Asset.objects.filter(pk=asset.pk).update(original_name=ERASED_NAME)
