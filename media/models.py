"""Files at Cloudinary, and what must go from there."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django_mongodb_backend.fields import ObjectIdField

from lms.models import TimeStamped
from lms.mongodb.indexes import TTLIndex
from media.cloud import Stored


class AssetQuerySet(models.QuerySet["Asset"]):
    def owned_by(self, user: Any) -> "AssetQuerySet":
        return self.filter(owner=user)


class Asset(TimeStamped):
    """A video, a file to download or captions, from the permission to send it until it is deleted.

    `pending -> uploading -> processing -> ready | failed`: every method that changes the status says by its answer
    whether this call did it, so that of many notifications, retries and clients exactly one does. A deleted
    asset has no row; what is left of it at Cloudinary is a `Deletion`.
    """

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
    is_streamable = models.BooleanField(default=False)  # an HLS stream was made of it

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="asset_owner_created"),
            models.Index(fields=["status", "created_at", "id"], name="asset_status_created"),
        ]

    def __str__(self) -> str:
        # The admin's log keeps this for ever: it must not hold what a person called their file.
        return f"{self.kind} {self.pk}"

    @property
    def is_awaited(self) -> bool:
        """Is the file still on its way to Cloudinary, as far as we know?"""
        return self.status in (self.Status.PENDING, self.Status.UPLOADING)

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def stored(self) -> Stored:
        """Where it is at Cloudinary."""
        resource_type = "video" if self.kind == self.Kind.VIDEO else "raw"
        return Stored(resource_type, "authenticated", self.public_id)

    def begin_upload(self) -> bool:
        return self._move([self.Status.PENDING], self.Status.UPLOADING)

    def arrive(self, **facts: Any) -> bool:
        """Cloudinary has it; `facts` are the fields that describe it, by Cloudinary's word."""
        return self._move(
            [self.Status.PENDING, self.Status.UPLOADING], self.Status.PROCESSING, **facts
        )

    def become_ready(self) -> bool:
        return self._move([self.Status.PROCESSING], self.Status.READY)

    def fail(self, reason: str) -> bool:
        """It will never be ready, and why in a word or two."""
        unfinished = [self.Status.PENDING, self.Status.UPLOADING, self.Status.PROCESSING]
        return self._move(unfinished, self.Status.FAILED, failure_reason=reason)

    def _move(self, before: list[Status], after: Status, **fields: Any) -> bool:
        """Change the status by compare-and-set; True if this call did, with the object brought up to date."""
        fields |= {"status": after, "updated_at": timezone.now()}
        moved = type(self).objects.filter(pk=self.pk, status__in=before).update(**fields)
        if moved:
            for name, value in fields.items():
                setattr(self, name, value)
        return bool(moved)


class Deletion(TimeStamped):
    """A file that must go from Cloudinary. The row goes when Cloudinary says that it has."""

    resource_type = models.CharField(max_length=10)
    type = models.CharField(max_length=15)
    public_id = models.CharField(max_length=255)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["updated_at", "id"], name="deletion_updated")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def stored(self) -> Stored:
        return Stored(self.resource_type, self.type, self.public_id)


class PlaybackGrant(models.Model):
    """A URL that a person was given to watch a lecture, on which device, and how long it holds a stream."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    device = models.CharField(max_length=64)
    lecture = ObjectIdField()
    asset = ObjectIdField()
    created_at = models.DateTimeField(auto_now_add=True)
    held_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-held_until"], name="grant_user_held"),
            TTLIndex(field="expires_at", name="grant_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.device}, {self.created_at:%Y-%m-%d %H:%M}"
