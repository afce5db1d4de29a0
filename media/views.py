"""Files of instructors, and what students hand in: uploaded through us or straight to Cloudinary, listed, deleted."""

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from accounts.authentication import UserRequest
from accounts.permissions import IsInstructor
from lms.drf import OBJECT_ID_SCHEMA
from lms.exceptions import MediaUnavailable, PayloadTooLarge
from lms.schema import raises
from lms.throttling import AnonThrottle, UserThrottle
from lms.uploads import TakesFiles
from media import limits, storage
from media.exceptions import (
    AssetInUse,
    InvalidUploadResponse,
    MediaRejected,
    NotUploaded,
    UploadNotAllowed,
)
from media.models import Asset
from media.serializers import (
    AssetSerializer,
    CompleteUploadSerializer,
    FileUploadSerializer,
    StartUploadSerializer,
    UploadLimitsSerializer,
    UploadSerializer,
)
from media.services import assets
from media.throttling import UploadThrottle


class UploadThroughUs(TakesFiles, GenericViewSet):
    """Files of one kind that are uploaded through us."""

    kind: str
    permission_classes = (IsInstructor,)
    throttle_classes = (UserThrottle, AnonThrottle, UploadThrottle)
    parser_classes = (MultiPartParser,)
    serializer_class = FileUploadSerializer

    def max_bytes(self) -> int:
        return limits.max_bytes(self.kind)

    @extend_schema(
        request={"multipart/form-data": FileUploadSerializer},
        responses={
            201: AssetSerializer,
            **raises(MediaRejected, PayloadTooLarge, MediaUnavailable),
        },
    )
    def create(self, request: UserRequest) -> Response:
        """Inspect a file of this kind and send it on to Cloudinary in parts."""
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        asset = assets.store(request.user, self.kind, **form.validated_data)
        return Response(AssetSerializer(asset).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["Media"])
@extend_schema_view(
    create=extend_schema(
        operation_id="uploadVideo",
        summary="Upload a video through us",
        description="Simple, but the file passes through our server: for anything long, `POST /media/uploads` "
        "sends it straight to Cloudinary with a progress bar. MP4, QuickTime, WebM or Matroska. The response comes when it is stored; it plays once its `status` is `ready`.",
    )
)
class VideoViewSet(UploadThroughUs):
    kind = Asset.Kind.VIDEO


@extend_schema(tags=["Media"])
@extend_schema_view(
    create=extend_schema(
        operation_id="uploadFile",
        summary="Upload a file to download through us",
        description="PDF, EPUB, office documents, text, code or ZIP; `GET /media/limits` has the "
        "list.",
    )
)
class FileViewSet(UploadThroughUs):
    kind = Asset.Kind.FILE


@extend_schema(tags=["Media"])
@extend_schema_view(
    create=extend_schema(
        operation_id="uploadCaptions",
        summary="Upload captions through us",
        description="WebVTT in UTF-8. What is wrong is named with its line. Without `language` it "
        "is that of the file's name: `intro.es-419.vtt`.",
    )
)
class CaptionsViewSet(UploadThroughUs):
    kind = Asset.Kind.CAPTIONS


