"""A person's private notes on lectures."""

from django.conf import settings
from django.db import models

from lms.models import TimeStamped

NO_POSITION = -1
"""The place of a note on a lecture as a whole: before all positions."""


class Note(TimeStamped):
    """A note that only its author sees, about a whole lecture or one moment of it. `course` is the lecture's course."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    lecture = models.ForeignKey(
        "courses.Lecture", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    # Deleting a course deletes its lectures, and they delete their notes.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    body = models.TextField(max_length=5000)
    position_seconds = models.PositiveIntegerField(null=True, blank=True)
    # Orders a lecture's notes: `position_seconds`, or `NO_POSITION`, since a cursor cannot go past null.
    place = models.IntegerField(editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["lecture", "user", "place", "id"], name="note_lecture_place"),
            models.Index(fields=["user", "course"], name="note_user_course"),
        ]

    def __str__(self) -> str:
        return "a private note"  # staff see it among what a deletion would delete
