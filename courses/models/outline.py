"""What a course consists of: sections with their lectures."""

from django.db import models
from django.utils.translation import ngettext
from django_mongodb_backend.fields import ArrayField, EmbeddedModelField, ObjectIdField
from django_mongodb_backend.models import EmbeddedModel

from courses.markdown import validate_markdown
from courses.models.course import Course
from lms.models import Referenced, TimeStamped
from lms.validators import validate_line


class Opening(EmbeddedModel):
    """When a section opens: at a time, or a number of days after the student enrolled; the other one is null."""

    at = models.DateTimeField(null=True)
    days = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        if self.at is not None:
            return f"{self.at:%Y-%m-%d %H:%M}"
        days = self.days or 0
        return ngettext("{days} day after enrolling", "{days} days after enrolling", days).format(
            days=days
        )


class Section(TimeStamped):
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="sections", db_index=False
    )
    title = models.CharField(max_length=120, validators=[validate_line])
    position = models.PositiveIntegerField()
    opens = EmbeddedModelField(Opening, null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["course", "position", "id"], name="section_course_position")
        ]

    def __str__(self) -> str:
        return self.title


class Lecture(Referenced, TimeStamped):
    class Kind(models.TextChoices):
        VIDEO = "video"
        ARTICLE = "article"
        FILE = "file"
        QUIZ = "quiz"
        ASSIGNMENT = "assignment"

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="lectures", db_index=False
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="lectures", db_index=False
    )
    title = models.CharField(max_length=120, validators=[validate_line])
    description = models.TextField(max_length=5000, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asset = models.ForeignKey(
        "media.Asset", on_delete=models.PROTECT, related_name="lectures", null=True, blank=True
    )
    # A file that replaces `asset` as soon as it is ready; until then the present one plays.
    next_asset = models.ForeignKey(
        "media.Asset", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # The ids of the assets that are the video's captions.
    captions = ArrayField(ObjectIdField(), default=list, blank=True)
    body = models.TextField(max_length=100_000, blank=True, validators=[validate_markdown])
    body_html = models.TextField(blank=True, editable=False)
    position = models.PositiveIntegerField()
    is_preview = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    duration_seconds = models.PositiveIntegerField(default=0)
    # The ids of lectures of the same course that come first; services.lectures keeps them free of circles.
    requires = ArrayField(ObjectIdField(), default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["course", "section", "position", "id"], name="lecture_course_position"
            ),
            models.Index(fields=["section", "position", "id"], name="lecture_section_position"),
            models.Index(fields=["captions"], name="lecture_captions"),
        ]

    def __str__(self) -> str:
        return self.title
