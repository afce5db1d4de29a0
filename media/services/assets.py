"""What becomes of a file between its owner, Cloudinary and us."""

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.db.models import ProtectedError
from rest_framework.exceptions import APIException

from lms.mongodb.transaction import atomic
from lms.registry import Registry
from media import cloud, inspection, limits, signatures
from media.exceptions import AssetInUse, InvalidAnswer, MediaNotFound, NotUploaded
from media.models import Asset
from media.services import deletions

logger = logging.getLogger("media")

NOTIFICATION_PATH = "/api/v1/media/webhooks/cloudinary"

ready_listeners: Registry[Callable[[Asset], None]] = Registry()
"""Called with each asset that becomes ready, in the transaction that makes it so, which may be retried: database work
only, and `on_commit` for the rest."""

users: Registry[Callable[[Asset], bool]] = Registry()
"""Asked whether they use an asset that is about to be deleted, where no foreign key protects it; in the transaction
that deletes it."""


# --- Sending ------------------------------------------------------------------------------------------------


def store(owner: Any, kind: str, file: File) -> Asset:
    """Look into a file and send it on to Cloudinary. Raises `MediaRejected`, `MediaUnavailable`; then nothing is kept."""
    inspection.inspect(kind, file)
    asset = _new(owner, kind, file.name or "")
    asset.begin_upload()
    try:
        answer = cloud.upload(file, asset.stored, **_options(asset))
    except APIException:
        withdraw(asset)
        raise
    receive(asset, answer)
    return asset


def open_upload(owner: Any, kind: str, filename: str) -> tuple[Asset, dict[str, Any]]:
    """Permit a file to be sent straight to Cloudinary: a pending asset, and the signed ticket."""
    asset = _new(owner, kind, filename)
    return asset, cloud.ticket(asset.stored, **_options(asset))


def _new(owner: Any, kind: str, filename: str) -> Asset:
    # A raw file's id ends in its extension: Cloudinary serves it by that.
    extension = "" if kind == Asset.Kind.VIDEO else f".{limits.extension(filename)}"
    directory = "captions" if kind == Asset.Kind.CAPTIONS else f"{kind}s"
    public_id = f"{settings.CLOUDINARY_PREFIX}/{directory}/{uuid4().hex}{extension}"
    return Asset.objects.create(
        owner=owner, kind=kind, public_id=public_id, original_name=filename[-255:]
    )


def _options(asset: Asset) -> dict[str, Any]:
    """What is signed with an upload."""
    notify = settings.SITE_URL.rstrip("/") + NOTIFICATION_PATH
    options: dict[str, Any] = {"notification_url": notify}
    if asset.kind != Asset.Kind.VIDEO:
        return options | {"formats": [limits.extension(asset.public_id)]}
    options["formats"] = limits.FORMATS[asset.kind]
    if settings.CLOUDINARY_STREAMING:
        options |= {
            "eager": cloud.STREAM,
            "eager_async": True,
            "eager_notification_url": notify,
        }
    return options


# --- Arriving -----------------------------------------------------------------------------------------------


def complete(asset: Asset, *, public_id: str, version: int, signature: str) -> None:
    """Take the client's word, signed by Cloudinary, that it has sent the file, and ask Cloudinary what it is.

    Repeatable. Raises `InvalidAnswer`, `NotUploaded`, `MediaUnavailable`.
    """
    genuine = signatures.is_answer(public_id, version, signature)
    if public_id != asset.public_id or not genuine:
        raise InvalidAnswer
    if asset.is_awaited:
        try:
            receive(asset, cloud.details(asset.stored))
        except MediaNotFound:
            raise NotUploaded from None


def receive(asset: Asset, answer: Mapping[str, Any]) -> None:
    """Note that Cloudinary has an asset's file, with what Cloudinary says of it. Repeatable."""
    if asset.status == Asset.Status.FAILED:  # it comes too late
        deletions.discard_everywhere(asset.stored)
        return
    if problem := _problem(asset, answer):
        reject(asset, problem)
        return
    duration = answer.get("duration")
    asset.arrive(
        asset_id=str(answer.get("asset_id", "")),
        version=answer["version"],
        format=answer.get("format") or limits.extension(asset.public_id),
        bytes=answer["bytes"],
        duration_seconds=max(1, round(duration)) if duration else None,
    )
    finish(asset)


def _problem(asset: Asset, answer: Mapping[str, Any]) -> str:
    # Neither can be held down by a signature: a size not at all, a format only by the name for raw files.
    if answer["bytes"] > limits.max_bytes(asset.kind):
        return "too_large"
    if asset.kind == Asset.Kind.VIDEO and answer.get("format") not in limits.FORMATS[asset.kind]:
        return "unsupported_media"
    return ""


def streamed(asset: Asset) -> None:
    """Note that the HLS stream is made. It may be told before the upload itself is."""
    Asset.objects.filter(pk=asset.pk).update(is_streamable=True)
    finish(asset)


@atomic
def finish(asset: Asset) -> None:
    """Make an asset ready that has all it needs, and tell who waits for it. Repeatable."""
    asset.refresh_from_db()
    needs_stream = asset.kind == Asset.Kind.VIDEO and settings.CLOUDINARY_STREAMING
    if (asset.is_streamable or not needs_stream) and asset.become_ready():
        for is_ready in ready_listeners:
            is_ready(asset)


def ask_again(asset: Asset) -> None:
    """Ask Cloudinary what became of an unfinished asset: a notification may have been lost.

    Raises `MediaNotFound` when Cloudinary has neither the file nor the stream, `MediaUnavailable`.
    """
    if asset.is_awaited:
        receive(asset, cloud.details(asset.stored))
    if asset.status == Asset.Status.PROCESSING:
        if settings.CLOUDINARY_STREAMING:
            cloud.fetch(cloud.stream_url(asset.stored, asset.version))
            streamed(asset)
        else:
            finish(asset)


# --- Leaving ------------------------------------------------------------------------------------------------


@atomic
def reject(asset: Asset, reason: str) -> bool:
    """Fail an unfinished asset and have what there is of it deleted at Cloudinary; False if it had ended before."""
    failed = asset.fail(reason)
    if failed:
        deletions.discard_everywhere(asset.stored)
    return failed


@atomic
def withdraw(asset: Asset) -> None:
    """Delete an asset here and at Cloudinary. Raises `AssetInUse` while a lecture has it."""
    if any(is_used(asset) for is_used in users):
        raise AssetInUse
    try:
        Asset.objects.filter(pk=asset.pk).delete()
    except ProtectedError:
        raise AssetInUse from None
    deletions.discard_everywhere(asset.stored)
