"""Cloudinary's notifications: a file has arrived, its stream has been made."""

import logging
import time
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from lms.exceptions import MediaUnavailable
from lms.metrics import WEBHOOK_LAG, WEBHOOKS
from lms.schema import raises
from media import signatures
from media.exceptions import MediaNotFound, UnsignedNotification
from media.models import Asset, Stored
from media.services import assets, deletions

logger = logging.getLogger(__name__)

PROCESSING_FAILED = _(
    "The media provider cannot make a stream of this video. Export it again, as an MP4."
)


class UploadNotice(serializers.Serializer):
    """The fields that we use of an `upload` notification."""

    resource_type = serializers.CharField()
    type = serializers.CharField()
    public_id = serializers.CharField()
    asset_id = serializers.CharField(max_length=64, required=False)
    version = serializers.IntegerField(min_value=0, max_value=2**53)
    format = serializers.CharField(max_length=10, required=False)
    bytes = serializers.IntegerField(min_value=0, max_value=2**53)
    duration = serializers.FloatField(min_value=0, max_value=10**8, required=False, allow_null=True)


class EagerResult(serializers.Serializer):
    """One file that Cloudinary made, or failed to make, of an uploaded one."""

    transformation = serializers.CharField()
    status = serializers.CharField(required=False)


class EagerNotice(serializers.Serializer):
    """The fields that we use of an `eager` notification."""

    public_id = serializers.CharField()
    eager = EagerResult(many=True)


RECEIVED = {
    "type": "object",
    "properties": {"status": {"type": "string", "const": "ok"}},
    "required": ["status"],
}
HEADERS = {
    "X-Cld-Timestamp": "When it was signed, in seconds since 1970.",
    "X-Cld-Signature": "The signature of body and time, as hex digits.",
}


@extend_schema(tags=["Webhooks"])
class CloudinaryWebhook(ViewSet):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(
        operation_id="receiveCloudinaryNotification",
        summary="Receive a signed notification of Cloudinary",
        description="For Cloudinary alone, which signs it. One that is malformed, or about something else, is "
        "answered 200 and ignored.",
        parameters=[
            OpenApiParameter(name, str, "header", required=True, description=text)
            for name, text in HEADERS.items()
        ],
        request={"application/json": {"type": "object"}},
        responses={
            200: OpenApiResponse(RECEIVED, "Recorded, or nothing to record."),
            **raises(UnsignedNotification),
        },
    )
    def receive(self, request: Request) -> Response:
        timestamp = request.headers.get("X-Cld-Timestamp", "")
        signature = request.headers.get("X-Cld-Signature", "")
        if not signatures.is_notification(request.body, timestamp, signature):
            WEBHOOKS.labels("cloudinary", "refused").inc()
            raise UnsignedNotification
        with WEBHOOKS.labels("cloudinary", "failed").count_exceptions():
            handle(request.body)
        WEBHOOKS.labels("cloudinary", "accepted").inc()
        WEBHOOK_LAG.labels("cloudinary").observe(time.time() - int(timestamp))
        return Response({"status": "ok"})


def handle(body: bytes) -> None:
    """Record what a notification says. One that is malformed, or about something else, is ignored."""
    try:
        notice = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(notice, dict):
        return
    if notice.get("notification_type") == "upload":
        _handle_upload(notice)
    elif notice.get("notification_type") == "eager":
        _handle_eager(notice)


def _handle_upload(notice: dict[str, Any]) -> None:
    form = UploadNotice(data=notice)
    if not form.is_valid():
        return
    details = form.validated_data
    file = Stored(details["resource_type"], details["type"], details["public_id"])
    asset = Asset.objects.filter(public_id=file.public_id).first()
    if asset is not None and file == asset.stored:
        try:
            assets.receive_file(asset, details)
        except (MediaNotFound, MediaUnavailable):
            # The file is recorded when its owner completes the upload, or by `manage.py repair_media`.
            logger.warning("Asset %s cannot be inspected yet", asset.pk)
    elif asset is not None or _was_uploaded_by_ticket(file):
        # The file was uploaded to a place that the ticket does not permit, or after its asset was deleted.
        deletions.discard(file)


def _was_uploaded_by_ticket(file: Stored) -> bool:
    """Return whether one of our tickets permitted the upload: images need none, and have another type."""
    is_ours = file.public_id.startswith(f"{settings.CLOUDINARY_PREFIX}/")
    return is_ours and file.type == "authenticated"


def _handle_eager(notice: dict[str, Any]) -> None:
    form = EagerNotice(data=notice)
    if not form.is_valid():
        return
    asset = Asset.objects.filter(public_id=form.validated_data["public_id"]).first()
    if asset is None:
        return
    for result in form.validated_data["eager"]:
        if not result["transformation"].startswith("sp_"):  # a streaming profile
            continue
        if result.get("status") == "failed":
            assets.reject(asset, "processing_failed", PROCESSING_FAILED)
        else:
            assets.receive_stream(asset)