@extend_schema(tags=["Media"])
class UploadViewSet(GenericViewSet):
    """Files that are uploaded straight to Cloudinary: by instructors, and by students what they hand in."""

    request: UserRequest
    permission_classes = (IsAuthenticated,)
    serializer_class = StartUploadSerializer

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.owned_by(self.request.user)

    def get_throttles(self) -> list[BaseThrottle]:
        extra = [UploadThrottle()] if self.action == "create" else []
        return [*super().get_throttles(), *extra]

    @extend_schema(
        operation_id="startUpload",
        summary="Start to upload a file straight to Cloudinary",
        description="POST the file as a form to `upload.url`: all of `upload.fields`, then `file`. A file larger "
        "than `upload.chunk_bytes` goes in parts of that size, each with the headers `Content-Range` "
        "and the same `X-Unique-Upload-Id`. Then send Cloudinary's response to `POST "
        "/media/uploads/{id}/complete`. An upload that is not finished within 24 hours is dropped.\n\nFor instructors; a file of "
        "kind `submission`, which is handed in for an assignment, for everybody who is enrolled in a course.",
        request=StartUploadSerializer,
        responses={201: UploadSerializer, **raises(UploadNotAllowed)},
    )
    def create(self, request: UserRequest) -> Response:
        form = self.get_serializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        if not assets.may_upload(request.user, asked["kind"]):
            raise UploadNotAllowed
        asset, ticket = assets.start_upload(
            request.user, asked["kind"], asked["filename"], language=asked["language"]
        )
        body = UploadSerializer({"asset": asset, "upload": ticket}).data
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="completeUpload",
        summary="Complete an upload straight to Cloudinary",
        description="Send `public_id`, `version` and `signature` of Cloudinary's response as they are. Repeating "
        "it changes nothing. A video may still be `processing`: ask `GET /media/assets/{id}` until "
        "it is `ready`. A file that is not what it must be is `failed`, with the reason.",
        parameters=[
            OpenApiParameter(
                "id", OBJECT_ID_SCHEMA, "path", description="The id of the asset that is uploaded."
            )
        ],
        request=CompleteUploadSerializer,
        responses={
            200: AssetSerializer,
            **raises(InvalidUploadResponse, NotUploaded, MediaUnavailable),
        },
    )
    def complete(self, request: Request, pk: str) -> Response:
        asset = self.get_object()
        form = CompleteUploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        assets.complete_upload(asset, **form.validated_data)
        # Read again: a notification may have been recorded meanwhile.
        return Response(AssetSerializer(self.get_object()).data)


@extend_schema_view(
    list=extend_schema(
        operation_id="listAssets",
        parameters=[
            OpenApiParameter(
                "kind", enum=Asset.Kind.values, description="Files of this kind alone."
            ),
            OpenApiParameter(
                "status", enum=Asset.Status.values, description="Files in this state alone."
            ),
        ],
        summary="List your files, newest first",
        description="Those that are still uploading too.",
    ),
    retrieve=extend_schema(
        operation_id="getAsset",
        summary="Get one of your files",
        description="Ask every few seconds while its `status` is `processing`.",
    ),
    destroy=extend_schema(
        operation_id="deleteAsset",
        summary="Delete a file that nothing uses",
        description="409 `in_use` while a lecture uses it, also as captions or as a video that waits, and while it is part of a "
        "submission.",
        responses={204: None, **raises(AssetInUse)},
    ),
)
@extend_schema(tags=["Media"])
class AssetViewSet(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.DestroyModelMixin,
    GenericViewSet,
):
    request: UserRequest
    queryset = Asset.objects.none()
    permission_classes = (IsAuthenticated,)
    serializer_class = AssetSerializer
    ordering = ("-created_at", "-id")
    filterset_fields = ("kind", "status")

    def get_queryset(self) -> QuerySet[Asset]:
        return Asset.objects.owned_by(self.request.user)

    def perform_destroy(self, instance: Asset) -> None:
        assets.delete(instance)


@extend_schema(tags=["Media"])
class LimitsViewSet(GenericViewSet):
    serializer_class = UploadLimitsSerializer

    @extend_schema(
        operation_id="getUploadLimits",
        summary="Get the formats and sizes that are accepted",
        description="For checking a file before it is sent.",
    )
    def retrieve(self, request: Request) -> Response:
        kinds = {
            kind: {"formats": limits.FORMATS[kind], "max_bytes": limits.max_bytes(kind)}
            for kind in Asset.Kind.values
        }
        image = {"formats": storage.FORMATS, "max_bytes": settings.MAX_IMAGE_BYTES}
        body = {"chunk_bytes": settings.CLOUDINARY_CHUNK_BYTES, "image": image, **kinds}
        return Response(self.get_serializer(body).data)
