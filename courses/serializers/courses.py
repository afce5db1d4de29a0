"""Courses in lists and in full, and the public profiles of instructors."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from courses.models import Category, Course
from courses.serializers.outline import CurriculumSectionSerializer
from courses.serializers.reviews import RatingSerializer, ReviewSerializer
from courses.visibility import Reason
from lms.drf import ModelSerializer, MoneySerializer

COMPLETION = "How a video is completed: by hand or by watching it (`manual_or_watched`), or by watching it alone (`watched`)."
PACING = "In which order the lectures are studied: in any (`free`), or each one once those before it are completed (`in_order`)."
STATUS = (
    "A course that is `draft` or `in_review` is seen by its instructor and staff, a `published` one by everybody, an "
    "`archived` one also by those who are enrolled."
)

REJECTION = "What staff wrote when they sent it back or took it from sale; null when it is published or sent in again."


class CategorySerializer(ModelSerializer):
    """A category of courses."""

    class Meta:
        model = Category
        fields = ("id", "name", "slug")
        read_only_fields = fields
        help_texts = {
            "slug": "For `GET /courses?category=` and for new courses.",
        }


@extend_schema_field({"type": "string", "format": "uri-template"})
class URITemplateField(serializers.CharField):
    """A URL in which names in braces stand for values (RFC 6570)."""


class SrcsetSerializer(serializers.Serializer):
    """A picture in several widths: one template, instead of a URL for each."""

    base = URITemplateField(
        help_text="A URI template (RFC 6570, level 1): with one of `widths` for `{width}` it is the URL of the picture."
    )
    widths = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        help_text="In pixels of the picture, from the smallest: the `w` of HTML's `srcset`.",
    )


class CourseCardSerializer(ModelSerializer):
    """A course in a list."""

    category = CategorySerializer(
        help_text="If it is gone: its id, `Deleted category` and, as slug, the id."
    )
    price = MoneySerializer(help_text="`amount` 0 is free.")
    thumbnail = serializers.URLField(allow_null=True, help_text="The URL of a picture, or null.")
    thumbnail_srcset = SrcsetSerializer(
        allow_null=True, help_text="The picture in several widths, all 16:9; null without one."
    )
    rating = RatingSerializer()
    instructor = PersonSerializer()

    class Meta:
        model = Course
        fields: tuple[str, ...] = (
            "id",
            "slug",
            "title",
            "subtitle",
            "category",
            "level",
            "language",
            "price",
            "thumbnail",
            "thumbnail_srcset",
            "rating",
            "lecture_count",
            "duration_seconds",
            "enrolled_count",
            "instructor",
            "published_at",
        )
        read_only_fields = fields
        help_texts = {
            "slug": "For addresses; it never changes.",
            "subtitle": "One line; may be empty.",
            "level": "For whom it is.",
            "language": "A language tag by BCP 47: `en`, `pt-BR`.",
            "lecture_count": "Published lectures.",
            "duration_seconds": "The published videos together, in seconds.",
            "enrolled_count": "People who have access; up to a minute old.",
            "published_at": "When it was first published; null for a draft.",
        }


class OwnCourseSerializer(CourseCardSerializer):
    """A course in its instructor's own list."""

    rejection_reason = serializers.CharField(allow_null=True, help_text=REJECTION)

    class Meta(CourseCardSerializer.Meta):
        fields = (*CourseCardSerializer.Meta.fields, "status", "rejection_reason", "created_at")
        read_only_fields = fields
        help_texts = {
            **CourseCardSerializer.Meta.help_texts,
            "status": STATUS,
        }


class ViewerSerializer(serializers.Serializer):
    """What a course is to you. What you studied and your review are null unless you are enrolled."""

    can_watch = serializers.BooleanField(help_text="Whether you may watch all of it.")
    reason = serializers.ChoiceField(
        choices=[(each.value, each.name) for each in Reason],
        help_text="Why you may or may not watch it: as in `GET /courses/{course}/access`.",
    )
    percentage = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="Of the published lectures you have completed, rounded down.",
    )
    certificate = serializers.CharField(
        allow_null=True, help_text="The code of your certificate; null until you have one."
    )
    in_wishlist = serializers.BooleanField()
    review = ReviewSerializer(
        allow_null=True, help_text="Your own review, also while staff hide it from others."
    )


class CourseDetailSerializer(CourseCardSerializer):
    """A course with its curriculum."""

    description_html = serializers.CharField(help_text="The description as sanitised HTML.")
    objectives = serializers.ListField(
        child=serializers.CharField(), help_text="What people learn, one line each."
    )
    requirements = serializers.ListField(
        child=serializers.CharField(), help_text="What people should bring, one line each."
    )
    tags = serializers.ListField(
        child=serializers.CharField(), help_text="Words that it can be found by."
    )
    sections = CurriculumSectionSerializer(many=True, help_text="In their order.")
    rejection_reason = serializers.CharField(
        allow_null=True, help_text=f"{REJECTION} Its instructor and staff alone see it."
    )
    viewer = ViewerSerializer(allow_null=True, help_text="What it is to you; null for a visitor.")

    class Meta(CourseCardSerializer.Meta):
        fields = (
            *CourseCardSerializer.Meta.fields,
            "description",
            "description_html",
            "objectives",
            "requirements",
            "tags",
            "completion",
            "pacing",
            "status",
            "rejection_reason",
            "sections",
            "viewer",
        )
        read_only_fields = fields
        help_texts = {
            **CourseCardSerializer.Meta.help_texts,
            "description": "As its instructor wrote it: Markdown.",
            "completion": COMPLETION,
            "pacing": PACING,
            "status": STATUS,
        }


class CourseWarningSerializer(serializers.Serializer):
    """What an author should know. It has the shape of an error, and keeps nothing from happening."""

    code = serializers.ChoiceField(
        choices=["unknown_duration"],
        help_text="`unknown_duration`: a video that cannot be completed by watching it, though the course asks for that.",
    )
    detail = serializers.CharField(help_text="A sentence for the instructor.")
    attr = serializers.CharField(help_text="Where it is: `lectures.<id>.asset`.")


class PublishedCourseSerializer(CourseDetailSerializer):
    """A course with its curriculum, and with what its author should know."""

    warnings = CourseWarningSerializer(many=True, help_text="They keep nothing from happening.")

    class Meta(CourseDetailSerializer.Meta):
        fields = (*CourseDetailSerializer.Meta.fields, "warnings")
        read_only_fields = fields


class InstructorSerializer(ModelSerializer):
    """An instructor's public profile."""

    avatar = serializers.URLField(allow_null=True, help_text="The URL of a picture, or null.")
    course_count = serializers.IntegerField(help_text="Published courses.")
    student_count = serializers.IntegerField(help_text="Enrollments in all of their courses.")
    rating = RatingSerializer(help_text="Of all their published courses together.")
    courses = CourseCardSerializer(
        many=True, help_text="The newest 20; more by `GET /courses?instructor=`."
    )

    class Meta:
        model = User
        fields = (
            "id",
            "name",
            "headline",
            "bio",
            "avatar",
            "course_count",
            "student_count",
            "rating",
            "courses",
        )
        read_only_fields = fields
        help_texts = {
            "headline": "One line; may be empty.",
            "bio": "Plain text; may be empty.",
        }
