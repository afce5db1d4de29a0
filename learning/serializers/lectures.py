"""Lectures, as those see them who may watch them."""

from rest_framework import serializers

from courses.models import Lecture
from courses.serializers.outline import OutlineLectureSerializer, OutlineSectionSerializer
from lms.drf import ModelSerializer, ObjectIdField

AUTHOR_ONLY = "Only told to the course's instructor and staff."


class StudiedLectureSerializer(OutlineLectureSerializer):
    """A lecture of the outline; the last two for those who may watch the course."""

    completed = serializers.BooleanField(required=False)
    position_seconds = serializers.IntegerField(required=False)

    class Meta(OutlineLectureSerializer.Meta):
        fields = [*OutlineLectureSerializer.Meta.fields, "completed", "position_seconds"]


class StudiedSectionSerializer(OutlineSectionSerializer):
    lectures = StudiedLectureSerializer(many=True)


class StudiedOutlineSerializer(serializers.Serializer):
    """The outline of a course."""

    sections = StudiedSectionSerializer(many=True)


class LectureFileSerializer(serializers.Serializer):
    """A file to download."""

    url = serializers.URLField()
    expires_at = serializers.DateTimeField()
    name = serializers.CharField()
    bytes = serializers.IntegerField()


class LectureContentSerializer(ModelSerializer):
    """A lecture with what is taught in it."""

    body_html = serializers.CharField(help_text="The body as sanitised HTML.")
    file = LectureFileSerializer(allow_null=True)
    completed = serializers.BooleanField()
    position_seconds = serializers.IntegerField()
    is_published = serializers.BooleanField(required=False, help_text=AUTHOR_ONLY)
    asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    next_asset = ObjectIdField(required=False, allow_null=True, help_text=AUTHOR_ONLY)
    captions = serializers.ListField(child=ObjectIdField(), required=False, help_text=AUTHOR_ONLY)

    class Meta:
        model = Lecture
        fields = [
            "id",
            "course",
            "section",
            "title",
            "description",
            "kind",
            "duration_seconds",
            "is_preview",
            "position",
            "body",
            "body_html",
            "file",
            "completed",
            "position_seconds",
            "is_published",
            "asset",
            "next_asset",
            "captions",
        ]


class CaptionsSerializer(serializers.Serializer):
    id = ObjectIdField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    language = serializers.CharField(allow_null=True)
    url = serializers.URLField()


class PlaybackSerializer(serializers.Serializer):
    """What a player needs."""

    kind = serializers.ChoiceField(choices=Lecture.Kind.choices)
    url = serializers.URLField()
    expires_at = serializers.DateTimeField(allow_null=True)
    poster = serializers.URLField(allow_null=True)
    duration_seconds = serializers.IntegerField()
    captions = CaptionsSerializer(many=True)
