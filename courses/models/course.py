"""A course: its description, price and status, and the counters that the catalogue is ordered by."""

from bson import ObjectId
from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django_mongodb_backend.fields import ArrayField

from accounts.models import User
from courses.keys import CourseKey
from courses.markdown import validate_markdown
from courses.models.category import Category
from lms.folding import FoldedField
from lms.models import Referenced, TimeStamped
from lms.validators import validate_line

STARS = (1, 2, 3, 4, 5)
"""The ratings that a person may give."""


def no_ratings() -> list[int]:
    """Return how many ratings with each number of stars an unrated course has. Migrations name this function."""
    return [0] * len(STARS)


def images() -> Storage:
    """Return the storage of images. Migrations name this function."""
    return storages["images"]


class CourseQuerySet(models.QuerySet["Course"]):
    def published(self) -> "CourseQuerySet":
        return self.filter(status=Course.Status.PUBLISHED)

    def named(self, key: CourseKey) -> "CourseQuerySet":
        """Return the course with this id or slug."""
        return self.filter(pk=key) if isinstance(key, ObjectId) else self.filter(slug=key)

    def taught_by(self, user: User) -> "CourseQuerySet":
        return self.filter(instructor=user)


class Course(Referenced, TimeStamped):
    class Level(models.TextChoices):
        BEGINNER = "beginner"
        INTERMEDIATE = "intermediate"
        ADVANCED = "advanced"
        ALL = "all"

    class Completion(models.TextChoices):
        """How a video is completed: by hand or by watching, or by watching alone.

        Other lectures, and videos of unknown length, are completed by hand.
        """

        MANUAL_OR_WATCHED = "manual_or_watched"
        WATCHED = "watched"

    class Pacing(models.TextChoices):
        """In which order the lectures are studied: in any, or each one once all those before it are completed."""

        FREE = "free"
        IN_ORDER = "in_order"

    class Status(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    instructor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="courses", db_index=False
    )
    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)
    title = models.CharField(max_length=120, validators=[validate_line])
    title_key = FoldedField(of="title", max_length=480)
    subtitle = models.CharField(max_length=200, blank=True, validators=[validate_line])
    description = models.TextField(max_length=20_000, blank=True, validators=[validate_markdown])
    description_html = models.TextField(blank=True, editable=False)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="courses", db_index=False
    )
    tags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # By which it is found while it is published, else empty: services.indexing writes them.
    terms = ArrayField(models.CharField(max_length=40), default=list, blank=True, editable=False)
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
    pacing = models.CharField(max_length=8, choices=Pacing.choices, default=Pacing.FREE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    # Why staff sent it back or took it from sale; empty again once its instructor publishes it or sends it in.
    rejection_reason = models.CharField(max_length=500, blank=True, editable=False)

    # Becomes true with the first order or enrollment, and stays true: such a course is never deleted (services.students).
    was_taken = models.BooleanField(default=False, editable=False)
    # Counters, each changed in one place by an atomic update: services.outline.recount (lectures and duration),
    # services.students.sum_up (students), services.ratings (ratings).
    lecture_count = models.PositiveIntegerField(default=0, editable=False)
    duration_seconds = models.PositiveIntegerField(default=0, editable=False)
    # Without the latest changes, which are rows of StudentChange: the catalogue is ordered by it, `student_count` is exact.
    enrolled_count = models.PositiveIntegerField(default=0, editable=False)
    # How many people rate the course with 1, 2, 3, 4 and 5 stars; the next three follow from it.
    rating_counts = ArrayField(
        models.PositiveIntegerField(), size=5, default=no_ratings, editable=False
    )
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    # The average in thousandths: an exact integer by which the catalogue is ordered.
    rating_average = models.PositiveIntegerField(default=0, editable=False)
    # The number of changes of sections and lectures. Every change begins by adding one, so that two never run at once.
    outline_version = models.PositiveIntegerField(default=0, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        permissions = [("preview_course", "Can see a course as its students would")]
        indexes = [
            # A search reads the most popular courses of each term, and never more than a number of its entries.
            models.Index(fields=["terms", "-enrolled_count", "-id"], name="course_terms"),
            # For staff: their list, by status and category too, and the beginnings of titles.
            models.Index(fields=["-created_at", "-id"], name="course_created"),
            models.Index(fields=["status", "-created_at", "-id"], name="course_status_created"),
            models.Index(fields=["category", "-created_at", "-id"], name="course_category_created"),
            models.Index(fields=["title_key", "id"], name="course_title_key"),
            # One per ordering of the catalogue, for all courses and within a category. MongoDB reads an index both ways.
            models.Index(fields=["status", "-published_at", "-id"], name="course_published"),
            models.Index(fields=["status", "price_amount", "id"], name="course_price"),
            models.Index(
                fields=["status", "-rating_average", "-rating_count", "-id"], name="course_rating"
            ),
            models.Index(fields=["status", "-enrolled_count", "-id"], name="course_enrolled"),
            # Few courses may be in a language, or cost money of a currency: in another order than this, they are sorted.
            models.Index(
                fields=["status", "language", "-published_at", "-id"], name="course_language"
            ),
            models.Index(
                fields=["status", "currency", "-published_at", "-id"], name="course_currency"
            ),
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
    def student_count(self) -> int:
        """Return how many people have access by a grant."""
        return self.enrolled_count + sum(change.by for change in self.student_changes.all())

    @property
    def is_free(self) -> bool:
        return self.price_amount == 0
