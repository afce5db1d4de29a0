"""Deletion of files at Cloudinary: recorded first, so that none is forgotten while Cloudinary is unavailable."""

from datetime import timedelta

from django.utils import timezone

from media import cloud
from media.models import Deletion, Stored
from media.tasks import delete_file


def discard(*files: Stored) -> None:
    """Delete files at Cloudinary after the commit, and retry until they are gone."""
    rows = [Deletion(**file._asdict()) for file in files]
    for deletion in Deletion.objects.bulk_create(rows):
        delete_file.enqueue(str(deletion.pk))


def discard_everywhere(file: Stored) -> None:
    """Delete a file under every resource type: the signature of its ticket does not cover the resource type.

    A public file came without a ticket. Another public one with its name may be of another owner.
    """
    if file.type == "upload":
        discard(file)
        return
    discard(*(file._replace(resource_type=name) for name in cloud.RESOURCE_TYPES))


def retry(*, older_than: timedelta) -> tuple[int, int]:
    """Retry the deletions that were not tried lately; return how many files are gone and how many are left."""
    due = Deletion.objects.filter(updated_at__lt=timezone.now() - older_than)
    ids = due.order_by("updated_at", "id").values_list("pk", flat=True)
    gone = [delete_file.call(str(pk)) for pk in ids]
    return gone.count(True), gone.count(False)
