"""The outline of a course: as people see it, and as its instructor writes it."""

from typing import Any

from rest_framework import serializers

from courses.models import Lecture, Section
from courses.services.lectures import MAX_LECTURES
from lms.drf import ModelSerializer, ObjectIdField

AUTHOR_ONLY = "Only for the course's instructor and staff."


class CurriculumLectureSerializer(ModelSerializer):
    is_published = serializers.BooleanField(required=False, help_text=AUTHOR_ONLY)

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
        )


class CurriculumSectionSerializer(ModelSerializer):
    lectures = CurriculumLectureSerializer(many=True)

    class Meta:
        model = Section
        fields = ("id", "title", "position", "lectures")


class CurriculumSerializer(serializers.Serializer):
    sections = CurriculumSectionSerializer(many=True)


class OutlineLectureSerializer(CurriculumLectureSerializer):
    """A lecture of the outline; `completed` and `position_seconds` only for people who may watch the course."""

    completed = serializers.BooleanField(required=False)
    position_seconds = serializers.IntegerField(required=False)

    class Meta(CurriculumLectureSerializer.Meta):
        fields = (*CurriculumLectureSerializer.Meta.fields, "completed", "position_seconds")


class OutlineSectionSerializer(CurriculumSectionSerializer):
    lectures = OutlineLectureSerializer(many=True)


class OutlineSerializer(serializers.Serializer):
    """The outline of a course."""

    sections = OutlineSectionSerializer(many=True)


class SectionSerializer(ModelSerializer):
    class Meta:
        model = Section
        fields = ("id", "course", "title", "position")
        read_only_fields = fields


class PositionField(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        help_text = "Counted from 0; what is there and after it moves by one. Beyond the end means at the end."
        super().__init__(
            required=False, min_value=0, max_value=10_000, help_text=help_text, **kwargs
        )


class SectionWriteSerializer(ModelSerializer):
    position = PositionField()

    class Meta:
        model = Section
        fields = ("title", "position")


class SectionOrderSerializer(serializers.Serializer):
    section = ObjectIdField()
    lectures = serializers.ListField(
        child=ObjectIdField(), allow_empty=True, max_length=MAX_LECTURES
    )
