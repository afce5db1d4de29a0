"""URLs to watch by: how long they work, how many devices of a person play at once, and who was given what."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any

from bson import ObjectId
from django.conf import settings
from django.utils import timezone
from pymongo import ReturnDocument

from lms.mongodb import connection
from media import cloud
from media.exceptions import NotReady, TooManyStreams
from media.models import Asset, PlaybackGrant

AS_THEY_ARE = {"mp4", "m4v", "webm"}
"""The formats that browsers play; Cloudinary makes MP4 of the others."""

LANGUAGE = re.compile(r"(?:^|[._-])([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.vtt$")


def grant(
    asset: Asset,
    *,
    person: Any,
    lecture_id: ObjectId,
    device: str = "",
    captions: Iterable[Asset] = (),
) -> dict[str, Any]:
    """Give what a player needs: `{url, expires_at, poster, captions}`. Whether the person may watch is decided before.

    `device` tells the person's devices apart (the id of the login session): each plays one lecture, and at most
    `settings.PLAYBACK_STREAMS` of them play at once. Without one, each lecture counts as a device. A visitor (`person`
    None or anonymous) is neither counted nor logged. Raises `NotReady` (409), `TooManyStreams` (429).
    """
    if not asset.is_ready:
        raise NotReady
    if person is not None and person.is_authenticated:
        hold(asset, person, lecture_id, device or f"lecture {lecture_id}")
    expires_at = timezone.now() + settings.PLAYBACK_LIFETIME
    return {
        **video(asset, expires_at),
        "poster": cloud.poster_url(asset.stored, asset.version),
        "captions": [track(one, expires_at) for one in captions if one.is_ready],
    }


def video(asset: Asset, expires_at: datetime) -> dict[str, Any]:
    """Give a video's `url`, and `expires_at` where there is an end to it.

    HLS by token ends, the file itself ends; HLS by signature alone never does, and `expires_at` is None.
    """
    if not (asset.is_streamable and settings.CLOUDINARY_STREAMING):
        format = asset.format if asset.format in AS_THEY_ARE else "mp4"
        url = cloud.private_url(asset.stored, expires_at, format=format)
        return {"url": url, "expires_at": expires_at}
    ends = expires_at if settings.CLOUDINARY_TOKEN_KEY else None
    return {"url": cloud.stream_url(asset.stored, asset.version, ends), "expires_at": ends}


def track(asset: Asset, expires_at: datetime) -> dict[str, Any]:
    """Describe captions: `{id, label, language, url}`, the language by the end of the file's name (`intro.en.vtt`)."""
    language = LANGUAGE.search(asset.original_name)
    return {
        "id": asset.pk,
        "label": asset.original_name.removesuffix(".vtt"),
        "language": language[1] if language else None,
        "url": cloud.private_url(asset.stored, expires_at),
    }


def hold(asset: Asset, person: Any, lecture_id: ObjectId, device: str) -> None:
    """Log the grant and hold a stream for the device, until the video would have ended or the lease lapses.

    The same lecture on the same device goes on with the grant it has. Each writes its grant and then looks who is
    ahead, by the ids that the database gave: of devices that come at the same moment, all see the same order. Raises
    `TooManyStreams`.
    """
    now = timezone.now()
    played = timedelta(seconds=asset.duration_seconds or 0)
    until = now + min(max(played, timedelta(minutes=1)), settings.PLAYBACK_LEASE)
    grants = connection.get_collection(PlaybackGrant._meta.db_table)
    live = {"user_id": person.pk, "held_until": {"$gt": now}}
    mine = grants.find_one_and_update(
        live | {"device": device, "lecture": lecture_id},
        {
            "$set": {
                "asset": asset.pk,
                "held_until": until,
                "expires_at": now + settings.PLAYBACK_LOG,
            },
            "$setOnInsert": {"created_at": now},
        },
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    pipeline = [
        {"$match": live},
        {
            "$group": {
                "_id": "$device",
                "first": {"$min": "$_id"},
                "until": {"$max": "$held_until"},
            }
        },
        {"$sort": {"first": 1}},
    ]
    devices = list(grants.aggregate(pipeline))
    ahead = list(takewhile(lambda held: held["_id"] != device, devices))
    if len(ahead) >= settings.PLAYBACK_STREAMS:
        grants.delete_one({"_id": mine["_id"]})  # type: ignore[index]  # an upsert finds or makes it
        free_at = min(held["until"] for held in ahead).replace(tzinfo=UTC)
        raise TooManyStreams(wait=(free_at - now).total_seconds())
