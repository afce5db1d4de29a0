"""The shape of what a player needs."""

from rest_framework import serializers

from courses.models import Lecture
from lms.drf import DateTimeField, ObjectIdField


class CaptionsSerializer(serializers.Serializer):
    id = ObjectIdField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    language = serializers.CharField(allow_null=True)
    url = serializers.URLField()


class PlaybackSerializer(serializers.Serializer):
    """What a player needs."""

    kind = serializers.ChoiceField(choices=Lecture.Kind.choices)
    url = serializers.URLField()
    expires_at = DateTimeField(allow_null=True)
    poster = serializers.URLField(allow_null=True)
    duration_seconds = serializers.IntegerField()
    captions = CaptionsSerializer(many=True)
