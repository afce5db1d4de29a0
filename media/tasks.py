"""What is done after the response: deleting files at Cloudinary."""

import logging
import time

from django.db.models import F
from django.tasks import task
from django.utils import timezone

from lms.exceptions import MediaUnavailable
from media import cloud
from media.exceptions import MediaRejected
from media.models import Deletion

logger = logging.getLogger(__name__)

PAUSES = (0.2,)
"""Seconds before each further try. After the last, the file waits for `manage.py repair_media`."""


@task
def delete_file(deletion_id: str) -> bool:
    """Delete one file at Cloudinary; return whether it is gone. Repeatable."""
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
    logger.warning("%s is still at Cloudinary. repair_media will try again.", deletion)
    Deletion.objects.filter(pk=deletion.pk).update(
        attempts=F("attempts") + 1, updated_at=timezone.now()
    )
    return False
