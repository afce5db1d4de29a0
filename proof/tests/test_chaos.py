"""How `make chaos` judges tasks and mails. It runs in .ci/run, with nginx and Redis."""

from collections import Counter

import pytest
from bson import ObjectId

from lms.models import QueuedTask
from proof.chaos.after import of_tasks

PERHAPS = {"status": "failed", "error": "lms.tasks.mailing.SentPerhaps"}


@pytest.mark.parametrize(
    ("row", "times", "is_right"),
    [
        ({"status": "done", "is_mailed": True}, 1, True),
        ({"status": "done", "is_mailed": True}, 2, True),
        ({"status": "done", "is_mailed": True}, 3, False),
        ({"status": "done", "is_mailed": True}, 0, False),
        ({"status": "done"}, 0, True),  # no mail
        (PERHAPS, 2, True),
        (PERHAPS, 0, False),
        ({"status": "failed", "error": "OSError"}, 0, False),
    ],
)
def test_a_mail_arrives_once_or_twice_and_no_task_fails(row, times, is_right):
    task = QueuedTask(pk=ObjectId(), **row)
    found = list(of_tasks([task], Counter({str(task.pk): times})))
    assert (not found) == is_right
