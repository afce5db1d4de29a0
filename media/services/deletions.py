"""Files that must go from Cloudinary, remembered until they have gone."""

import logging
import time
from datetime import timedelta
from functools import partial

from django.db.models import F
from django.tasks import task
from django.utils import timezone

from lms.mongodb.transaction import on_commit
from media import cloud
from media.exceptions import MediaRejected, MediaUnavailable
from media.models import Deletion

logger = logging.getLogger(__name__)

PAUSES = (0.2,)
"""Seconds before the second try; what fails then waits for `manage.py repair_media`."""


def discard(*files: cloud.Stored) -> None:
    """See to it that files go from Cloudinary: after the commit, and again until they have gone."""
    rows = [Deletion(**file._asdict()) for file in files]
    for deletion in Deletion.objects.bulk_create(rows):
        on_commit(partial(carry_out.enqueue, str(deletion.pk)))


def discard_everywhere(stored: cloud.Stored) -> None:
    """Discard what a ticket may have put anywhere: its signature does not cover the resource type."""
    discard(*(stored._replace(resource_type=name) for name in cloud.RESOURCE_TYPES))


@task
def carry_out(deletion_id: str) -> bool:
    """Delete one file at Cloudinary; True when it is gone. Repeatable."""
    deletion = Deletion.objects.filter(pk=deletion_id).first()
    if deletion is None:
        return True
    for pause in (*PAUSES, None):
        try:
            cloud.destroy(deletion.stored)
            deletion.delete()
            return True
        except (MediaUnavailable, MediaRejected):
            if pause is not None:
                time.sleep(pause)
    logger.warning("%s is still at Cloudinary; repair_media tries again.", deletion)
    Deletion.objects.filter(pk=deletion.pk).update(
        attempts=F("attempts") + 1, updated_at=timezone.now()
    )
    return False


def retry(*, older_than: timedelta) -> tuple[int, int]:
    """Try again what was not tried lately; return how many went and how many are left."""
    due = Deletion.objects.filter(updated_at__lt=timezone.now() - older_than)
    done = [
        carry_out.call(str(pk))
        for pk in due.order_by("updated_at", "id").values_list("pk", flat=True)
    ]
    return done.count(True), done.count(False)
