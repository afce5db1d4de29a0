"""The life of an asset: uploading, receiving and deleting its file."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import override
from rest_framework.exceptions import APIException

from accounts.models import User
from accounts.services.erasure import refer_to_person
from lms import languages
from lms.exceptions import fill
from lms.links import absolute_url
from lms.locales import Sentence
from lms.mongodb.transaction import atomic
from lms.registry import Registry
from media import cloud, delivery, inspection, limits, signatures
from media.exceptions import (
    AssetInUse,
    InvalidUploadResponse,
    MediaNotFound,
    MediaRejected,
    MediaTooLarge,
    NotUploaded,
)
from media.models import Asset
from media.services import deletions

NOTIFICATION_PATH = "/api/v1/media/webhooks/cloudinary"

ready_handlers: Registry[Callable[[Asset], None]] = Registry()
"""Functions that are called with each asset that becomes ready.

They run in the transaction that makes it ready, which may be retried: database work only, and `on_commit` for the rest.
"""

submitters: Registry[Callable[[User], bool]] = Registry()
"""Functions that return whether a person may upload what students hand in; `learning` adds who is enrolled anywhere."""

usage_checks: Registry[Callable[[Asset], bool]] = Registry()
"""Functions that return whether something uses an asset that no foreign key protects.

They are called before an asset is deleted, in the transaction that deletes it.
"""


# --- Uploading ----------------------------------------------------------------------------------------------


def store(owner: User, kind: str, file: File, *, language: str | None = None) -> Asset:
    """Inspect a file, upload it to Cloudinary and return its asset; `language` is what `_create` takes.

    Raises `MediaRejected`, `MediaUnavailable`, and `SessionRevoked` if the account was just deleted; then nothing is kept.
    """
    inspection.inspect(kind, file)
    asset = _create(owner, kind, file.name or "", language)
    asset.begin_upload()
    try:
        response = cloud.upload(file, asset.stored, **_upload_options(asset))
    except APIException:
        delete(asset)
        raise
    receive_file(asset, response)
    return asset


def may_upload(user: User, kind: str) -> bool:
    """Return whether a person may upload files of a kind: instructors every kind, students what they hand in."""
    return user.is_instructor or (
        kind == Asset.Kind.SUBMISSION and any(may_submit(user) for may_submit in submitters)
    )


def start_upload(
    owner: User, kind: str, filename: str, *, language: str | None = None
) -> tuple[Asset, dict[str, Any]]:
    """Permit a file to be uploaded straight to Cloudinary; return a pending asset and the signed ticket."""
    asset = _create(owner, kind, filename, language)
    return asset, cloud.create_ticket(asset.stored, **_upload_options(asset))


@atomic
def _create(owner: User, kind: str, filename: str, language: str | None) -> Asset:
    """Create a pending asset; the language of captions is that of the file's name if none is given."""
    refer_to_person(owner.pk)
    if kind == Asset.Kind.CAPTIONS:
        language = language or languages.of_filename(filename)
    # Cloudinary serves a raw file by the extension of its public id.
    extension = "" if kind == Asset.Kind.VIDEO else f".{limits.extension(filename)}"
    directory = "captions" if kind == Asset.Kind.CAPTIONS else f"{kind}s"
    public_id = f"{settings.CLOUDINARY_PREFIX}/{directory}/{uuid4().hex}{extension}"
    asset: Asset = Asset.objects.create(
        owner=owner,
        kind=kind,
        public_id=public_id,
        language=language or None,
        original_name=filename[-255:],
    )
    return asset


def _upload_options(asset: Asset) -> dict[str, Any]:
    """Return what is signed with an upload."""
    notification_url = absolute_url(NOTIFICATION_PATH)
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
            # A notification may have failed the asset meanwhile, and its file is deleted.
            if Asset.objects.filter(pk=asset.pk, status__in=Asset.AWAITED).exists():
                raise NotUploaded from None


def receive_file(asset: Asset, details: Mapping[str, Any]) -> None:
    """Record that Cloudinary has an asset's file, with the details that Cloudinary reports. Repeatable.

    Raises `MediaNotFound` and `MediaUnavailable` if the content of a file uploaded by ticket cannot be inspected yet.
    """
    if asset.status == Asset.Status.FAILED:  # the file arrived too late
        deletions.discard_everywhere(asset.stored)
        return
    try:
        _check(asset, details)
    except MediaRejected as error:
        reject(asset, str(error.get_codes()), error.sentence, **error.params)
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


def _check(asset: Asset, details: Mapping[str, Any]) -> None:
    """Check a file that Cloudinary has. Raises `MediaRejected`, and `MediaUnavailable` as `receive_file` does."""
    # A signature cannot limit the size, and limits the format of a raw file by its name only.
    max_bytes = limits.max_bytes(asset.kind)
    if details["bytes"] > max_bytes:
        raise MediaTooLarge(max_bytes=max_bytes)
    if asset.kind == Asset.Kind.VIDEO:
        if details.get("format") not in limits.FORMATS[asset.kind]:
            raise MediaRejected
    elif asset.status == Asset.Status.PENDING:  # sent by ticket: `store` inspects before it uploads
        url = delivery.private_url(asset.stored, timezone.now() + settings.PLAYBACK_LIFETIME)
        content = cloud.download(url, inspection.needed_bytes(asset.kind))
        inspection.inspect(asset.kind, ContentFile(content, name=asset.public_id))


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
def reject(asset: Asset, reason: str, sentence: Sentence, **params: Any) -> bool:
    """Fail an unfinished asset and delete its file; return whether this call failed it.

    The sentence is stored in the owner's language: nobody knows who reports what, or when it is read.
    """
    with override(asset.owner.mail_locale):
        detail = fill(sentence, params)
    failed = asset.fail(reason, detail)
    if failed:
        deletions.discard_everywhere(asset.stored)
    return failed


@atomic
def delete(asset: Asset) -> None:
    """Delete an asset and its file. Raises `AssetInUse` while a lecture or a submission uses it."""
    if any(is_used(asset) for is_used in usage_checks):
        raise AssetInUse
    try:
        Asset.objects.filter(pk=asset.pk).delete()
    except ProtectedError:
        raise AssetInUse from None
    deletions.discard_everywhere(asset.stored)
