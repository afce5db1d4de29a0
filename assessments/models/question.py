"""Questions of an instructor's bank, and every revision of each."""

from django.conf import settings
from django.db import models
from django_mongodb_backend.fields import ArrayField, EmbeddedModelArrayField, ObjectIdField
from django_mongodb_backend.models import EmbeddedModel

from accounts.models import User
from courses.markdown import validate_markdown
from lms.models import Referenced, TimeStamped

MAX_POINTS = 100_000
"""The most points that a question, a rubric or an assignment may have, in hundredths: 1,000 points."""


class Kind(models.TextChoices):
    """What a response to a question looks like, and how it is graded (see `assessments.grading`)."""

    SINGLE_CHOICE = "single_choice"
    TRUE_FALSE = "true_false"
    MULTIPLE_CHOICE = "multiple_choice"
    SHORT_TEXT = "short_text"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"
    ESSAY = "essay"


class Side(models.TextChoices):
    """On which side of a matching question an option stands."""

    LEFT = "left"
    RIGHT = "right"


class Option(EmbeddedModel):
    """One option of a question; its identifier never changes while its text stays the same."""

    identifier = ObjectIdField()
    text = models.CharField(max_length=1000, validators=[validate_markdown])
    text_html = models.TextField()
    side = models.CharField(max_length=5, choices=Side.choices, blank=True)

    def __str__(self) -> str:
        return self.text


class Content(models.Model):
    """What a revision of a question fixes: the prompt, the options, the key and the points.

    `key` names options by their 24 hex digits; its shape depends on the kind (see `assessments.keys`), an essay has none.
    `points` are hundredths.
    """

    revision = models.PositiveIntegerField(default=1)
    prompt = models.TextField(max_length=10_000, validators=[validate_markdown])
    prompt_html = models.TextField(editable=False)
    options = EmbeddedModelArrayField(Option, default=list, blank=True)
    key = models.JSONField(default=dict)
    points = models.PositiveIntegerField(default=100)

    class Meta:
        abstract = True


class QuestionQuerySet(models.QuerySet["Question"]):
    def owned_by(self, user: User) -> "QuestionQuerySet":
        return self.filter(owner=user)

    def visible_to(self, user: User) -> "QuestionQuerySet":
        return self if user.is_staff else self.owned_by(user)


class Question(Referenced, Content, TimeStamped):
    """A question with its newest revision. A retired one is drawn no more, and stays where it was used."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="questions", db_index=False
    )
    kind = models.CharField(max_length=15, choices=Kind.choices)
    explanation = models.TextField(max_length=10_000, blank=True, validators=[validate_markdown])
    explanation_html = models.TextField(blank=True, editable=False)
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    retired = models.BooleanField(default=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="question_created"),
            models.Index(fields=["owner", "-created_at", "-id"], name="question_owner_created"),
            # Draws: the questions of a bank that have a tag.
            models.Index(fields=["owner", "tags", "retired", "id"], name="question_owner_tags"),
        ]

    def __str__(self) -> str:
        return self.prompt[:80]


class QuestionRevision(Content):
    """A question as it was: a row is added with each change of its content, and never changed."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="revisions")
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "revision"], name="question_revision_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.prompt[:80]}"
