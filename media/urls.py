from django.urls import path

from media import views
from media.webhooks import CloudinaryWebhook

urlpatterns = [
    path(
        "media/videos",
        views.VideoViewSet.as_view({"post": "create"}),
        name="video-upload",
    ),
    path(
        "media/files",
        views.FileViewSet.as_view({"post": "create"}),
        name="file-upload",
    ),
    path(
        "media/captions",
        views.CaptionsViewSet.as_view({"post": "create"}),
        name="captions-upload",
    ),
    path("media/limits", views.LimitsViewSet.as_view({"get": "retrieve"}), name="media-limits"),
    path("media/uploads", views.UploadViewSet.as_view({"post": "create"}), name="upload-list"),
    path(
        "media/uploads/<object_id:pk>/complete",
        views.UploadViewSet.as_view({"post": "complete"}),
        name="upload-complete",
    ),
    path("media/assets", views.AssetViewSet.as_view({"get": "list"}), name="asset-list"),
    path(
        "media/assets/<object_id:pk>",
        views.AssetViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="asset-detail",
    ),
    path(
        "media/webhooks/cloudinary",
        CloudinaryWebhook.as_view({"post": "receive"}),
        name="cloudinary-webhook",
    ),
]
