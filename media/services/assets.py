"""The life of an asset: uploading, receiving and deleting its file."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.db.models import ProtectedError
from rest_framework.exceptions import APIException

from accounts.models import User
from accounts.services.erasure import refer_to_person
from lms.mongodb.transaction import atomic
from lms.registry import Registry
from media import cloud, delivery, inspection, limits, signatures
from media.exceptions import AssetInUse, InvalidUploadResponse, MediaNotFound, NotUploaded
from media.models import Asset
from media.services import deletions

NOTIFICATION_PATH = "/api/v1/media/webhooks/cloudinary"

ready_handlers: Registry[Callable[[Asset], None]] = Registry()
"""Functions that are called with each asset that becomes ready.

They run in the transaction that makes it ready, which may be retried: database work only, and `on_commit` for the rest.
"""

usage_checks: Registry[Callable[[Asset], bool]] = Registry()
"""Functions that return whether something uses an asset that no foreign key protects.

They are called before an asset is deleted, in the transaction that deletes it.
"""


# --- Uploading ----------------------------------------------------------------------------------------------


def store(owner: User, kind: str, file: File) -> Asset:
    """Inspect a file, upload it to Cloudinary and return its asset.

    Raises `MediaRejected`, `MediaUnavailable`, and `SessionRevoked` if the account was just deleted; then nothing is kept.
    """
    inspection.inspect(kind, file)
    asset = _create(owner, kind, file.name or "")
    asset.begin_upload()
    try:
        response = cloud.upload(file, asset.stored, **_upload_options(asset))
    except APIException:
        delete(asset)
        raise
    receive_file(asset, response)
    return asset


def start_upload(owner: User, kind: str, filename: str) -> tuple[Asset, dict[str, Any]]:
    """Permit a file to be uploaded straight to Cloudinary; return a pending asset and the signed ticket."""
    asset = _create(owner, kind, filename)
    return asset, cloud.create_ticket(asset.stored, **_upload_options(asset))


@atomic
def _create(owner: User, kind: str, filename: str) -> Asset:
    refer_to_person(owner.pk)
    # Cloudinary serves a raw file by the extension of its public id.
    extension = "" if kind == Asset.Kind.VIDEO else f".{limits.extension(filename)}"
    directory = "captions" if kind == Asset.Kind.CAPTIONS else f"{kind}s"
    public_id = f"{settings.CLOUDINARY_PREFIX}/{directory}/{uuid4().hex}{extension}"
    asset: Asset = Asset.objects.create(
        owner=owner, kind=kind, public_id=public_id, original_name=filename[-255:]
    )
    return asset


def _upload_options(asset: Asset) -> dict[str, Any]:
    """Return what is signed with an upload."""
    notification_url = settings.SITE_URL.rstrip("/") + NOTIFICATION_PATH
    options: dict[str, Any] = {"notification_url": notification_url}
    if asset.kind != Asset.Kind.VIDEO:
        return options | {"formats": [limits.extension(asset.public_id)]}
    options["formats"] = limits.FORMATS[asset.kind]
    if settings.CLOUDINARY_STREAMING:
        options |= {
            "eager": cloud.STREAM,
            "eager_async": True,
            "eager_notification_url": notification_url,
        }
    return options


# --- Receiving ----------------------------------------------------------------------------------------------


def complete_upload(asset: Asset, *, public_id: str, version: int, signature: str) -> None:
    """Record that the client has uploaded the file, as Cloudinary's signed response proves. Repeatable.

    The details come from Cloudinary itself. Raises `InvalidUploadResponse`, `NotUploaded`, `MediaUnavailable`.
    """
    is_genuine = signatures.is_upload_response(public_id, version, signature)
    if public_id != asset.public_id or not is_genuine:
        raise InvalidUploadResponse
    if asset.is_awaited:
        try:
            receive_file(asset, cloud.get_details(asset.stored))
        except MediaNotFound:
            raise NotUploaded from None


def receive_file(asset: Asset, details: Mapping[str, Any]) -> None:
    """Record that Cloudinary has an asset's file, with the details that Cloudinary reports. Repeatable."""
    if asset.status == Asset.Status.FAILED:  # the file arrived too late
        deletions.discard_everywhere(asset.stored)
        return
    if problem := _find_problem(asset, details):
        reject(asset, problem)
        return
    duration = details.get("duration")
    asset.arrive(
        asset_id=str(details.get("asset_id", "")),
        version=details["version"],
        format=details.get("format") or limits.extension(asset.public_id),
        bytes=details["bytes"],
        duration_seconds=max(1, round(duration)) if duration else None,
    )
    finish(asset)


def receive_stream(asset: Asset) -> None:
    """Record that Cloudinary has made the HLS stream. It may be reported before the file itself is. Repeatable."""
    Asset.objects.filter(pk=asset.pk).update(is_streamable=True)
    finish(asset)


def refresh(asset: Asset) -> None:
    """Update an unfinished asset from Cloudinary, in case a notification was lost.

    Raises `MediaNotFound` if Cloudinary has no file or no stream yet, and `MediaUnavailable`.
    """
    if asset.is_awaited:
        receive_file(asset, cloud.get_details(asset.stored))
    if asset.status == Asset.Status.PROCESSING:
        if settings.CLOUDINARY_STREAMING:
            cloud.download(delivery.stream_url(asset.stored, asset.version))
            receive_stream(asset)
        else:
            finish(asset)


def _find_problem(asset: Asset, details: Mapping[str, Any]) -> str:
    """Return why a file cannot be accepted, as a code, or an empty string."""
    # A signature cannot limit the size, and limits the format of a raw file by its name only.
    if details["bytes"] > limits.max_bytes(asset.kind):
        return "too_large"
    if asset.kind == Asset.Kind.VIDEO and details.get("format") not in limits.FORMATS[asset.kind]:
        return "unsupported_media"
    return ""


@atomic
def finish(asset: Asset) -> None:
    """Make an asset ready if it has all it needs, and call the handlers. Repeatable."""
    asset.refresh_from_db()
    needs_stream = asset.kind == Asset.Kind.VIDEO and settings.CLOUDINARY_STREAMING
    if (asset.is_streamable or not needs_stream) and asset.become_ready():
        for handle_ready in ready_handlers:
            handle_ready(asset)


# --- Deleting -----------------------------------------------------------------------------------------------


@atomic
def reject(asset: Asset, reason: str) -> bool:
    """Fail an unfinished asset and delete its file; return whether this call failed it."""
    failed = asset.fail(reason)
    if failed:
        deletions.discard_everywhere(asset.stored)
    return failed


@atomic
def delete(asset: Asset) -> None:
    """Delete an asset and its file. Raises `AssetInUse` while a lecture uses it."""
    if any(is_used(asset) for is_used in usage_checks):
        raise AssetInUse
    try:
        Asset.objects.filter(pk=asset.pk).delete()
    except ProtectedError:
        raise AssetInUse from None
    deletions.discard_everywhere(asset.stored)
