"""The outline of a course: as people see it, and as its instructor writes it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from courses.models import Course, Lecture, Section
from courses.serializers.gates import LockSerializer, OpeningSerializer
from courses.services.lectures import MAX_LECTURES
from lms.drf import ModelSerializer, ObjectIdField

AUTHOR_ONLY = "Only for the course's instructor and staff."
DURATION = "The length of the video in seconds; 0 if there is none or it is unknown."
POSITION = "Within its section, counted from 0."
PREVIEW = "Whether visitors may see it."
OPENS = "When its lectures open for a student; null: at once. Previews are always open."


class CurriculumLectureSerializer(ModelSerializer):
    """A lecture of a curriculum."""

    is_published = serializers.BooleanField(required=False, help_text=AUTHOR_ONLY)
    requires = serializers.ListField(child=ObjectIdField(), required=False, help_text=AUTHOR_ONLY)
    locked = LockSerializer(
        required=False,
        allow_null=True,
        help_text="Null if it is open. Only for people who may watch the course.",
    )

    class Meta:
        model = Lecture
        fields: tuple[str, ...] = (
            "id",
            "title",
            "kind",
            "duration_seconds",
            "is_preview",
            "position",
            "is_published",
            "requires",
            "locked",
        )
        help_texts = {
            "duration_seconds": DURATION,
            "is_preview": PREVIEW,
            "position": POSITION,
        }


class CurriculumSectionSerializer(ModelSerializer):
    """A section of a curriculum."""

    opens = OpeningSerializer(allow_null=True, help_text=OPENS)
    lectures = CurriculumLectureSerializer(many=True, help_text="In their order.")

    class Meta:
        model = Section
        fields = ("id", "title", "position", "opens", "lectures")
        help_texts = {
            "position": "Within the course, counted from 0.",
        }


class CurriculumSerializer(serializers.Serializer):
    """What a course consists of."""

    sections = CurriculumSectionSerializer(many=True, help_text="In their order.")


@extend_schema_field({"type": "null"})
class NullField(serializers.Field):
    """A field that is always null."""


class OutlineLectureSerializer(CurriculumLectureSerializer):
    """A lecture of the outline; the last two fields are only for people who may watch the course."""

    completed = serializers.BooleanField(required=False, help_text="Whether you completed it.")
    position_seconds = serializers.IntegerField(
        required=False, help_text="Where you stopped, in seconds from the start."
    )

    class Meta(CurriculumLectureSerializer.Meta):
        fields = (
            *CurriculumLectureSerializer.Meta.fields,
            "completed",
            "position_seconds",
        )


class OutlineSectionSerializer(CurriculumSectionSerializer):
    """A section of an outline."""

    lectures = OutlineLectureSerializer(many=True, help_text="In their order.")


class ResumePointSerializer(serializers.Serializer):
    """Where to continue."""

    lecture = ObjectIdField(help_text="The id of a lecture.")
    position_seconds = serializers.IntegerField(help_text="In seconds from its start.")


class OutlineCourseSerializer(ModelSerializer):
    """The course of an outline."""

    class Meta:
        model = Course
        fields = ("id", "slug", "title")
        read_only_fields = fields
        help_texts = {"slug": "For addresses; it never changes."}


@extend_schema_serializer(many=False)  # a list, as the view's method is named, that has no pages
class OutlineSerializer(serializers.Serializer):
    """What a course consists of, and how far you are."""

    course = OutlineCourseSerializer()
    percentage = serializers.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=100,
        help_text="Of the published lectures, rounded down; null unless you are enrolled.",
    )
    resume = ResumePointSerializer(
        allow_null=True, help_text="As in your progress; null unless you are enrolled."
    )
    is_completed = serializers.BooleanField(
        allow_null=True, help_text="As in your progress; null unless you are enrolled."
    )
    certificate = serializers.CharField(
        allow_null=True, help_text="The code of your certificate; null until you have one."
    )
    sections = OutlineSectionSerializer(many=True, help_text="In their order.")


class SectionSerializer(ModelSerializer):
    """A section of a course."""

    opens = OpeningSerializer(allow_null=True, help_text=OPENS)

    class Meta:
        model = Section
        fields = ("id", "course", "title", "position", "opens")
        read_only_fields = fields
        help_texts = {
            "course": "The id of its course.",
            "position": "Within the course, counted from 0.",
        }


class PositionField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        help_text = "Counted from 0; what is there and after it moves by one. Beyond the end means at the end."
        super().__init__(
            required=False, min_value=0, max_value=10_000, help_text=help_text, **kwargs
        )


class SectionWriteSerializer(ModelSerializer):
    """A section as its author writes it."""

    position = PositionField()
    opens = OpeningSerializer(required=False, allow_null=True, help_text=OPENS)

    class Meta:
        model = Section
        fields = ("title", "position", "opens")


class SectionOrderSerializer(serializers.Serializer):
    """A section with its lectures, in their new order."""

    section = ObjectIdField(help_text="The id of a section.")
    lectures = serializers.ListField(
        child=ObjectIdField(),
        allow_empty=True,
        max_length=MAX_LECTURES,
        help_text="The ids of its lectures.",
    )
