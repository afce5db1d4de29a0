"""What media keeps about a person: export and erasure."""

from typing import Any

from accounts.models import User
from media.exceptions import AssetInUse
from media.models import Asset, PlaybackGrant, Streams
from media.services import assets

ERASED_NAME = "deleted"


def export(user: User) -> dict[str, Any]:
    """Return the person's files, and what they played lately."""
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
            for asset in Asset.objects.owned_by(user).order_by("id")
        ],
        "playback": [
            {"lecture": str(grant.lecture), "device": grant.device, "at": grant.created_at}
            for grant in grants
        ],
    }


def erase(user: User) -> None:
    """Delete the person's files. Of those that lectures use, erase the name only."""
    Streams.objects.filter(pk=user.pk).delete()
    PlaybackGrant.objects.filter(user=user).delete()
    for asset in Asset.objects.owned_by(user):
        try:
            assets.delete(asset)
        except AssetInUse:
            Asset.objects.filter(pk=asset.pk).update(original_name=ERASED_NAME)
