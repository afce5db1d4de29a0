"""Files at Cloudinary."""

from django.conf import settings
from django.db import models

from lms.models import TimeStamped


class AssetQuerySet(models.QuerySet["Asset"]):
    def owned_by(self, user) -> "AssetQuerySet":
        return self.filter(owner=user).exclude(status=Asset.Status.DELETED)


class Asset(TimeStamped):
    """A video, a file to download or captions, from the first byte's permission to its deletion."""

    class Kind(models.TextChoices):
        VIDEO = "video"
        FILE = "file"
        CAPTIONS = "captions"

    class Status(models.TextChoices):
        PENDING = "pending"
        UPLOADING = "uploading"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"
        DELETED = "deleted"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assets", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    failure_reason = models.CharField(max_length=200, blank=True)
    public_id = models.CharField(max_length=120, unique=True)
    asset_id = models.CharField(max_length=64, blank=True)
    version = models.PositiveBigIntegerField(null=True)
    format = models.CharField(max_length=10, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    duration_seconds = models.PositiveIntegerField(null=True)
    original_name = models.CharField(max_length=255)

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="asset_owner_created"),
            models.Index(fields=["status", "created_at", "id"], name="asset_status_created"),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY
