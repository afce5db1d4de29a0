"""Courses: in lists, in full, and as their instructor writes them."""

import json
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from accounts.models import User
from accounts.serializers import PersonSerializer
from courses.models import Category, Course
from courses.serializers.outline import CurriculumSectionSerializer
from lms import currencies
from lms.drf import ModelSerializer, MoneySerializer
from lms.exceptions import invalid
from lms.images import CleanImageField
from lms.languages import LanguageField
from lms.validators import validate_line

THUMBNAIL_SIDE = 1920

COMPLETION = "How a video is completed: by hand or by watching it (`manual_or_watched`), or by watching it alone (`watched`)."
STATUS = (
    "A course that is `draft` or `in_review` is seen by its instructor and staff, a `published` one by everybody, an "
    "`archived` one also by those who are enrolled."
)


class CategorySerializer(ModelSerializer):
    """A category of courses."""

    class Meta:
        model = Category
        fields = ("id", "name", "slug")
        read_only_fields = fields
        help_texts = {
            "slug": "For `GET /courses?category=` and for new courses.",
        }


class RatingSerializer(serializers.Serializer):
    """The average of all listed reviews."""

    average = serializers.FloatField(
        allow_null=True, help_text="Rounded to two decimals; null if nobody has rated."
    )
    count = serializers.IntegerField(help_text="How many people rated.")


class CourseCardSerializer(ModelSerializer):
    """A course in a list."""

    category = CategorySerializer(
        help_text="If it is gone: its id, `Deleted category` and, as slug, the id."
    )
    price = MoneySerializer(help_text="`amount` 0 is free.")
    thumbnail = serializers.URLField(allow_null=True, help_text="The URL of a picture, or null.")
    thumbnail_srcset = serializers.DictField(
        child=serializers.URLField(), allow_null=True, help_text="URLs by width: `320w`, `640w`..."
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

    class Meta(CourseCardSerializer.Meta):
        fields = (*CourseCardSerializer.Meta.fields, "status", "created_at")
        read_only_fields = fields
        help_texts = {
            **CourseCardSerializer.Meta.help_texts,
            "status": STATUS,
        }


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

    class Meta(CourseCardSerializer.Meta):
        fields = (
            *CourseCardSerializer.Meta.fields,
            "description",
            "description_html",
            "objectives",
            "requirements",
            "tags",
            "completion",
            "status",
            "sections",
        )
        read_only_fields = fields
        help_texts = {
            **CourseCardSerializer.Meta.help_texts,
            "description": "As its instructor wrote it: Markdown.",
            "completion": COMPLETION,
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


def not_chargeable(currency: str) -> serializers.ValidationError:
    """Return the error for a price that Stripe cannot charge in its currency."""
    return invalid(
        currencies.describe_price(currency),
        "not_chargeable",
        attr="amount",
        min=currencies.minimum(currency),
        max=currencies.maximum(currency),
        step=currencies.step(currency),
        currency=currency,
    )


class PriceSerializer(MoneySerializer):
    raises = (not_chargeable("usd"),)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        amount, currency = attrs["amount"], attrs["currency"]
        if not currencies.is_chargeable(amount, currency):
            raise not_chargeable(currency)
        return attrs


def texts(*, max_length: int, max_count: int, help_text: str) -> serializers.ListField:
    """Return an optional field for up to `max_count` lines of up to `max_length` characters each."""
    return serializers.ListField(
        child=serializers.CharField(max_length=max_length, validators=[validate_line]),
        max_length=max_count,
        required=False,
        help_text=help_text,
    )


class CourseWriteSerializer(ModelSerializer):
    """A course as its instructor writes it, in JSON or as a form.

    In a form, `price` is JSON text or the two fields `price.amount` and `price.currency`; a list is JSON text or a
    repeated field; `thumbnail` is a file.
    """

    category = serializers.SlugRelatedField(
        "slug",
        queryset=Category.objects.all(),
        error_messages={"does_not_exist": "There is no such category. Choose another one."},
        help_text="A category's slug.",
    )
    language = LanguageField(
        max_length=10, required=False, help_text="A language tag by BCP 47: `en`, `pt-BR`."
    )
    price = PriceSerializer(help_text="`amount` 0 is free. Each currency has a smallest amount.")
    tags = texts(max_length=30, max_count=10, help_text="Words that it can be found by.")
    objectives = texts(max_length=200, max_count=20, help_text="What people learn, one line each.")
    requirements = texts(
        max_length=200, max_count=20, help_text="What people should bring, one line each."
    )
    thumbnail = CleanImageField(max_side=THUMBNAIL_SIDE, required=False, allow_null=True)

    class Meta:
        model = Course
        fields = (
            "title",
            "subtitle",
            "description",
            "category",
            "level",
            "language",
            "price",
            "tags",
            "objectives",
            "requirements",
            "completion",
            "thumbnail",
        )
        help_texts = {
            "subtitle": "One line.",
            "description": "Markdown. Needed to publish.",
            "level": "For whom it is.",
            "completion": COMPLETION,
        }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        plain = _from_form(data) if isinstance(data, QueryDict) else data
        values: dict[str, Any] = super().to_internal_value(plain)
        if price := values.pop("price", None):
            values |= {"price_amount": price["amount"], "currency": price["currency"]}
        return values


class ThumbnailSerializer(serializers.Serializer):
    """A form with a picture."""

    thumbnail = CleanImageField(max_side=THUMBNAIL_SIDE)


def _from_form(form: QueryDict) -> dict[str, Any]:
    """Return the fields of a form as JSON has them; text that is not valid JSON stays text, which the fields refuse."""
    data: dict[str, Any] = form.dict()
    if "price" in data:
        data["price"] = _parse(data["price"])
    elif parts := {
        part: data[f"price.{part}"] for part in ("amount", "currency") if f"price.{part}" in data
    }:
        data["price"] = parts
    for name in ("tags", "objectives", "requirements"):
        if name in form:
            values = form.getlist(name)
            first = _parse(values[0]) if len(values) == 1 else None
            data[name] = first if isinstance(first, list) else [each for each in values if each]
    return data


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
