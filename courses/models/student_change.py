"""Changes of the number of a course's students."""

from django.db import models

from courses.models.course import Course


class StudentChange(models.Model):
    """One student more (`by` is 1) or less (-1), not yet added to the course's `enrolled_count`.

    Purchases of one course insert such rows, which never conflict; if each wrote to the course, they would wait for
    each other.
    """

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="student_changes", db_index=False
    )
    by = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["course", "by"], name="student_change_course")]

    def __str__(self) -> str:
        return f"{self.by:+} in {self.course_id}"
