"""Files of instructors: sent through us or straight to Cloudinary, listed, deleted."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.permissions import IsInstructor
from lms.drf import OBJECT_ID
from lms.schema import refused
from lms.throttling import AnonThrottle, UserThrottle
from lms.uploads import TakesFiles
from media import limits, storage
from media.models import Asset
from media.serializers import (
    AssetSerializer,
    CompletionSerializer,
    FileSerializer,
    LimitsSerializer,
    UploadRequestSerializer,
    UploadSerializer,
)
from media.services import assets

UNAVAILABLE = refused("media_provider_unavailable")


class UploadThrottle(UserThrottle):
    scope = "uploads"


@extend_schema(tags=["media"])
class FileView(TakesFiles, APIView):
    """Take a file of one kind and send it on to Cloudinary in parts."""

    kind: str = Asset.Kind.VIDEO
    permission_classes = (IsInstructor,)
    throttle_classes = (UserThrottle, AnonThrottle, UploadThrottle)
    parser_classes = (MultiPartParser,)

    def max_bytes(self) -> int:
        return limits.max_bytes(self.kind)

    @extend_schema(
        summary="Send a file through us",
        request={"multipart/form-data": FileSerializer},
        responses={
            201: AssetSerializer,
            400: refused("unsupported_media"),
            413: refused("payload_too_large"),
            503: UNAVAILABLE,
        },
    )
    def post(self, request: Request) -> Response:
        form = FileSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asset = assets.store(request.user, self.kind, form.validated_data["file"])
        return Response(AssetSerializer(asset).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["media"])
class UploadViewSet(GenericViewSet):
    """Files that go straight to Cloudinary."""

    permission_classes = (IsInstructor,)
    serializer_class = UploadRequestSerializer
    lookup_value_regex = OBJECT_ID

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.owned_by(self.request.user)

    def get_throttles(self) -> list[Any]:
        extra = [UploadThrottle()] if self.action == "create" else []
        return super().get_throttles() + extra

    @extend_schema(
        summary="Ask to send a file straight to Cloudinary",
        request=UploadRequestSerializer,
        responses={201: UploadSerializer},
    )
    def create(self, request: Request) -> Response:
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        kind, filename = wanted.validated_data["kind"], wanted.validated_data["filename"]
        asset, ticket = assets.open_upload(request.user, kind, filename)
        answer = UploadSerializer({"asset": asset, "upload": ticket})
        return Response(answer.data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Tell that the file is at Cloudinary",
        request=CompletionSerializer,
        responses={
            200: AssetSerializer,
            400: refused("invalid_signature"),
            409: refused("not_uploaded"),
            503: UNAVAILABLE,
        },
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        asset = self.get_object()
        answer = CompletionSerializer(data=request.data)
        answer.is_valid(raise_exception=True)
        assets.complete(asset, **answer.validated_data)
        return Response(AssetSerializer(asset).data)


@extend_schema_view(
    list=extend_schema(summary="My files, newest first"),
    retrieve=extend_schema(summary="One of my files"),
    destroy=extend_schema(
        summary="Delete a file that no lecture uses",
        responses={204: None, 409: refused("in_use")},
    ),
)
@extend_schema(tags=["media"])
class AssetViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    GenericViewSet,
):
    queryset = Asset.objects.none()
    permission_classes = (IsInstructor,)
    serializer_class = AssetSerializer
    ordering = ("-created_at", "-id")
    filterset_fields = ("kind", "status")
    lookup_value_regex = OBJECT_ID

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.owned_by(self.request.user)

    def perform_destroy(self, instance: Asset) -> None:
        assets.withdraw(instance)


@extend_schema(tags=["media"])
class LimitsView(APIView):
    @extend_schema(summary="Which files are taken", responses=LimitsSerializer)
    def get(self, request: Request) -> Response:
        kinds = {
            kind: {"formats": limits.FORMATS[kind], "max_bytes": limits.max_bytes(kind)}
            for kind in Asset.Kind.values
        }
        image = {"formats": storage.FORMATS, "max_bytes": settings.MAX_IMAGE_BYTES}
        answer = {"chunk_bytes": settings.CLOUDINARY_CHUNK_BYTES, "image": image, **kinds}
        return Response(LimitsSerializer(answer).data)
