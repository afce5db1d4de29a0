from django.urls import path

from media.models import Asset
from media.views import AssetViewSet, FileViewSet, LimitsViewSet, UploadViewSet
from media.webhooks import CloudinaryWebhook

Kind = Asset.Kind

urlpatterns = [
    path(
        "media/videos",
        FileViewSet.as_view({"post": "create"}, kind=Kind.VIDEO),
        name="video-upload",
    ),
    path(
        "media/files",
        FileViewSet.as_view({"post": "create"}, kind=Kind.FILE),
        name="file-upload",
    ),
    path(
        "media/captions",
        FileViewSet.as_view({"post": "create"}, kind=Kind.CAPTIONS),
        name="captions-upload",
    ),
    path("media/limits", LimitsViewSet.as_view({"get": "retrieve"}), name="media-limits"),
    path("media/uploads", UploadViewSet.as_view({"post": "create"}), name="upload-list"),
    path(
        "media/uploads/<object_id:pk>/complete",
        UploadViewSet.as_view({"post": "complete"}),
        name="upload-complete",
    ),
    path("media/assets", AssetViewSet.as_view({"get": "list"}), name="asset-list"),
    path(
        "media/assets/<object_id:pk>",
        AssetViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="asset-detail",
    ),
    path(
        "media/webhooks/cloudinary",
        CloudinaryWebhook.as_view({"post": "receive"}),
        name="cloudinary-webhook",
    ),
]
