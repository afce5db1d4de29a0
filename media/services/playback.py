"""Playback: a limited number of a person's devices play at once, and each playback is logged."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from itertools import takewhile
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pymongo import ReturnDocument

from accounts.models import User
from lms.mongodb import connection
from media.exceptions import NotReady, TooManyStreams
from media.models import Asset, PlaybackGrant
from media.queries.playback import render_player


def start(
    asset: Asset,
    *,
    user: User | AnonymousUser | None,
    lecture_id: ObjectId,
    device: str = "",
    captions: Iterable[Asset] = (),
) -> dict[str, Any]:
    """Start a playback; return what a player needs: `{url, expires_at, poster, captions}`.

    The caller has decided that the user may watch. `device` (the id of the login session) distinguishes the user's
    devices: each plays one lecture, and at most `settings.PLAYBACK_STREAMS` devices play at once. Without it, each
    lecture counts as a device. Visitors are neither counted nor logged. Raises `NotReady`, `TooManyStreams`.
    """
    if not asset.is_ready:
        raise NotReady
    if user is not None and user.is_authenticated:
        _hold_stream(asset, user.pk, lecture_id, device or f"lecture {lecture_id}")
    return render_player(asset, captions)


def _hold_stream(asset: Asset, user_id: ObjectId, lecture_id: ObjectId, device: str) -> None:
    """Log the playback and reserve a stream for the device, at most for `settings.PLAYBACK_LEASE`.

    A device that plays the same lecture again extends the grant that it has. Each device writes its grant first, and then
    counts the devices ahead of it in the order of ids, which the database assigns: so devices that start at the same
    moment all see the same order. Raises `TooManyStreams`.
    """
    now = timezone.now()
    grants = connection.get_collection(PlaybackGrant._meta.db_table)
    live = {"user_id": user_id, "held_until": {"$gt": now}}
    grant = grants.find_one_and_update(
        live | {"device": device, "lecture": lecture_id},
        {
            "$set": {
                "asset": asset.pk,
                "held_until": now + _lease(asset),
                "expires_at": now + settings.PLAYBACK_LOG,
            },
            "$setOnInsert": {"created_at": now},
        },
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    devices = grants.aggregate(_devices_pipeline(live))
    ahead = list(takewhile(lambda row: row["_id"] != device, devices))
    if len(ahead) >= settings.PLAYBACK_STREAMS:
        grants.delete_one({"_id": grant["_id"]})  # type: ignore[index]  # an upsert always returns a row
        free_at = min(row["held_until"] for row in ahead).replace(tzinfo=UTC)
        raise TooManyStreams(wait=(free_at - now).total_seconds())


def _lease(asset: Asset) -> timedelta:
    """Return how long a stream is reserved: the length of the video if it is known, but a minute at least."""
    if not asset.duration_seconds:
        return settings.PLAYBACK_LEASE
    length = timedelta(seconds=asset.duration_seconds)
    return min(max(length, timedelta(minutes=1)), settings.PLAYBACK_LEASE)


def _devices_pipeline(live: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"$match": live},
        {
            "$group": {
                "_id": "$device",
                "first_grant": {"$min": "$_id"},
                "held_until": {"$max": "$held_until"},
            }
        },
        {"$sort": {"first_grant": 1}},
    ]
