from django.urls import include, path
from rest_framework.routers import SimpleRouter

from media.models import Asset
from media.views import AssetViewSet, FileView, LimitsView, UploadViewSet
from media.webhooks import CloudinaryWebhook

router = SimpleRouter(trailing_slash=False)
router.register("media/uploads", UploadViewSet, basename="upload")
router.register("media/assets", AssetViewSet, basename="asset")

urlpatterns = [
    path("media/videos", FileView.as_view(kind=Asset.Kind.VIDEO), name="video-upload"),
    path("media/files", FileView.as_view(kind=Asset.Kind.FILE), name="file-upload"),
    path("media/captions", FileView.as_view(kind=Asset.Kind.CAPTIONS), name="captions-upload"),
    path("media/limits", LimitsView.as_view(), name="media-limits"),
    path("media/webhooks/cloudinary", CloudinaryWebhook.as_view(), name="cloudinary-webhook"),
    path("", include(router.urls)),
]
