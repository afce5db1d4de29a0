"""Files at Cloudinary: assets, pending deletions, and the playback of assets."""

from typing import TYPE_CHECKING, Any, NamedTuple

from bson import ObjectId
from django.conf import settings
from django.db import models
from django.utils import timezone
from django_mongodb_backend.fields import ObjectIdField
from prometheus_client import Counter

from lms import languages
from lms.models import Referenced, TimeStamped
from lms.mongodb.indexes import TTLIndex

if TYPE_CHECKING:
    # The storage of `User.avatar` loads this module before `User` exists.
    from accounts.models import User


UPLOADS = Counter("uploads_total", "Files that reached a state", ["kind", "status"])


class Stored(NamedTuple):
    """The place of a file at Cloudinary. The same public id under another type is another file."""

    resource_type: str
    type: str
    public_id: str

    def options(self) -> dict[str, str]:
        """Return the two types as the SDK's functions take them, beside the public id."""
        return {"resource_type": self.resource_type, "type": self.type}


class AssetQuerySet(models.QuerySet["Asset"]):
    def owned_by(self, owner: "User | ObjectId") -> "AssetQuerySet":
        return self.filter(owner=owner)


class Asset(Referenced, TimeStamped):
    """A video, a file to download, captions or what a student hands in, from the permission to upload it until it is deleted.

    `pending -> uploading -> processing -> ready | failed`: every method that changes the status returns whether this
    call changed it, so that of many notifications, retries and clients exactly one does. A deleted asset has no row;
    the file that remains at Cloudinary is a `Deletion`.
    """

    class Kind(models.TextChoices):
        VIDEO = "video"
        FILE = "file"
        CAPTIONS = "captions"
        SUBMISSION = "submission"

    class Status(models.TextChoices):
        PENDING = "pending"
        UPLOADING = "uploading"
        PROCESSING = "processing"
        READY = "ready"
        FAILED = "failed"

    class DeliveryType(models.TextChoices):
        """Who may read the file at Cloudinary: people with a signed URL or token, or everybody with its address.

        All that is uploaded here is `authenticated`. An imported video is `upload` until `manage.py protect_videos`.
        """

        AUTHENTICATED = "authenticated"
        UPLOAD = "upload"

    AWAITED = (Status.PENDING, Status.UPLOADING)
    """The states in which Cloudinary has not confirmed that it has the file."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assets", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    failure_reason = models.CharField(max_length=200, blank=True)
    failure_detail = models.CharField(max_length=300, blank=True)
    public_id = models.CharField(max_length=255, unique=True)
    delivery_type = models.CharField(
        max_length=13, choices=DeliveryType.choices, default=DeliveryType.AUTHENTICATED
    )
    asset_id = models.CharField(max_length=64, blank=True)
    version = models.PositiveBigIntegerField(null=True)
    format = models.CharField(max_length=10, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    duration_seconds = models.PositiveIntegerField(null=True)
    language = models.CharField(  # noqa: DJ001  # null is what clients receive
        max_length=languages.MAX_LENGTH, null=True, blank=True
    )
    original_name = models.CharField(max_length=255)
    is_streamable = models.BooleanField(default=False)  # Cloudinary has made an HLS stream of it

    objects = AssetQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="asset_created"),
            models.Index(fields=["owner", "-created_at", "-id"], name="asset_owner_created"),
            models.Index(fields=["status", "created_at", "id"], name="asset_status_created"),
        ]

    def __str__(self) -> str:
        return self.original_name or self.get_kind_display()

    @property
    def is_awaited(self) -> bool:
        """Return whether Cloudinary has not confirmed yet that it has the file."""
        return self.status in self.AWAITED

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY

    @property
    def stored(self) -> Stored:
        """Return the place of the file at Cloudinary."""
        resource_type = "video" if self.kind == self.Kind.VIDEO else "raw"
        return Stored(resource_type, self.delivery_type, self.public_id)

    def begin_upload(self) -> bool:
        return self._move((self.Status.PENDING,), self.Status.UPLOADING)

    def arrive(self, **details: Any) -> bool:
        """Record that Cloudinary has the file; `details` are fields of this model, as Cloudinary reports them."""
        return self._move(self.AWAITED, self.Status.PROCESSING, **details)

    def become_ready(self) -> bool:
        return self._move((self.Status.PROCESSING,), self.Status.READY)

    def fail(self, reason: str, detail: str) -> bool:
        """End an unfinished asset. `reason` is a code such as `too_large`, `detail` a sentence for its owner."""
        unfinished = (*self.AWAITED, self.Status.PROCESSING)
        return self._move(
            unfinished, self.Status.FAILED, failure_reason=reason, failure_detail=detail
        )

    def _move(self, before: tuple[Status, ...], after: Status, **fields: Any) -> bool:
        """Change the status by compare-and-set, and the object with it; return whether this call changed it."""
        fields |= {"status": after, "updated_at": timezone.now()}
        moved = type(self).objects.filter(pk=self.pk, status__in=before).update(**fields)
        if moved:
            UPLOADS.labels(self.kind, after).inc()
            for name, value in fields.items():
                setattr(self, name, value)
        return bool(moved)


class Deletion(TimeStamped):
    """A file that must be deleted at Cloudinary. The row is deleted when Cloudinary confirms it."""

    resource_type = models.CharField(max_length=10)
    type = models.CharField(max_length=15)
    public_id = models.CharField(max_length=255)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["updated_at", "id"], name="deletion_updated")]

    def __str__(self) -> str:
        return f"{self.resource_type}, {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def stored(self) -> Stored:
        return Stored(self.resource_type, self.type, self.public_id)


class Streams(models.Model):
    """The devices on which a person plays: one row a person, with the person's id. It is deleted when nothing plays.

    One command compares the number of devices with the limit and adds a device, so that simultaneous ones cannot exceed it.
    """

    devices = models.JSONField(
        default=list
    )  # [{"device": ..., "held_until": time}], changed only by that command
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [TTLIndex(field="expires_at", name="streams_expiry")]

    def __str__(self) -> str:
        return f"streams of {self.pk}"


class PlaybackGrant(models.Model):
    """A playback of a lecture by a person on a device, which held a stream until `held_until`; kept until `expires_at`."""

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
