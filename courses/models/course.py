"""What is taught: categories, courses, their sections and lectures, and what students say of them."""

from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django_mongodb_backend.fields import ArrayField, ObjectIdField

from lms.models import TimeStamped
from lms.mongodb.indexes import TextIndex


def images() -> Storage:
    return storages["images"]


class Category(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="category_name")]

    def __str__(self) -> str:
        return self.name


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> "CourseQuerySet":
        return self.filter(status=Course.Status.PUBLISHED)

    def taught_by(self, user: Any) -> "CourseQuerySet":
        return self.filter(instructor=user)


class Course(TimeStamped):
    class Level(models.TextChoices):
        BEGINNER = "beginner"
        INTERMEDIATE = "intermediate"
        ADVANCED = "advanced"
        ALL = "all"

    class Completion(models.TextChoices):
        """How a video of the course comes to be done; all else is always done by hand."""

        MANUAL_OR_WATCHED = "manual_or_watched"
        WATCHED = "watched"

    class Status(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses", db_index=False
    )
    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    title = models.CharField(max_length=120)
    subtitle = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=20_000, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="courses", db_index=False
    )
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.ALL)
    language = models.CharField(max_length=10, default="en")
    price_amount = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="usd")
    thumbnail = models.ImageField(
        upload_to="thumbnails", storage=images, blank=True, max_length=255
    )
    objectives = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    requirements = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    completion = models.CharField(
        max_length=17, choices=Completion.choices, default=Completion.MANUAL_OR_WATCHED
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    # Each kept by one place, by an atomic update: outline.py (lectures), services.count_student, reviews.py (ratings).
    lecture_count = models.PositiveIntegerField(default=0, editable=False)
    duration_seconds = models.PositiveIntegerField(default=0, editable=False)
    enrolled_count = models.PositiveIntegerField(default=0, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    # In thousandths, so that the catalogue can be ordered by an exact integer.
    rating_average = models.PositiveIntegerField(default=0, editable=False)
    # Counts the changes of sections and lectures: whoever makes one takes the next number first, and so goes alone.
    outline_version = models.PositiveIntegerField(default=0, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        indexes = [
            TextIndex(
                weights={"title": 10, "subtitle": 5, "tags": 5, "description": 1},
                name="course_text",
            ),
            # One for each ordering of the catalogue, alone and within a category. An index is read backwards as well.
            models.Index(fields=["status", "-published_at", "-id"], name="course_published"),
            models.Index(fields=["status", "price_amount", "id"], name="course_price"),
            models.Index(
                fields=["status", "-rating_average", "-rating_count", "-id"], name="course_rating"
            ),
            models.Index(fields=["status", "-enrolled_count", "-id"], name="course_enrolled"),
            models.Index(
                fields=["category", "status", "-published_at", "-id"],
                name="course_category_published",
            ),
            models.Index(
                fields=["category", "status", "price_amount", "id"], name="course_category_price"
            ),
            models.Index(
                fields=["category", "status", "-rating_average", "-rating_count", "-id"],
                name="course_category_rating",
            ),
            models.Index(
                fields=["category", "status", "-enrolled_count", "-id"],
                name="course_category_enrolled",
            ),
            models.Index(
                fields=["instructor", "-created_at", "-id"], name="course_instructor_created"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_free(self) -> bool:
        return self.price_amount == 0


class Section(TimeStamped):
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="sections", db_index=False
    )
    title = models.CharField(max_length=120)
    position = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["course", "position", "id"], name="section_course_position")
        ]

    def __str__(self) -> str:
        return self.title


class Lecture(TimeStamped):
    class Kind(models.TextChoices):
        VIDEO = "video"
        ARTICLE = "article"
        FILE = "file"

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="lectures", db_index=False
    )
    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="lectures", db_index=False
    )
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=5000, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asset = models.ForeignKey(
        "media.Asset", on_delete=models.PROTECT, related_name="lectures", null=True, blank=True
    )
    # A video that takes the place of `asset` as soon as it is ready; until then the old one plays.
    next_asset = models.ForeignKey(
        "media.Asset", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # Assets that hold the video's captions.
    captions = ArrayField(ObjectIdField(), default=list, blank=True)
    body = models.TextField(max_length=100_000, blank=True)
    position = models.PositiveIntegerField()
    is_preview = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    duration_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["course", "section", "position", "id"], name="lecture_course_position"
            ),
            models.Index(fields=["section"], name="lecture_section"),
            models.Index(fields=["captions"], name="lecture_captions"),
        ]

    def __str__(self) -> str:
        return self.title


class Review(TimeStamped):
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews"
    )
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    report_reason = models.CharField(max_length=500, blank=True)
    # Hidden by staff: not shown and not counted.
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="review_one_per_person")
        ]
        indexes = [
            models.Index(fields=["course", "-created_at", "-id"], name="review_course_created"),
            models.Index(fields=["-reported_at", "-id"], name="review_reported"),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5"
