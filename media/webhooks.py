"""What Cloudinary tells us: a file has come, its stream is made."""

import logging
from typing import Any

import orjson
from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.schema import refused
from media import signatures
from media.cloud import Stored
from media.exceptions import UnsignedNotification
from media.models import Asset
from media.services import assets, deletions

logger = logging.getLogger("media.webhooks")


class UploadNotice(serializers.Serializer):
    """The part of an `upload` notification that we believe and use."""

    resource_type = serializers.CharField()
    type = serializers.CharField()
    public_id = serializers.CharField()
    asset_id = serializers.CharField(max_length=64, required=False)
    version = serializers.IntegerField(min_value=0, max_value=2**53)
    format = serializers.CharField(max_length=10, required=False)
    bytes = serializers.IntegerField(min_value=0, max_value=2**53)
    duration = serializers.FloatField(min_value=0, max_value=10**8, required=False, allow_null=True)


class EagerResult(serializers.Serializer):
    transformation = serializers.CharField()
    status = serializers.CharField(required=False)


class EagerNotice(serializers.Serializer):
    """The part of an `eager` notification that we use."""

    public_id = serializers.CharField()
    eager = EagerResult(many=True)


@extend_schema(tags=["media"])
class CloudinaryWebhook(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(
        operation_id="media_webhooks_cloudinary",
        summary="Notifications of Cloudinary, signed",
        request={"application/json": {"type": "object"}},
        responses={
            200: OpenApiResponse(description="Noted, known already, or none of ours."),
            401: refused("invalid_signature"),
        },
    )
    def post(self, request: Request) -> Response:
        genuine = signatures.is_notification(
            request.body,
            request.headers.get("X-Cld-Timestamp", ""),
            request.headers.get("X-Cld-Signature", ""),
        )
        if not genuine:
            raise UnsignedNotification
        handle(request.body)
        return Response({"status": "ok"})


def handle(body: bytes) -> None:
    """Take a notification for what it is worth; one that says nothing to us is none of our business."""
    try:
        notice = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    if not isinstance(notice, dict):
        return
    if notice.get("notification_type") == "upload":
        uploaded(notice)
    elif notice.get("notification_type") == "eager":
        derived(notice)


def uploaded(notice: dict[str, Any]) -> None:
    told = UploadNotice(data=notice)
    if not told.is_valid():
        return
    facts = told.validated_data
    place = Stored(facts["resource_type"], facts["type"], facts["public_id"])
    asset = Asset.objects.filter(public_id=place.public_id).first()
    if asset is not None and place == asset.stored:
        assets.receive(asset, facts)
    elif asset is not None or _is_of_a_ticket(place):
        # Sent to where the ticket does not permit, or after the asset was deleted.
        deletions.discard(place)


def _is_of_a_ticket(place: Stored) -> bool:
    """Was it sent with a permission of ours? Each had its asset, where an image has none and is of another type."""
    return place.type == "authenticated" and place.public_id.startswith(
        f"{settings.CLOUDINARY_PREFIX}/"
    )


def derived(notice: dict[str, Any]) -> None:
    told = EagerNotice(data=notice)
    if not told.is_valid():
        return
    asset = Asset.objects.filter(public_id=told.validated_data["public_id"]).first()
    if asset is None:
        return
    for result in told.validated_data["eager"]:
        if not result["transformation"].startswith("sp_"):
            continue
        if result.get("status") == "failed":
            assets.reject(asset, "processing_failed")
        else:
            assets.streamed(asset)
