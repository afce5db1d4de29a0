"""Assignments, and what students hand in."""

from django.conf import settings
from django.db import models
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from courses.markdown import validate_markdown
from lms.models import TimeStamped, name_of


class Assignment(TimeStamped):
    """What a lecture of kind `assignment` asks; an assignment is known by its lecture.

    `rubric` is a list of `{"id", "title", "points"}` whose points add up to `points`, all in hundredths, or empty.
    """

    class Late(models.TextChoices):
        """What happens to what is handed in after `due_at`."""

        ACCEPT = "accept"
        MARK = "mark"
        REFUSE = "refuse"

    class Accept(models.TextChoices):
        """What may be handed in."""

        TEXT = "text"
        FILES = "files"

    lecture = models.OneToOneField(
        "courses.Lecture", on_delete=models.CASCADE, related_name="assignment"
    )
    instructions = models.TextField(max_length=50_000, validators=[validate_markdown])
    instructions_html = models.TextField(editable=False)
    points = models.PositiveIntegerField(default=10_000)
    rubric = models.JSONField(default=list, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late = models.CharField(max_length=6, choices=Late.choices, default=Late.ACCEPT)
    accept = ArrayField(models.CharField(max_length=5, choices=Accept.choices), default=list)
    max_files = models.PositiveSmallIntegerField(default=5)
    passing_percent = models.PositiveSmallIntegerField(default=50)
    # Becomes true with the first submission, and stays true: such a lecture is never deleted.
    has_submissions = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return name_of(self, "lecture")


class Submission(TimeStamped):
    """What a student hands in for an assignment, one row each.

    `draft -> submitted -> graded`, or back to the student as `returned` and then submitted again. Scores are hundredths;
    `rubric` maps a criterion's id to its score; both, `percentage` and `passed` are those of the last grade line. Every change counts
    `version` up.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        GRADED = "graded"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
    )
    lecture = models.ForeignKey(
        "courses.Lecture", on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    # The enrollment and the submission protect the course from deletion.
    course = models.ForeignKey(
        "courses.Course", on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    text = models.TextField(max_length=50_000, blank=True)
    # The ids of assets of kind `submission`.
    files = ArrayField(ObjectIdField(), default=list, blank=True)
    is_late = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveIntegerField(null=True, blank=True)
    max_score = models.PositiveIntegerField(null=True, blank=True)
    percentage = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    rubric = models.JSONField(default=dict, blank=True)
    feedback = models.TextField(max_length=10_000, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "lecture"], name="submission_one_per_assignment"
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="submission_created"),
            # The instructor's inbox: what waits longest comes first.
            models.Index(
                fields=["lecture", "status", "submitted_at", "id"], name="submission_inbox"
            ),
            models.Index(fields=["lecture", "-submitted_at", "-id"], name="submission_lecture"),
            models.Index(fields=["user", "course"], name="submission_user_course"),
            models.Index(fields=["course", "user"], name="submission_course_user"),
            models.Index(fields=["files"], name="submission_files"),
        ]

    def __str__(self) -> str:
        return name_of(self, "lecture")
