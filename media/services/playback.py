"""Playback: a limited number of a person's devices play at once, and each playback is logged."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from accounts.models import User
from lms.mongodb import connection
from media.exceptions import NotReady, TooManyStreams
from media.models import Asset, PlaybackGrant, Streams
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
        device = device or f"lecture {lecture_id}"
        until = timezone.now() + _lease(asset)
        _hold_stream(user.pk, device, until)
        _log({"user_id": user.pk, "device": device, "lecture": lecture_id}, until, asset)
    return render_player(asset, captions)


def _hold_stream(user_id: ObjectId, device: str, until: datetime) -> None:
    """Reserve a stream for a device until a time, in addition to or instead of the one it has. Raises `TooManyStreams`."""
    now = timezone.now()
    streams = connection.get_collection(Streams._meta.db_table)
    change = partial(
        streams.find_one_and_update,
        {"_id": user_id},
        _streams_pipeline(device, now, until),
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    try:
        row = change()
    except DuplicateKeyError:  # another device has made the row at the same moment
        row = change()
    assert row is not None  # noqa: S101 (an upsert always returns a row)
    held = {each["device"]: each["held_until"].replace(tzinfo=UTC) for each in row["devices"]}
    if device not in held:
        raise TooManyStreams(wait=(min(held.values()) - now).total_seconds())


def _streams_pipeline(device: str, now: datetime, until: datetime) -> list[dict[str, Any]]:
    """Forget the streams that have ended; add the device if there is room for one more."""
    playing = {"$and": [{"$gt": ["$$each.held_until", now]}, {"$ne": ["$$each.device", device]}]}
    others = {"$filter": {"input": {"$ifNull": ["$devices", []]}, "as": "each", "cond": playing}}
    has_room = {"$lt": [{"$size": "$devices"}, settings.PLAYBACK_STREAMS]}
    added = {"$concatArrays": ["$devices", [{"device": device, "held_until": until}]]}
    return [
        {"$set": {"devices": others}},
        {"$set": {"devices": {"$cond": [has_room, added, "$devices"]}}},
        {"$set": {"expires_at": {"$max": "$devices.held_until"}}},
    ]


def _log(grant: dict[str, Any], until: datetime, asset: Asset) -> None:
    """Log a playback; a device that plays the same lecture again extends the grant that it has."""
    now = timezone.now()
    grants = connection.get_collection(PlaybackGrant._meta.db_table)
    grants.update_one(
        grant | {"held_until": {"$gt": now}},
        {
            "$set": {
                "asset": asset.pk,
                "held_until": until,
                "expires_at": now + settings.PLAYBACK_LOG,
            },
            "$setOnInsert": {"created_at": now},
        },
        upsert=True,
    )


def _lease(asset: Asset) -> timedelta:
    """Return how long a stream is reserved: the length of the video if it is known, but a minute at least."""
    if not asset.duration_seconds:
        return settings.PLAYBACK_LEASE
    length = timedelta(seconds=asset.duration_seconds)
    return min(max(length, timedelta(minutes=1)), settings.PLAYBACK_LEASE)


def list_streams(user_id: ObjectId) -> dict[str, datetime]:
    """Return the devices on which a person plays now, and until when each holds a stream."""
    row = connection.get_collection(Streams._meta.db_table).find_one({"_id": user_id})
    devices = row["devices"] if row else []
    held = {each["device"]: each["held_until"].replace(tzinfo=UTC) for each in devices}
    return {device: until for device, until in held.items() if until > timezone.now()}


def end_stream(user_id: ObjectId, device: str) -> None:
    """Let a device of a person hold no stream: another one may play. What it has loaded plays on until the URL ends."""
    streams = connection.get_collection(Streams._meta.db_table)
    streams.update_one({"_id": user_id}, {"$pull": {"devices": {"device": device}}})
    PlaybackGrant.objects.filter(
        user_id=user_id, device=device, held_until__gt=timezone.now()
    ).update(held_until=timezone.now())
